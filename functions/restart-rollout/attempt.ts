import { restartRefusals, type Situation } from '#shared/actions/guards.ts';
import { bearsRestartOf, restartPlan } from '#shared/actions/plan.ts';
import { ROLLED } from '#shared/actions/workload-ref.ts';
import type { ActionPlan } from '#shared/domain/action.ts';
import type { Workload } from '#shared/domain/kubernetes.ts';
import { type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import type { Output } from './input.ts';

const FIELD_MANAGER = 'otlp-medic';
/** The object changes under us while pods fail: its status is part of its version. */
const TRIES = 5;

export interface AttemptOptions {
  cluster: Cluster;
  about: Omit<Situation, 'workload'>;
  incident: { id: string; openedAt: string };
  reason: string;
  act: boolean;
  signal: AbortSignal;
  /** called once the plan is accepted, before it is carried out */
  onIntent: (plan: ActionPlan) => Promise<void>;
}

export interface Attempted extends Pick<Output, 'result' | 'reason' | 'generation' | 'refusals'> {
  plan?: ActionPlan;
}

/** Reads, asks the guards, tries the very patch with a dry run, and patches. Throws ClusterError before the patch alone. */
export async function attemptRestart(options: AttemptOptions): Promise<Attempted> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(options);
    if (outcome !== 'changed-meanwhile') return outcome;
    if (attempt === TRIES)
      return { result: 'failed', reason: `the workload changed ${TRIES} times while it was looked at` };
  }
}

async function attemptOnce(options: AttemptOptions): Promise<Attempted | 'changed-meanwhile'> {
  const { cluster, about, incident, reason, signal } = options;
  const { owner } = about;
  const resource = RESOURCES[ROLLED[owner.kind]];
  const ref = { namespace: owner.namespace, name: owner.name };
  const read = () => cluster.get<Workload>(resource, ref, { signal });
  const patch = (plan: ActionPlan, dryRun: boolean) =>
    cluster.patch<Workload>(
      resource,
      ref,
      { type: 'strategic-merge', body: plan.patch, dryRun, fieldManager: FIELD_MANAGER },
      { signal },
    );

  const workload = await read();
  if (workload && bearsRestartOf(workload, incident))
    return { result: 'already-done', reason: 'this incident has restarted it before', ...generationOf(workload) };
  const refusals = restartRefusals({ ...about, workload });
  const [first] = refusals;
  if (first || !workload) return { result: 'refused', reason: first?.reason ?? 'it does not exist', refusals };

  const plan = restartPlan({ owner, workload, incident, reason, now: about.now });
  const said = await dryRun(() => patch(plan, true));
  if (said === 'changed-meanwhile') return said;
  if (said) return { result: 'refused', reason: said, refusals: [{ guard: 'dry-run', reason: said }], plan };
  if (!options.act)
    return { result: 'planned', reason: 'guards and dry run agree; mode is plan: nothing was written', plan };

  await options.onIntent(plan);
  try {
    return { result: 'done', reason, plan, ...generationOf(await patch(plan, false)) };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.fault === 'conflict') return 'changed-meanwhile';
    const now = await unlessUnread(read);
    if (now && bearsRestartOf(now, incident)) return { result: 'done', reason, plan, ...generationOf(now) };
    return { result: 'failed', reason: error.message, plan };
  }
}

/** An answer that got lost says nothing about the write: the object does. Where that cannot be read, the failure stands. */
const unlessUnread = (read: () => Promise<Workload | undefined>): Promise<Workload | undefined> =>
  read().catch((error: unknown) => {
    if (error instanceof ClusterError) return undefined;
    throw error;
  });

const generationOf = ({ metadata }: Workload) =>
  metadata.generation === undefined ? {} : { generation: metadata.generation };

/** Why the API server would not take the patch; undefined when it would. */
async function dryRun(ask: () => Promise<unknown>): Promise<string | 'changed-meanwhile' | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.fault === 'conflict') return 'changed-meanwhile';
    if (['forbidden', 'invalid'].includes(error.fault)) return `the dry run was refused: ${error.message}`;
    throw error;
  }
}
