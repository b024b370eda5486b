import type { PodMetrics } from '#shared/domain/kubernetes.ts';
import type { EventRecorder } from '../controllers/event-recorder.ts';
import type { Ref } from '../object-store.ts';
import { stamp } from '../timeline.ts';
import type { ContainerWorker, World } from './container-worker.ts';
import { PodWorker } from './pod-worker.ts';

/** nodeStatusReportFrequency: how often a status is posted in which nothing has changed */
const HEARTBEAT_SECONDS = 300;

/** The kubelets of all nodes: a worker for every pod that was placed. */
export class Kubelet {
  readonly #world: World;
  readonly #events: EventRecorder;
  readonly #silentSince = new Map<string, number>();
  readonly #workers = new Map<string, PodWorker>();

  constructor(world: World, events: EventRecorder) {
    this.#world = world;
    this.#events = events;
    world.timeline.every(HEARTBEAT_SECONDS, () => this.beat());
  }

  /** The machine of a node is gone: its processes and its kubelet fall silent at once. */
  async lose(node: string): Promise<void> {
    this.#silentSince.set(node, this.#world.timeline.elapsed());
    const there = [...this.#workers.values()].filter((worker) => worker.node === node);
    await Promise.all(there.map((worker) => worker.vanish()));
  }

  lastSeen(node: string): number {
    return this.#silentSince.get(node) ?? this.#world.timeline.elapsed();
  }

  /** Each kubelet posts the status of its node. */
  beat(): void {
    const lastHeartbeatTime = stamp(this.#world.timeline.now());
    for (const { metadata } of this.#world.store.list('nodes')) {
      if (this.#silentSince.has(metadata.name)) continue;
      this.#world.store.update(
        'nodes',
        metadata,
        (draft) => {
          const conditions = (draft.status?.conditions ?? []).map((condition) => ({ ...condition, lastHeartbeatTime }));
          draft.status = { ...draft.status, conditions };
        },
        { manager: 'kubelet', subresource: 'status' },
      );
    }
  }

  sync(): void {
    for (const pod of this.#world.store.list('pods')) {
      if (this.#silentSince.has(pod.spec.nodeName ?? '')) continue;
      const key = pod.metadata.uid ?? '';
      const worker = this.#workers.get(key);
      if (pod.metadata.deletionTimestamp) void this.#retire(key, worker);
      else if (!worker && pod.spec.nodeName) this.#workers.set(key, new PodWorker(pod, this.#world, this.#events));
    }
  }

  async #retire(key: string, worker: PodWorker | undefined): Promise<void> {
    await worker?.terminate();
    this.#workers.delete(key);
  }

  container(ref: Ref, name: string): ContainerWorker | undefined {
    const worker = [...this.#workers.values()].find((one) => one.name === ref.name && one.namespace === ref.namespace);
    return worker?.all.find(({ spec }) => spec.name === name);
  }

  /** What metrics-server has of the running pods. */
  metrics(): PodMetrics[] {
    const timestamp = stamp(this.#world.timeline.now());
    return [...this.#workers.values()].flatMap((worker) => {
      const running = worker.all.filter(({ process }) => process);
      if (running.length === 0) return [];
      const { namespace, name, labels, creationTimestamp } = worker.read().metadata;
      const containers = running.map(({ spec, process }) => ({
        name: spec.name,
        usage: {
          cpu: `${Math.round((process?.cpuMillicores() ?? 0) * 1e6)}n`,
          memory: `${Math.round((process?.memoryMib() ?? 0) * 1024)}Ki`,
        },
      }));
      return [
        {
          metadata: { name, namespace, labels, creationTimestamp },
          timestamp,
          window: '15s',
          containers,
        } as PodMetrics,
      ];
    });
  }
}
