import type { Workload } from '#shared/domain/kubernetes.ts';
import { ago } from './time.ts';
import type { World } from './world.ts';

const DEADLINE = 10;

/** The Deployment was made so many minutes ago, and its first revision has never become available. */
export function neverAvailable(world: World, each: Workload, minutes: number): Workload {
  const set = world.setsOf(each).at(-1)?.metadata.name;
  const found = (type: string) => each.status?.conditions?.find((condition) => condition.type === type) ?? {};
  Object.assign(found('Available'), {
    status: 'False',
    reason: 'MinimumReplicasUnavailable',
    message: 'Deployment does not have minimum availability.',
    lastTransitionTime: ago(minutes),
    lastUpdateTime: ago(minutes),
  });
  const late = minutes > DEADLINE;
  const since = late ? minutes - DEADLINE : minutes;
  Object.assign(found('Progressing'), {
    status: late ? 'False' : 'True',
    reason: late ? 'ProgressDeadlineExceeded' : 'ReplicaSetUpdated',
    message: `ReplicaSet "${set}" ${late ? 'has timed out progressing' : 'is progressing'}.`,
    lastTransitionTime: ago(since),
    lastUpdateTime: ago(since),
  });
  return each;
}
