import type { Command } from 'commander';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { type Diagnosis, diagnosis as diagnosisSchema } from '#shared/domain/diagnosis.ts';
import { UnavailableError } from '#shared/domain/errors.ts';
import { buildReport } from '#shared/report/build.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import { renderTerminal } from '#shared/report/terminal.ts';
import { oneLine } from '#shared/report/untrusted-text.ts';
import { diagnoseAll, namespaceLines } from '../all-namespaces.ts';
import { type Environment, withEnvironment } from '../environment.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { functionNamed } from '../functions.ts';
import { GROUPS } from '../groups.ts';
import { listed } from '../listed.ts';
import { addAnswer, addFields, addWhere, type CommonFlags, FORMATS, type Format } from '../options.ts';
import { readSnapshot } from '../read-snapshot.ts';
import type { Running } from '../running.ts';
import type { Session } from '../session.ts';
import { replayTarget, whereTo } from '../where.ts';
import { eventFrom, examplesText } from './function.ts';

const EXAMPLES = `
  # a fault of the sandbox
  medic diagnose --scenario bad-image
  # every workload of a namespace
  medic diagnose --kubeconfig FILE --namespace shop
  # every namespace of a cluster
  medic diagnose --kubeconfig FILE --all-namespaces
  # what "kubectl get all,cm,events -o json" wrote
  medic diagnose --snapshot list.json
  medic diagnose --format json | jq .rootCauses`;

const width = () => process.stdout.columns ?? 80;

/** Each format is the whole answer: for json the Diagnosis alone. */
const written: Record<Format, (diagnosis: Diagnosis) => string> = {
  json: (diagnosis) => JSON.stringify(diagnosis, null, 2),
  markdown: (diagnosis) => withNamespaces(renderMarkdown(buildReport({ diagnosis })), '## Namespaces', '- ', diagnosis),
  text: (diagnosis) => {
    const colour = process.stdout.hasColors?.() ?? false;
    const text = renderTerminal(buildReport({ diagnosis }), { colour, width: width() });
    return withNamespaces(text, 'Namespaces', '  ', diagnosis);
  },
};

function withNamespaces(text: string, heading: string, lead: string, diagnosis: Diagnosis): string {
  const lines = namespaceLines(diagnosis).map((line) => `${lead}${line}`);
  return lines.length > 0 ? [text.trimEnd(), '', heading, ...lines].join('\n') : text;
}

/** Replays a saved look: no cluster, no store. */
async function replay(file: string, flags: CommonFlags, { cwd }: Session): Promise<Diagnosis> {
  const began = performance.now();
  const { config } = await whereTo(flags, cwd);
  const { snapshot, target, sha256 } = await readSnapshot(file, cwd, (of) => replayTarget(flags, config, of));
  const found = diagnose(snapshot, { target, ignore: config.ignore });
  return { ...found, durationMs: Math.round(performance.now() - began), snapshot: { key: file, sha256 } };
}

interface Collected {
  snapshotKey: string;
  reachable: boolean;
  why?: string;
}

/**
 * Looks at the cluster and keeps what was seen, then diagnoses that: it can be replayed. A cluster out of reach is one
 * line for a person, and for a program a Diagnosis whose verdict is unknown.
 */
async function live({ invoke }: Environment, event: Record<string, unknown>, format: Format, session: Session) {
  if (event.snapshotKey !== undefined) return invoke('diagnose', event);
  const { target, incidentId } = event;
  const { snapshotKey, reachable, why } = (await invoke('collect-snapshot', { target, incidentId })) as Collected;
  if (!reachable && format === 'text') throw new UnavailableError(why ?? 'the cluster is out of reach');
  if (!reachable) session.say(`medic: ${oneLine(why ?? '')}`);
  return invoke('diagnose', { ...event, snapshotKey });
}

/** `medic diagnose`: what is wrong, why, and what would help. Never writes to a cluster. */
export async function addDiagnose(program: Command, { session, end }: Running): Promise<void> {
  const info = await functionNamed('diagnose');
  const command = program.command('diagnose').description(info.description).helpGroup(GROUPS.look);
  addFields(command, info.fields);
  addWhere(command, { snapshot: true, allNamespaces: true });
  addAnswer(command, FORMATS);
  command.addHelpText('after', () => (examplesText(info) || '\nExamples:') + EXAMPLES);
  command.action(async (flags: CommonFlags) => {
    const { format = 'text' } = flags;
    const show = (answer: unknown) => {
      const { data: whole } = diagnosisSchema.safeParse(answer);
      if (whole) session.print(written[format](whole));
      else session.print(format === 'json' ? JSON.stringify(answer, null, 2) : listed(answer));
      end(exitCodeOf(answer));
    };
    if (flags.snapshot !== undefined) return show(await replay(flags.snapshot, flags, session));
    await withEnvironment(flags, session, async (environment) => {
      if (flags.allNamespaces) return show(await diagnoseAll(environment, session.signal));
      show(await live(environment, eventFrom(info, command, environment.target.name), format, session));
    });
  });
}
