import type { KubeNode, Pod } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from '../object-store.ts';
import { conditionOf, withCondition } from '../objects.ts';
import { stamp, type Timeline } from '../timeline.ts';
import type { EventRecorder } from './event-recorder.ts';
import { deletePod } from './replicasets.ts';

const WRITER = { manager: 'kube-controller-manager' };
const STATUS_WRITER = { ...WRITER, subresource: 'status' } as const;
const MONITOR_SECONDS = 5;
/** --node-monitor-grace-period */
const GRACE_SECONDS = 50;
/** tolerationSeconds that admission gives to every pod */
const TOLERATED_SECONDS = 300;
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Leases, as far as they say when a kubelet was last heard of; in seconds of the timeline. */
export interface Leases {
  lastSeen(node: string): number;
}

/** What kube-controller-manager does about a kubelet that has fallen silent: taints, pods not ready, later eviction. */
export class NodeLifecycleController {
  readonly #store: ObjectStore;
  readonly #events: EventRecorder;
  readonly #timeline: Timeline;
  readonly #leases: Leases;
  readonly #unreachableSince = new Map<string, number>();

  constructor(store: ObjectStore, events: EventRecorder, timeline: Timeline, leases: Leases) {
    this.#store = store;
    this.#events = events;
    this.#timeline = timeline;
    this.#leases = leases;
    timeline.every(MONITOR_SECONDS, () => this.#monitor());
  }

  #monitor(): void {
    for (const node of this.#store.list('nodes')) {
      const { name } = node.metadata;
      if (this.#timeline.elapsed() - this.#leases.lastSeen(name) <= GRACE_SECONDS) continue;
      const since = this.#unreachableSince.get(name);
      if (since === undefined) this.#markUnreachable(node);
      else if (this.#timeline.elapsed() - since > TOLERATED_SECONDS) this.#evict(name);
    }
  }

  #markUnreachable(node: KubeNode): void {
    const { name } = node.metadata;
    this.#unreachableSince.set(name, this.#timeline.elapsed());
    const now = this.#now();
    const unknown = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
    this.#store.update(
      'nodes',
      node.metadata,
      (draft) => {
        const conditions = (draft.status?.conditions ?? []).map((condition) => ({
          ...condition,
          ...unknown,
          lastTransitionTime: now,
        }));
        draft.status = { ...draft.status, conditions };
      },
      STATUS_WRITER,
    );
    this.#store.update(
      'nodes',
      node.metadata,
      (draft) => {
        const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: UNREACHABLE, effect, timeAdded: now }));
        draft.spec = { ...draft.spec, taints };
      },
      WRITER,
    );
    const message = `Node ${name} status is now: NodeNotReady`;
    this.#events.record({ about: node, type: 'Normal', reason: 'NodeNotReady', message, component: 'node-controller' });
    for (const pod of this.#podsOn(name)) this.#markNotReady(pod);
  }

  #markNotReady(pod: Pod): void {
    if (conditionOf(pod.status?.conditions, 'Ready')?.status !== 'True') return;
    const lastTransitionTime = this.#now();
    this.#store.update(
      'pods',
      pod.metadata,
      (draft) => {
        const ready = { type: 'Ready', status: 'False', lastProbeTime: null, lastTransitionTime };
        draft.status = { ...draft.status, conditions: withCondition(draft.status?.conditions, ready) };
      },
      STATUS_WRITER,
    );
    const message = 'Node is not ready';
    this.#events.record({ about: pod, type: 'Warning', reason: 'NodeNotReady', message, component: 'node-controller' });
  }

  /** The pods are marked for deletion, and stay: nobody is there to confirm their end. */
  #evict(node: string): void {
    for (const pod of this.#podsOn(node)) {
      if (pod.metadata.deletionTimestamp) continue;
      const { namespace, name } = pod.metadata;
      const lastTransitionTime = this.#now();
      this.#store.update(
        'pods',
        pod.metadata,
        (draft) => {
          const disrupted = {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByTaintManager',
            message: 'Taint manager: deleting due to NoExecute taint',
            lastProbeTime: null,
            lastTransitionTime,
          };
          draft.status = { ...draft.status, conditions: withCondition(draft.status?.conditions, disrupted) };
        },
        STATUS_WRITER,
      );
      const message = `Marking for deletion Pod ${namespace}/${name}`;
      const component = 'taint-eviction-controller';
      this.#events.record({ about: pod, type: 'Normal', reason: 'TaintManagerEviction', message, component });
      deletePod(this.#store, pod, this.#timeline.now());
    }
  }

  #podsOn(node: string): Pod[] {
    return this.#store.list('pods').filter(({ spec }) => spec.nodeName === node);
  }

  #now(): string {
    return stamp(this.#timeline.now());
  }
}
