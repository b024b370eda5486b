import type { KubeNode, Pod } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from '../object-store.ts';
import { conditionOf, withCondition } from '../objects.ts';
import { stamp, type Timeline } from '../timeline.ts';
import type { EventRecorder } from './event-recorder.ts';

const WRITER = { manager: 'kube-scheduler', subresource: 'binding' } as const;

/** Puts each new pod on the ready node with the fewest pods of its ReplicaSet, then the fewest pods. */
export class Scheduler {
  readonly #store: ObjectStore;
  readonly #events: EventRecorder;
  readonly #timeline: Timeline;

  constructor(store: ObjectStore, events: EventRecorder, timeline: Timeline) {
    this.#store = store;
    this.#events = events;
    this.#timeline = timeline;
  }

  sync(): void {
    for (const pod of this.#store.list('pods')) if (!pod.spec.nodeName) this.#place(pod);
  }

  #place(pod: Pod): void {
    const nodes = this.#store.list('nodes');
    const node = nodes.filter(isSchedulable).toSorted((a, b) => this.#load(a, pod) - this.#load(b, pod))[0];
    const lastTransitionTime = stamp(this.#timeline.now());
    if (!node) {
      const message = whyNot(nodes);
      const unscheduled = {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastTransitionTime,
      };
      if (conditionOf(pod.status?.conditions, 'PodScheduled')) return;
      this.#store.update(
        'pods',
        pod.metadata,
        (draft) => {
          draft.status = { ...draft.status, conditions: withCondition(draft.status?.conditions, unscheduled) };
        },
        WRITER,
      );
      this.#events.recordScheduling(pod, 'Warning', 'FailedScheduling', message);
      return;
    }
    this.#store.update(
      'pods',
      pod.metadata,
      (draft) => {
        draft.spec.nodeName = node.metadata.name;
        const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime };
        draft.status = { ...draft.status, conditions: withCondition(draft.status?.conditions, scheduled) };
      },
      WRITER,
    );
    const { namespace, name } = pod.metadata;
    const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`;
    this.#events.recordScheduling(pod, 'Normal', 'Scheduled', message);
  }

  #load(node: KubeNode, pod: Pod): number {
    const there = this.#store.list('pods').filter(({ spec }) => spec.nodeName === node.metadata.name);
    const app = pod.metadata.labels?.app;
    return there.filter((other) => other.metadata.labels?.app === app).length * 1000 + there.length;
  }
}

/** As the scheduler of 1.36 counts it: a reason for each node, in the order of their words. */
function whyNot(nodes: readonly KubeNode[]): string {
  const reasons = Object.entries(
    Object.groupBy(nodes, ({ spec }) =>
      spec?.unschedulable ? 'node(s) were unschedulable' : 'node(s) had untolerated taint(s)',
    ),
  ).map(([reason, those = []]) => `${those.length} ${reason}`);
  const none = `0/${nodes.length} nodes are available:`;
  return `${none} ${reasons.sort().join(', ')}. no new claims to deallocate, preemption: ${none} ${nodes.length} Preemption is not helpful for scheduling.`;
}

const isSchedulable = (node: KubeNode): boolean =>
  !node.spec?.unschedulable && conditionOf(node.status?.conditions, 'Ready')?.status === 'True';
