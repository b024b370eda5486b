import type { Command } from 'commander';
import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import { InputError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import { renderChapter } from '#shared/report/chapter.ts';
import { renderLadder } from '#shared/report/ladder.ts';
import { withEnvironment } from '../environment.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { eventOf, flagsFor } from '../fields.ts';
import type { FunctionInfo } from '../functions.ts';
import { groupOf } from '../groups.ts';
import { listed } from '../listed.ts';
import { addAnswer, addFields, addWhere, type CommonFlags, givenTo } from '../options.ts';
import type { Running } from '../running.ts';

const has = (info: FunctionInfo, flag: string) => info.fields.some((field) => field.flag === flag);

/** The sample events as command lines, for the end of a help text. */
export function examplesText(info: FunctionInfo): string {
  const lines = info.examples.flatMap(({ name, event }) => [
    `  # ${name.replaceAll('-', ' ')}`,
    `  ${['medic', info.name, ...flagsFor(info.fields, event)].join(' ')}`,
  ]);
  return lines.length > 0 ? `\nExamples:\n${lines.join('\n')}` : '';
}

/** The event that the flags make; throws InputError that names the flag at fault. */
export function eventFrom(info: FunctionInfo, command: Command, target: string): Record<string, unknown> {
  const { act } = command.opts<CommonFlags>();
  const event = {
    ...(has(info, 'target') && { target }),
    ...(act && has(info, 'mode') && { mode: 'act' }),
    ...eventOf(info.fields, givenTo(command)),
  };
  const { error } = info.input.safeParse(event);
  if (!error) return event;
  const flagOf = (path: readonly PropertyKey[]) => {
    const field = info.fields.find((one) => one.path.join('.') === path.slice(0, one.path.length).join('.'));
    return field ? `--${field.flag}` : path.join('.');
  };
  throw new InputError(explainZod(error, { nameOf: flagOf }));
}

const colour = () => process.stdout.hasColors?.() ?? false;

/** The answers of the chapter drawn, and below them the facts that its function adds, listed. */
function chapter(output: unknown): string {
  const answer = output as ChapterAnswer<string>;
  const {
    schemaVersion,
    target,
    at,
    verdict,
    rootCauses,
    action,
    questions,
    changes,
    notChecked,
    snapshotKey,
    ...facts
  } = answer;
  return `${renderChapter(answer, { colour: colour() })}\n\n${listed({ ...facts, snapshotKey })}`;
}

/** Answers that read better drawn than listed. */
const DRAWN: Readonly<Record<string, (output: unknown) => string>> = {
  'diagnose-network': chapter,
  'diagnose-performance': chapter,
  'diagnose-startup': chapter,
  'diagnose-storage': chapter,
  'probe-otlp': (output) => renderLadder(output as ProbeResult, { colour: colour() }),
};

/** A function as a command: its fields are the flags, its answer is printed. */
export function addFunction(program: Command, info: FunctionInfo, { session, end }: Running): void {
  const command = program.command(info.name).description(info.description).helpGroup(groupOf(info.name));
  addFields(command, info.fields);
  addWhere(command);
  addAnswer(command, ['text', 'json']);
  command.addHelpText('after', () => examplesText(info));
  command.action(async (flags: CommonFlags) => {
    await withEnvironment(flags, session, async ({ target, invoke }) => {
      const output = await invoke(info.name, eventFrom(info, command, target.name));
      const draw = DRAWN[info.name] ?? listed;
      session.print(flags.format === 'json' ? JSON.stringify(output, null, 2) : draw(output));
      end(exitCodeOf(output));
    });
  });
}
