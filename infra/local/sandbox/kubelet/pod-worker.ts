import type { Condition, ContainerStatus, Pod } from '#shared/domain/kubernetes.ts';
import type { EventRecorder } from '../controllers/event-recorder.ts';
import { withCondition } from '../objects.ts';
import { stamp } from '../timeline.ts';
import { MountError, volumesOf } from './container-config.ts';
import { ContainerWorker, type World } from './container-worker.ts';

const WRITER = { manager: 'kubelet', subresource: 'status' } as const;
const MOUNT_RETRY_SECONDS = 8;

/** What the kubelet does for one pod, from its placement on the node to the end of its containers. */
export class PodWorker {
  readonly containers: ContainerWorker[];
  ip = '';
  readonly #pod: Pod;
  readonly #world: World;
  readonly #events: EventRecorder;
  #mounted = false;
  #vanished = false;
  #ended: Promise<void> | undefined;

  constructor(pod: Pod, world: World, events: EventRecorder) {
    this.#pod = pod;
    this.#world = world;
    this.#events = events;
    this.containers = pod.spec.containers.map((container) => new ContainerWorker(container, this, world));
    world.timeline.after(0.4, () => this.#prepare());
  }

  get name(): string {
    return this.#pod.metadata.name;
  }
  get namespace(): string {
    return this.#pod.metadata.namespace ?? '';
  }
  get uid(): string {
    return this.#pod.metadata.uid ?? '';
  }
  get node(): string {
    return this.#pod.spec.nodeName ?? '';
  }
  get graceSeconds(): number {
    return this.#pod.spec.terminationGracePeriodSeconds ?? 30;
  }

  /** restartPolicy Never: what has ended stays so */
  get runsOnce(): boolean {
    return this.#pod.spec.restartPolicy === 'Never';
  }

  /** The pod as it stands in the API now. */
  read(): Pod {
    return this.#world.store.get('pods', this.#pod.metadata) ?? this.#pod;
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    if (this.#vanished) return;
    const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
    this.#events.record({
      about: this.read(),
      ...fieldPath,
      type,
      reason,
      message,
      component: 'kubelet',
      host: this.node,
    });
  }

  async #prepare(): Promise<void> {
    if (this.#ended) return;
    try {
      volumesOf(this.#world.store, this.#pod);
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      this.say('Warning', 'FailedMount', error.message);
      this.writeStatus();
      this.#world.timeline.after(MOUNT_RETRY_SECONDS, () => this.#prepare());
      return;
    }
    this.#mounted = true;
    this.ip = this.#world.network.assign(this.node);
    this.writeStatus();
    await Promise.all(this.containers.map((container) => container.start()));
  }

  /** Ends the containers, then takes the pod out of the API. Asked again, it is the same end. */
  terminate(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    await Promise.all(this.containers.map((container) => container.end()));
    this.#world.store.remove('pods', this.#pod.metadata);
  }

  /** The machine is gone: the pod stays in the API as it was last seen. */
  async vanish(): Promise<void> {
    this.#vanished = true;
    this.#ended ??= Promise.resolve();
    for (const container of this.containers) container.vanish();
    await this.#world.network.cut(this.ip);
  }

  writeStatus(): void {
    if (this.#vanished) return;
    const now = stamp(this.#world.timeline.now());
    const containerStatuses = this.containers.map((container) => this.#statusOf(container));
    this.#world.store.update(
      'pods',
      this.#pod.metadata,
      (draft) => {
        const status = draft.status ?? {};
        let { conditions } = status;
        for (const condition of this.#conditions()) {
          const written = { lastProbeTime: null, ...condition, lastTransitionTime: now };
          conditions = withCondition(conditions, written);
        }
        const addresses = this.ip ? { podIP: this.ip, podIPs: [{ ip: this.ip }] } : {};
        const phase = this.#phase();
        const startTime = status.startTime ?? now;
        draft.status = { ...status, phase, startTime, ...addresses, conditions: conditions ?? [], containerStatuses };
      },
      WRITER,
    );
  }

  #phase(): string {
    const ends = this.containers.map(({ state }) => state.terminated);
    if (this.runsOnce && ends.every((end) => end !== undefined))
      return ends.every((end) => end?.exitCode === 0) ? 'Succeeded' : 'Failed';
    return this.containers.some(({ containerID }) => containerID !== undefined) ? 'Running' : 'Pending';
  }

  #conditions(): Omit<Condition, 'lastTransitionTime'>[] {
    const unready = this.containers.filter(({ ready }) => !ready).map(({ spec }) => spec.name);
    const message = `containers with unready status: [${unready.join(' ')}]`;
    const over = { Succeeded: 'PodCompleted', Failed: 'PodFailed' }[this.#phase()];
    const ready =
      over !== undefined
        ? { status: 'False', reason: over }
        : unready.length === 0
          ? { status: 'True' }
          : { status: 'False', reason: 'ContainersNotReady', message };
    return [
      { type: 'PodReadyToStartContainers', status: this.#mounted ? 'True' : 'False' },
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', ...ready },
      { type: 'ContainersReady', ...ready },
    ];
  }

  #statusOf(container: ContainerWorker): ContainerStatus {
    const { spec, state, lastState, restartCount, ready, containerID } = container;
    const digest = this.#world.registry.find(spec.image ?? '')?.digest;
    return {
      name: spec.name,
      image: spec.image ?? '',
      imageID: containerID && digest ? `${spec.image?.split(':')[0]}@${digest}` : '',
      ...(containerID ? { containerID } : {}),
      state,
      lastState,
      ready,
      started: state.running !== undefined,
      restartCount,
    } as ContainerStatus;
  }
}
