import type { Condition, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { Names } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { conditionOf, controllerRef, isControlledBy, isReady } from '../objects.ts';
import { stamp, type Timeline } from '../timeline.ts';
import type { EventRecorder } from './event-recorder.ts';
import { type FullStatus, wanted } from './rollout-math.ts';

const WRITER = { manager: 'kube-controller-manager' };
const COMPONENT = 'replicaset-controller';
const FIRST_RETRY_SECONDS = 1;

/** Why a pod may not be made, in the API server's words; undefined = it may. */
export type Admission = (pod: Pod) => string | undefined;

/** The ReplicaSet controller: as many pods as wanted, and a status that counts them. */
export class ReplicaSetController {
  readonly #store: ObjectStore;
  readonly #events: EventRecorder;
  readonly #timeline: Timeline;
  readonly #names: Names;
  readonly #admit: Admission;
  readonly #refused = new Map<string, { refusal: string; wait: number; retryAt: number }>();

  constructor(
    store: ObjectStore,
    events: EventRecorder,
    timeline: Timeline,
    names: Names,
    admit: Admission = () => undefined,
  ) {
    this.#store = store;
    this.#events = events;
    this.#timeline = timeline;
    this.#names = names;
    this.#admit = admit;
  }

  sync(): void {
    for (const set of this.#store.list('replicasets')) {
      const refusal = this.#adjust(set);
      this.#writeStatus(set, refusal);
    }
  }

  #podsOf(set: Workload): Pod[] {
    return this.#store.list('pods', set.metadata.namespace).filter((pod) => isControlledBy(pod, set));
  }

  #adjust(set: Workload): string | undefined {
    const active = this.#podsOf(set).filter(isActive);
    const missing = wanted(set) - active.length;
    if (missing > 0) return this.#grow(set, missing);
    this.#refused.delete(set.metadata.uid ?? '');
    const surplus = active.length - wanted(set);
    for (const pod of active.toSorted(leastUseful).slice(0, Math.max(0, surplus))) this.#deletePod(set, pod);
    return undefined;
  }

  /** A refused pod is tried again, each time after twice as long. */
  #grow(set: Workload, missing: number): string | undefined {
    const key = set.metadata.uid ?? '';
    const last = this.#refused.get(key);
    // The timer of a retry may come a rounding error before its time.
    if (last && this.#timeline.elapsed() < last.retryAt - 0.01) return last.refusal;
    for (let made = 0; made < missing; made += 1) {
      const refusal = this.#createPod(set);
      if (refusal === undefined) continue;
      const wait = (last?.wait ?? FIRST_RETRY_SECONDS / 2) * 2;
      this.#refused.set(key, { refusal, wait, retryAt: this.#timeline.elapsed() + wait });
      this.#timeline.after(wait, () => this.sync());
      return refusal;
    }
    this.#refused.delete(key);
    return undefined;
  }

  #createPod(set: Workload): string | undefined {
    const { template } = set.spec;
    const pod = {
      metadata: {
        generateName: `${set.metadata.name}-`,
        name: `${set.metadata.name}-${this.#names.suffix()}`,
        namespace: set.metadata.namespace ?? '',
        labels: template.metadata?.labels ?? {},
        ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
        ownerReferences: [controllerRef(set)],
      },
      spec: withServiceAccount(template.spec, this.#names.suffix()),
      status: { phase: 'Pending', qosClass: 'Burstable' },
    } as Pod;
    const refusal = this.#admit(pod);
    if (refusal !== undefined) {
      const message = `Error creating: ${refusal}`;
      this.#events.record({ about: set, type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
      return refusal;
    }
    const made = this.#store.create('pods', pod, WRITER);
    const message = `Created pod: ${made.metadata.name}`;
    this.#events.record({ about: set, type: 'Normal', reason: 'SuccessfulCreate', message, component: COMPONENT });
    return undefined;
  }

  #deletePod(set: Workload, pod: Pod): void {
    deletePod(this.#store, pod, this.#timeline.now());
    const message = `Deleted pod: ${pod.metadata.name}`;
    this.#events.record({ about: set, type: 'Normal', reason: 'SuccessfulDelete', message, component: COMPONENT });
  }

  #writeStatus(set: Workload, refusal: string | undefined): void {
    const pods = this.#podsOf(set);
    const active = pods.filter(isActive);
    const ready = active.filter(isReady);
    const settled = ready.filter((pod) => this.#isAvailable(pod, set.spec.minReadySeconds ?? 0));
    const counts = {
      availableReplicas: settled.length,
      fullyLabeledReplicas: active.length,
      readyReplicas: ready.length,
    };
    const status: FullStatus = {
      ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
      observedGeneration: set.metadata.generation ?? 0,
      replicas: active.length,
      terminatingReplicas: pods.filter((pod) => pod.metadata.deletionTimestamp).length,
    };
    const failure = this.#failure(set, refusal);
    if (failure) status.conditions = [failure];
    this.#store.writeStatus('replicasets', set, status, WRITER.manager);
  }

  #failure(set: Workload, refusal: string | undefined): Condition | undefined {
    if (refusal === undefined) return undefined;
    const known = conditionOf(set.status?.conditions, 'ReplicaFailure');
    if (known) return known;
    const lastTransitionTime = stamp(this.#timeline.now());
    return { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal, lastTransitionTime };
  }

  #isAvailable(pod: Pod, minReadySeconds: number): boolean {
    if (minReadySeconds === 0) return true;
    const since = Date.parse(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '');
    return this.#timeline.now().getTime() - since >= minReadySeconds * 1000;
  }
}

const isActive = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded';

/** Which pod goes first when a ReplicaSet shrinks: unscheduled, pending, not ready, then the younger. */
function leastUseful(a: Pod, b: Pod): number {
  const rank = (pod: Pod) => [Boolean(pod.spec.nodeName), pod.status?.phase === 'Running', isReady(pod)].map(Number);
  const [left, right] = [rank(a), rank(b)];
  for (const [i, value] of left.entries()) if (value !== right[i]) return value - (right[i] ?? 0);
  return (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '');
}

/** Marks the pod for deletion; its kubelet ends the containers and takes the object away. */
export function deletePod(store: ObjectStore, pod: Pod, now: Date): void {
  if (pod.metadata.deletionTimestamp) return;
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
  if (!pod.spec.nodeName) {
    store.remove('pods', pod.metadata);
    return;
  }
  store.update(
    'pods',
    pod.metadata,
    (draft) => {
      draft.metadata.deletionTimestamp = stamp(new Date(now.getTime() + grace * 1000));
      draft.metadata.deletionGracePeriodSeconds = grace;
      draft.metadata.generation = (draft.metadata.generation ?? 0) + 1;
    },
    WRITER,
  );
}

/** What admission adds to every pod. */
function withServiceAccount(spec: Pod['spec'], suffix: string) {
  const name = `kube-api-access-${suffix}`;
  const mount = { name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const token = {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  };
  const tolerate = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  return {
    ...spec,
    containers: spec.containers.map((one) => ({ ...one, volumeMounts: [...(one.volumeMounts ?? []), mount] })),
    volumes: [...(spec.volumes ?? []), token],
    serviceAccountName: spec.serviceAccountName ?? 'default',
    serviceAccount: spec.serviceAccountName ?? 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    enableServiceLinks: true,
    tolerations: ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(tolerate),
  };
}
