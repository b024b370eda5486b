import type { Container, ContainerState, Terminated } from '#shared/domain/kubernetes.ts';
import type { Names } from '../names.ts';
import type { Network } from '../network.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ProcessContext, Program, Running } from '../programs/program.ts';
import type { Registry } from '../programs/registry.ts';
import { parseQuantity } from '../quantity.ts';
import { type Cancellable, stamp, type Timeline } from '../timeline.ts';
import { ContainerConfigError, environmentOf, readMounted } from './container-config.ts';
import { ContainerLog } from './container-log.ts';
import { goDuration } from './go-duration.ts';
import type { ImagePuller } from './image-puller.ts';
import type { PodWorker } from './pod-worker.ts';
import { type ProbeReport, startProbe } from './probes.ts';

export interface World {
  store: ObjectStore;
  timeline: Timeline;
  names: Names;
  network: Network;
  registry: Registry;
  puller: ImagePuller;
}

export type Say = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

const LONGEST_BACKOFF_SECONDS = 300;
/** How often a kubelet looks again at a pod that it cannot start. */
const RESYNC_SECONDS = 12;
const SIGKILL = 137;
const MEBIBYTE = 1024 ** 2;

/** What comes after an init container: called when it is done, or has started if it is a sidecar. */
type Next = () => Promise<void>;

/** One container's life: image, configuration, process, probes, restarts with back-off. */
export class ContainerWorker {
  readonly log = new ContainerLog();
  readonly spec: Container;
  state: ContainerState;
  lastState: ContainerState = {};
  restartCount = 0;
  ready = false;
  containerID: string | undefined;
  process: Running | undefined;
  readonly #pod: PodWorker;
  readonly #world: World;
  readonly #say: Say;
  readonly #next: Next | undefined;
  readonly #timers = new Set<Cancellable>();
  #startedAt = '';
  #run = 0;
  #backOffSeconds = 0;
  #ending = false;

  /** `next` makes it an init container. */
  constructor(spec: Container, pod: PodWorker, world: World, next?: Next) {
    this.spec = spec;
    this.#pod = pod;
    this.#world = world;
    this.#next = next;
    this.state = { waiting: { reason: pod.hasInitContainers ? 'PodInitializing' : 'ContainerCreating' } };
    const fieldPath = `spec.${next ? 'initContainers' : 'containers'}{${spec.name}}`;
    this.#say = (type, reason, message) => pod.say(type, reason, message, fieldPath);
  }

  /** It runs beside the others for as long as the pod does. */
  get isSidecar(): boolean {
    return this.#next !== undefined && this.spec.restartPolicy === 'Always';
  }
  get isDone(): boolean {
    return this.isSidecar ? this.state.running !== undefined : this.state.terminated?.exitCode === 0;
  }

  /** Awaited by whoever plans it, so that a replayed past does not run ahead of a process that opens its ports. */
  start(): void | Promise<void> {
    if (this.#ending) return undefined;
    const { image = '', imagePullPolicy: policy = 'IfNotPresent' } = this.spec;
    const { node, uid } = this.#pod;
    return this.#world.puller.ensure(
      { image, node, policy, podUid: uid },
      this.#say,
      () => this.#launch(),
      ({ reason, message, retryInSeconds }) => {
        this.#wait(reason, message);
        this.#later(retryInSeconds, () => this.start());
      },
    );
  }

  async #launch(): Promise<void> {
    if (this.#ending) return;
    const { store, timeline, names, registry } = this.#world;
    const program = registry.find(this.spec.image ?? '')?.program;
    if (!program) return;
    let env: Record<string, string>;
    try {
      env = environmentOf(store, this.#pod.read(), this.spec);
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      this.#say('Warning', 'Failed', `Error: ${error.message}`);
      this.#wait('CreateContainerConfigError', error.message);
      this.#later(RESYNC_SECONDS, () => this.start());
      return;
    }
    if (this.containerID !== undefined) this.restartCount += 1;
    this.containerID = `containerd://${names.hex(64)}`;
    this.#startedAt = stamp(timeline.now());
    this.#run += 1;
    this.log.startRun();
    this.#say('Normal', 'Created', 'Container created');
    this.#say('Normal', 'Started', 'Container started');
    this.state = { running: { startedAt: this.#startedAt } };
    this.ready = !this.spec.readinessProbe && (!this.#next || this.isSidecar);
    this.#pod.writeStatus();
    await this.#runProcess(program, env);
  }

  async #runProcess(program: Program, env: Record<string, string>): Promise<void> {
    const run = this.#run;
    const process = await program(this.#context(env, run));
    if (run !== this.#run || !this.state.running) return;
    this.process = process;
    if (this.isSidecar) await this.#next?.();
    this.#timers.add(this.#world.timeline.every(5, () => this.#checkMemory()));
    const { readinessProbe, livenessProbe, startupProbe } = this.spec;
    const probes = { Readiness: readinessProbe, Liveness: livenessProbe, Startup: startupProbe };
    for (const kind of ['Readiness', 'Liveness', 'Startup'] as const) {
      const probe = probes[kind];
      if (!probe) continue;
      const report = (outcome: ProbeReport) => this.#onProbe(outcome);
      this.#timers.add(startProbe(kind, probe, this.spec, this.#pod.ip, this.#world, report));
    }
  }

  #context(env: Record<string, string>, run: number): ProcessContext {
    const { timeline, network, names, store } = this.#world;
    const { ip, namespace } = this.#pod;
    const alive = () => run === this.#run && this.state.running !== undefined;
    const track = (timer: Cancellable) => {
      this.#timers.add(timer);
      return timer;
    };
    return {
      env,
      args: this.spec.args ?? [],
      podIP: ip,
      readFile: (path) => readMounted(store, this.#pod.read(), this.spec, path),
      listen: (port, server) => network.listen(ip, port, server),
      request: async (url, call) => {
        const from = this.#pod.read();
        const at = network.resolve(namespace, url.hostname, Number(url.port || 80), from);
        return network.request(at.ip, at.port, { ...call, path: url.pathname }, from);
      },
      log: (line) => {
        if (run === this.#run) this.log.write(timeline.now(), line);
      },
      now: () => timeline.now(),
      after: (seconds, task) => track(timeline.after(seconds, () => (alive() ? task() : undefined))),
      every: (seconds, task) => track(timeline.every(seconds, () => (alive() ? task() : undefined))),
      random: () => names.random(),
      exit: (code) => {
        if (alive()) this.#exited(code, code === 0 ? 'Completed' : 'Error');
      },
    };
  }

  #onProbe({ kind, failure, decided }: ProbeReport): void {
    if (failure !== undefined) this.#say('Warning', 'Unhealthy', `${kind} probe failed: ${failure}`);
    if (!decided) return;
    if (kind === 'Readiness') {
      this.ready = failure === undefined;
      this.#pod.writeStatus();
    } else if (failure !== undefined) {
      const message = `Container ${this.spec.name} failed ${kind.toLowerCase()} probe, will be restarted`;
      this.#say('Normal', 'Killing', message);
      void this.#kill((code, reason) => this.#exited(code, reason));
    }
  }

  /** SIGTERM, and SIGKILL after the grace period for a process that does not heed it. */
  #kill(done: (code: number, reason: string) => void): void {
    this.#cancelTimers();
    if (this.process?.onTerminate?.()) this.#world.timeline.after(0.3, () => done(0, 'Completed'));
    else this.#world.timeline.after(this.#pod.graceSeconds, () => done(SIGKILL, 'Error'));
  }

  #checkMemory(): void {
    const limit = this.spec.resources?.limits?.memory;
    if (limit !== undefined && (this.process?.memoryMib() ?? 0) > parseQuantity(limit) / MEBIBYTE)
      this.#exited(SIGKILL, 'OOMKilled');
  }

  #exited(exitCode: number, reason: string): void {
    this.#cancelTimers();
    this.process = undefined;
    this.ready = false;
    const finishedAt = stamp(this.#world.timeline.now());
    const { containerID = '' } = this;
    const ended: Terminated & { containerID: string } = {
      exitCode,
      reason,
      startedAt: this.#startedAt,
      finishedAt,
      containerID,
    };
    this.state = { terminated: ended };
    // An init container is ready when it has done its work.
    if (this.#next && exitCode === 0) this.ready = true;
    this.#pod.writeStatus();
    void this.#world.network.release(this.#pod.ip);
    if (this.#ending) return;
    const isOver = this.#next !== undefined && !this.isSidecar && exitCode === 0;
    if (isOver) this.#later(1, () => this.#next?.());
    else if (!this.#pod.runsOnce || this.isSidecar) this.#later(1, () => this.#restart(ended));
  }

  /** At once the first time, then after 10 s, 20 s, ... 5 min; ten good minutes forgive everything. */
  #restart(ended: Terminated): void | Promise<void> {
    const lived = Date.parse(ended.finishedAt ?? '') - Date.parse(ended.startedAt ?? '');
    if (lived > 2 * LONGEST_BACKOFF_SECONDS * 1000) this.#backOffSeconds = 0;
    const delay = this.#backOffSeconds;
    this.#backOffSeconds = delay === 0 ? 10 : Math.min(delay * 2, LONGEST_BACKOFF_SECONDS);
    this.lastState = { terminated: ended };
    if (delay === 0) return this.start();
    const { name } = this.spec;
    const pod = `${this.#pod.name}_${this.#pod.namespace}(${this.#pod.uid})`;
    const tell = () => this.#say('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${pod}`);
    this.#wait('CrashLoopBackOff', `back-off ${goDuration(delay)} restarting failed container=${name} pod=${pod}`);
    tell();
    this.#timers.add(this.#world.timeline.every(RESYNC_SECONDS, tell));
    this.#later(delay, () => {
      this.#cancelTimers();
      return this.start();
    });
    return undefined;
  }

  /** Ends the container for good; the promise ends with its process. */
  async end(): Promise<void> {
    this.#ending = true;
    const running = this.state.running !== undefined;
    if (running) {
      this.#say('Normal', 'Killing', `Stopping container ${this.spec.name}`);
      await new Promise<void>((resolve) => {
        this.#kill((code, reason) => {
          this.#exited(code, reason);
          resolve();
        });
      });
    }
    this.#cancelTimers();
  }

  /** Nothing of it is left to run, and nobody to say so. */
  vanish(): void {
    this.#ending = true;
    this.#run += 1;
    this.process = undefined;
    this.#cancelTimers();
  }

  #wait(reason: string, message: string): void {
    this.state = { waiting: { reason, message } };
    this.#pod.writeStatus();
  }

  #later(seconds: number, run: () => void | Promise<void>): void {
    this.#timers.add(this.#world.timeline.after(seconds, run));
  }

  #cancelTimers(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
