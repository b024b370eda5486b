import type { Command } from 'commander';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { buildReport } from '#shared/report/build.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import { renderTerminal } from '#shared/report/terminal.ts';
import { type Environment, withEnvironment } from '../environment.ts';
import { COULD_NOT_WORK, VERDICTS } from '../exit-codes.ts';
import { functionNamed } from '../functions.ts';
import { GROUPS } from '../groups.ts';
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
  # what "kubectl get all,cm,events -o json" wrote
  medic diagnose --snapshot list.json
  medic diagnose --format json | jq .rootCauses`;

const width = () => process.stdout.columns ?? 80;

/** Each format is the whole answer: for json the Diagnosis alone. */
export const written: Record<Format, (diagnosis: Diagnosis) => string> = {
  json: (diagnosis) => JSON.stringify(diagnosis, null, 2),
  markdown: (diagnosis) => renderMarkdown(buildReport({ diagnosis })),
  text: (diagnosis) =>
    renderTerminal(buildReport({ diagnosis }), { colour: process.stdout.hasColors?.() ?? false, width: width() }),
};

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

/** Looks at the cluster, then diagnoses what was seen. */
async function live(environment: Environment, event: Record<string, unknown>, session: Session): Promise<Diagnosis> {
  const { target, invoke } = environment;
  if (event.snapshotKey !== undefined) return (await invoke('diagnose', event)) as Diagnosis;
  const { snapshotKey, reachable, why } = (await invoke('collect-snapshot', { target: target.name })) as Collected;
  if (!reachable) session.say(`medic: ${why}`);
  return (await invoke('diagnose', { ...event, snapshotKey })) as Diagnosis;
}

/** `medic diagnose`: what is wrong, why, and what would help. Never writes to a cluster. */
export async function addDiagnose(program: Command, { session, end }: Running): Promise<void> {
  const info = await functionNamed('diagnose');
  const command = program.command('diagnose').description(info.description).helpGroup(GROUPS.look);
  addFields(command, info.fields);
  addWhere(command, { snapshot: true });
  addAnswer(command, FORMATS);
  command.addHelpText('after', () => (examplesText(info) || '\nExamples:') + EXAMPLES);
  command.action(async (flags: CommonFlags) => {
    const show = (diagnosis: Diagnosis) => {
      session.print(written[flags.format ?? 'text'](diagnosis));
      end(VERDICTS[diagnosis.verdict] ?? COULD_NOT_WORK);
    };
    if (flags.snapshot !== undefined) return show(await replay(flags.snapshot, flags, session));
    await withEnvironment(flags, session, async (environment) => {
      show(await live(environment, eventFrom(info, command, environment.target.name), session));
    });
  });
}
