import type { ContainerStatus, Pod } from '#shared/domain/kubernetes.ts';
import { ago } from './time.ts';
import type { World } from './world.ts';

/** Everything behind that init container waits for it; returns its status. */
function heldUp(pod: Pod, container: string, minutes: number): ContainerStatus {
  if (!pod.status) throw new Error('a pod with a status');
  pod.status.phase = 'Pending';
  const names = pod.spec.containers.map(({ name }) => name).join(' ');
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const initial = {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${container}]`,
  };
  for (const condition of pod.status.conditions ?? []) {
    const since = { status: 'False', lastTransitionTime: ago(minutes) };
    if (condition.type === 'Initialized') Object.assign(condition, since, initial);
    if (condition.type === 'Ready' || condition.type === 'ContainersReady') Object.assign(condition, since, unready);
  }
  const all = pod.status.initContainerStatuses ?? [];
  const at = all.findIndex(({ name }) => name === container);
  const found = all[at];
  if (!found) throw new Error(`pod ${pod.metadata.name} has no init container ${container}`);
  for (const later of [...all.slice(at + 1), ...(pod.status.containerStatuses ?? [])])
    Object.assign(later, { ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } });
  Object.assign(found, { ready: false, started: false });
  return found;
}

interface Ends {
  exitCode?: number;
  restarts?: number;
  minutes: number;
  /** of the run that ended last */
  log: string;
}

/** The init container ends with an error, again and again. */
export function initFails(world: World, pod: Pod, container: string, ends: Ends): void {
  const { exitCode = 1, restarts = 7, minutes, log } = ends;
  const { name, namespace, uid } = pod.metadata;
  const failed = `restarting failed container ${container} in pod ${name}_${namespace}(${uid})`;
  Object.assign(heldUp(pod, container, minutes), {
    restartCount: restarts,
    lastState: { terminated: { exitCode, reason: 'Error', startedAt: ago(3.2), finishedAt: ago(2.1) } },
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: `back-off 5m0s restarting failed container=${container} pod=${name}_${namespace}(${uid})`,
      },
    },
  });
  world.event(pod, 'Warning', 'BackOff', `Back-off ${failed}`, { count: restarts * 4, from: minutes });
  world.log(pod, log, { previous: true, container });
}

/** The init container runs and does not end. */
export function initRuns(world: World, pod: Pod, container: string, minutes: number, log: string): void {
  Object.assign(heldUp(pod, container, minutes), { started: true, state: { running: { startedAt: ago(minutes) } } });
  world.log(pod, log, { container });
}
