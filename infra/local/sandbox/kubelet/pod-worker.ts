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
  readonly initContainers: ContainerWorker[];
  ip = '';
  readonly #pod: Pod;
  readonly #world: World;
  readonly #events: EventRecorder;
  #mounted = false;
  #reached = -1;
  #vanished = false;
  #ended: Promise<void> | undefined;

  constructor(pod: Pod, world: World, events: EventRecorder) {
    this.#pod = pod;
    this.#world = world;
    this.#events = events;
    this.containers = pod.spec.containers.map((container) => new ContainerWorker(container, this, world));
    this.initContainers = (pod.spec.initContainers ?? []).map(
      (container, index) => new ContainerWorker(container, this, world, () => this.#startAfter(index)),
    );
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

  get hasInitContainers(): boolean {
    return (this.#pod.spec.initContainers ?? []).length > 0;
  }
  get all(): ContainerWorker[] {
    return [...this.initContainers, ...this.containers];
  }

  /** restartPolicy Never: what has ended stays so */
  get runsOnce(): boolean {
    return this.#pod.spec.restartPolicy === 'Never';
  }

  /** The pod as it stands in the API now. */
  read(): Pod {
    return this.#world.store.get('pods', this.#pod.metadata) ?? this.#pod;
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    if (this.#vanished) return;
    this.#events.record({
      about: this.read(),
      ...(fieldPath !== undefined && { fieldPath }),
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
    await this.#startAfter(-1);
  }

  /** One init container after the other, then all the containers at once. */
  async #startAfter(index: number): Promise<void> {
    // A sidecar that is restarted has its successors already.
    if (this.#ended || index < this.#reached) return;
    this.#reached = index + 1;
    const next = this.initContainers[index + 1];
    if (next) await next.start();
    else await Promise.all(this.containers.map((container) => container.start()));
  }

  /** Ends the containers, then takes the pod out of the API. Asked again, it is the same end. */
  terminate(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    await Promise.all(this.containers.map((container) => container.end()));
    await Promise.all(this.initContainers.map((container) => container.end()));
    this.#world.store.remove('pods', this.#pod.metadata);
  }

  /** The machine is gone: the pod stays in the API as it was last seen. */
  async vanish(): Promise<void> {
    this.#vanished = true;
    this.#ended ??= Promise.resolve();
    for (const container of this.all) container.vanish();
    await this.#world.network.cut(this.ip);
  }

  writeStatus(): void {
    if (this.#vanished) return;
    const now = stamp(this.#world.timeline.now());
    const containerStatuses = this.containers.map((container) => this.#statusOf(container));
    const inits = this.initContainers.map((container) => this.#statusOf(container));
    const initContainerStatuses = inits.length > 0 ? { initContainerStatuses: inits } : {};
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
        draft.status = {
          ...{ ...status, phase, startTime, ...addresses, conditions: conditions ?? [] },
          ...initContainerStatuses,
          containerStatuses,
        };
      },
      WRITER,
    );
  }

  #phase(): string {
    const ends = this.containers.map(({ state }) => state.terminated);
    if (this.runsOnce && this.initContainers.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0))
      return 'Failed';
    if (this.runsOnce && ends.every((end) => end !== undefined))
      return ends.every((end) => end?.exitCode === 0) ? 'Succeeded' : 'Failed';
    return this.containers.some(({ containerID }) => containerID !== undefined) ? 'Running' : 'Pending';
  }

  #conditions(): Omit<Condition, 'lastTransitionTime'>[] {
    const serving = [...this.initContainers.filter(({ isSidecar }) => isSidecar), ...this.containers];
    const unready = serving.filter(({ ready }) => !ready).map(({ spec }) => spec.name);
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
      { type: 'Initialized', ...this.#initialized() },
      { type: 'Ready', ...ready },
      { type: 'ContainersReady', ...ready },
    ];
  }

  #initialized(): Pick<Condition, 'status' | 'reason' | 'message'> {
    const open = this.initContainers.filter(({ isDone }) => !isDone).map(({ spec }) => spec.name);
    if (open.length === 0) return { status: 'True' };
    const message = `containers with incomplete status: [${open.join(' ')}]`;
    return { status: 'False', reason: 'ContainersNotInitialized', message };
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
