import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Field } from './fields.ts';
import type { WhereFlags } from './where.ts';

export const FORMATS = ['text', 'json', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** The flags that commands share, as commander hands them over. */
export interface CommonFlags extends WhereFlags {
  out?: string;
  format?: Format;
  act?: boolean;
  snapshot?: string;
  waitScale?: number;
}

const WHERE = 'Where:';
const ANSWER = 'Answer:';
const FIELDS = 'What:';

const option = (group: string, flags: string, description: string) => new Option(flags, description).helpGroup(group);

const targetOption = () =>
  option(WHERE, '--target <name>', 'a target of medic.config.ts; "sandbox" always exists (default: the first)');

const configOption = () =>
  option(WHERE, '--config <file>', 'the configuration (default: medic.config.ts here or above)');

/** The flags that name a target, for a command that asks no cluster. */
export function addTarget(command: Command): void {
  command.addOption(targetOption()).addOption(configOption());
}

/** The flags that say what is looked at; `--snapshot` only where a saved look can be the input. */
export function addWhere(command: Command, with_: { snapshot?: boolean; allNamespaces?: boolean } = {}): void {
  command
    .addOption(targetOption())
    .addOption(
      option(WHERE, '--kubeconfig <file>', 'the cluster of this kubeconfig; without --target its whole namespace'),
    )
    .addOption(option(WHERE, '--context <name>', 'a context of the kubeconfig (default: the current one)'))
    .addOption(option(WHERE, '--namespace <name>', 'the namespace (default: that of the target, otlp-system)'))
    .addOption(option(WHERE, '--scenario <name>', 'the fault put into the sandbox, see "medic scenarios"'));
  if (with_.allNamespaces) {
    command.addOption(
      option(WHERE, '--all-namespaces', 'every namespace that has workloads, in one answer').conflicts([
        'namespace',
        'snapshot',
        'scenario',
      ]),
    );
  }
  if (with_.snapshot) {
    command.addOption(
      option(
        WHERE,
        '--snapshot <file>',
        'a saved snapshot, a "kubectl get -o json" List or a "kubectl cluster-info dump" folder instead of a cluster; - = stdin',
      ),
    );
  }
  command.addOption(configOption());
}

export function addOut(command: Command): void {
  const description = 'directory of the store: incidents, snapshots, reports (default: .medic beside medic.config.ts)';
  command.addOption(option(ANSWER, '--out <dir>', description));
}

export function addAnswer(command: Command, formats: readonly Format[]): void {
  command.addOption(option(ANSWER, '--format <kind>', 'how the answer is written (default: text)').choices(formats));
  addOut(command);
}

export function addAct(command: Command, description: string): void {
  command.addOption(option(FIELDS, '--act', description));
}

function factor(written: string): number {
  const number = Number(written);
  if (written.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('Write a number such as 0.1.');
  return number;
}

export function addWaitScale(command: Command): void {
  command.addOption(
    option(ANSWER, '--wait-scale <factor>', 'shortens the waits of the flow: 0.1 = a tenth').argParser(factor),
  );
}

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];

function describe(field: Field): string {
  const notes = [
    field.choices && `one of ${field.choices.join(', ')}`,
    field.default !== undefined &&
      !(Array.isArray(field.default) && field.default.length === 0) &&
      `default: ${JSON.stringify(field.default)}`,
    field.list && 'repeatable',
    field.required && 'required',
  ].filter(Boolean);
  return [field.description, notes.length > 0 && `(${notes.join('; ')})`].filter(Boolean).join(' ');
}

const PLACEHOLDERS: Record<Field['kind'], string> = { text: '<text>', number: '<n>', json: '<json>', boolean: '' };

/** One flag for each field of a function's event; `target` and `mode` are flags that commands share. */
export function addFields(command: Command, fields: readonly Field[]): void {
  const mode = fields.find(({ flag }) => flag === 'mode');
  // `plan: ...; act: ...`, or `act: ...` alone: the flag is the second.
  if (mode) addAct(command, mode.description.split('act: ').at(-1) ?? '');
  for (const field of fields.filter(({ flag }) => flag !== 'target' && flag !== 'mode')) {
    if (field.kind === 'boolean') {
      command.addOption(option(FIELDS, `--${field.flag}`, describe(field)).hideHelp(field.default === true));
      if (field.default === true) command.addOption(option(FIELDS, `--no-${field.flag}`, describe(field)));
      continue;
    }
    const added = option(FIELDS, `--${field.flag} ${PLACEHOLDERS[field.kind]}`, describe(field));
    command.addOption(field.list ? added.argParser(collect) : added);
  }
}

const camel = (flag: string) => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Looks up what was given on the command line, and only that. */
export const givenTo =
  (command: Command) =>
  (flag: string): unknown =>
    command.getOptionValueSource(camel(flag)) === 'cli' ? command.getOptionValue(camel(flag)) : undefined;
