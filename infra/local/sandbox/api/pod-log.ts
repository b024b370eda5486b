import type { Pod } from '#shared/domain/kubernetes.ts';
import type { SandboxCluster } from '../cluster.ts';
import type { ContainerWorker } from '../kubelet/container-worker.ts';
import { intParam } from './list.ts';
import { badRequest, invalid } from './status.ts';

/** The text of `pods/log`. Throws ApiError 400 with the kubelet's words where there is none to show. */
export function podLog(cluster: SandboxCluster, pod: Pod, query: URLSearchParams): string {
  const { namespace = '', name } = pod.metadata;
  const options = readOptions(name, query);
  const names = pod.spec.containers.map((one) => one.name);
  const chosen = query.get('container') || (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
  if (!names.includes(chosen)) throw badRequest(`container ${chosen} is not valid for pod ${name}`);
  const worker = cluster.kubelet.container({ namespace, name }, chosen);
  const refusal = whyNoLog(worker, options.previous);
  if (!worker || refusal !== undefined) {
    const subject = `container "${chosen}" in pod "${name}"`;
    throw badRequest(refusal === PREVIOUS ? `previous terminated ${subject} not found` : `${subject} ${refusal}`);
  }
  const { sinceSeconds, ...rest } = options;
  const since = sinceSeconds === undefined ? undefined : cluster.timeline.now().getTime() - sinceSeconds * 1000;
  // While the next run waits, the last one is both the present one and the one before.
  const previous = options.previous && !worker.state.waiting;
  return worker.log.read({ ...rest, previous, ...(since === undefined ? {} : { since }) });
}

const PREVIOUS = Symbol('no previous run');

function whyNoLog(worker: ContainerWorker | undefined, previous: boolean): string | typeof PREVIOUS | undefined {
  if (!worker) return 'is waiting to start: ContainerCreating';
  if (previous) return worker.lastState.terminated ? undefined : PREVIOUS;
  const { reason } = worker.state.waiting ?? {};
  if (!reason || worker.lastState.terminated) return undefined;
  if (reason === 'ErrImagePull') return "is waiting to start: image can't be pulled";
  if (reason === 'ImagePullBackOff') return 'is waiting to start: trying and failing to pull image';
  return `is waiting to start: ${reason}`;
}

function readOptions(pod: string, query: URLSearchParams) {
  const bounded = (name: string, least: number, words: string) => {
    const value = intParam(query, name);
    if (value === undefined || value >= least) return value === undefined ? {} : { [name]: value };
    const cause = { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${words}`, field: name };
    throw invalid({ kind: 'PodLogOptions' }, pod, [cause]);
  };
  const options: { tailLines?: number; limitBytes?: number; sinceSeconds?: number } = {
    ...bounded('tailLines', 0, 'must be greater than or equal to 0'),
    ...bounded('limitBytes', 1, 'must be greater than 0'),
    ...bounded('sinceSeconds', 1, 'must be greater than 0'),
  };
  return {
    ...options,
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
  };
}
