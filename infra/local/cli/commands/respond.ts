import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Outcome } from '#shared/domain/incident.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import { type Report, report as reportSchema } from '#shared/report/model.ts';
import { oneLine } from '#shared/report/untrusted-text.ts';
import type { FlowResult } from '../../runtime.ts';
import { type Environment, withEnvironment } from '../environment.ts';
import { COULD_NOT_WORK, OUTCOMES } from '../exit-codes.ts';
import { followFlow, reasonIn } from '../follow-flow.ts';
import { GROUPS } from '../groups.ts';
import { addAct, addAnswer, addWaitScale, addWhere, type CommonFlags, FORMATS, type Format } from '../options.ts';
import type { Running } from '../running.ts';
import type { Session } from '../session.ts';
import { type Places, summaryOf } from '../summary.ts';

/** The sandbox lives twenty times faster than the clock; the flow's waits keep pace with it. */
const SANDBOX_WAIT_SCALE = 1 / 20;

const EXAMPLES = `
Examples:
  # the embedded sandbox, with a fault that a restart cures
  medic respond --target sandbox
  medic respond --scenario bad-image
  # what would be done on a real cluster; then do it
  medic respond --kubeconfig FILE --namespace shop
  medic respond --kubeconfig FILE --namespace shop --act`;

/** What the flow answers; see the states AlreadyHandled and Done. */
interface FlowOutput {
  outcome: Outcome;
  reason: string;
  reports?: { json: string };
  locations?: Places;
}

async function startSandbox({ target, sandbox, progress }: Environment): Promise<void> {
  if (target.cluster !== 'sandbox') return;
  const doing = progress.begin('Starting the sandbox: a cluster with the service and a fault in it');
  try {
    const { scenario } = await sandbox();
    await doing.done(`Sandbox is up: ${scenario.title}`);
  } catch (error) {
    await doing.failed('The sandbox did not start');
    throw error;
  }
}

async function runFlow(environment: Environment, flags: CommonFlags): Promise<FlowResult> {
  const { target, runtime, progress } = environment;
  const onSandbox = target.cluster === 'sandbox';
  const follower = followFlow(progress);
  const input = {
    target: target.name,
    trigger: { source: 'cli', id: randomUUID(), reason: 'medic respond' },
    mode: onSandbox || flags.act ? 'act' : 'plan',
    drill: false,
  };
  try {
    return await runtime.execute('p0-response', input, {
      waitScale: flags.waitScale ?? (onSandbox ? SANDBOX_WAIT_SCALE : 1),
      onEvent: follower.onEvent,
      interrupted: onSandbox ? 'close' : 'resume',
    });
  } finally {
    await follower.end();
  }
}

/** The flow's answer; a flow that failed is an error that still says where its report is. */
function outputOf(result: FlowResult): FlowOutput {
  if (result.status === 'SUCCEEDED') return result.output as unknown as FlowOutput;
  if (result.status === 'FAILED') throw new UnavailableError(`the flow failed: ${reasonIn(result.cause)}`);
  throw new UnavailableError(
    `the flow was ${result.status === 'TIMED_OUT' ? 'not done within its time' : 'cancelled'}`,
  );
}

const FORMATTED: Record<Format, (report: Report, places: Places) => string> = {
  text: summaryOf,
  json: (report) => JSON.stringify(report, null, 2),
  markdown: renderMarkdown,
};

async function show(output: FlowOutput, { ports }: Environment, flags: CommonFlags, session: Session): Promise<void> {
  const { outcome, reason, reports, locations } = output;
  if (OUTCOMES[outcome] === COULD_NOT_WORK) session.say(`medic: ${oneLine(reason)}`);
  const stored = reports && (await ports.store.read(reports.json));
  if (!stored || !locations) {
    session.print(flags.format === 'json' ? JSON.stringify(output, null, 2) : oneLine(`${outcome}: ${reason}`));
    return;
  }
  const { format = 'text' } = flags;
  const report = reportSchema.parse(JSON.parse(stored.body.toString('utf8')));
  session.print(FORMATTED[format](report, locations));
  if (format !== 'text') session.say(`Report: ${locations.html}\n        ${locations.json}`);
}

/** `medic respond`: the whole first response to a P0, as the state machine says it. */
export function addRespond(program: Command, { session, end }: Running): void {
  const command = program
    .command('respond')
    .description('The first response to a P0: evidence, diagnosis, restart where it can help, proof, report.')
    .helpGroup(GROUPS.flows);
  addAct(command, 'act on the cluster and send notices: without it only the sandbox is acted on');
  addWhere(command);
  addAnswer(command, FORMATS);
  addWaitScale(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (flags: CommonFlags) => {
    await withEnvironment(flags, session, async (environment) => {
      await startSandbox(environment);
      const output = outputOf(await runFlow(environment, flags));
      await show(output, environment, flags, session);
      end(OUTCOMES[output.outcome]);
    });
  });
}
