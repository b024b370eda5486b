import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { BedClient } from '../../scripts/control-plane/bed-client.ts';

export interface Command {
  file: string;
  args: string[];
  env?: Record<string, string>;
}

interface Running {
  name: string;
  ip: string;
  child: ChildProcess | undefined;
  log: string;
  previousLog: string;
  restarts: number;
  startedAt: string;
  lastState: object;
  /** epoch milliseconds before which a crashed container is not started again */
  backOffUntil: number;
  failedProbes: number;
  reported: string;
}

const PERIOD = 300;
const BACK_OFF = 2000;
const PROBE_TIMEOUT = 400;
const FAILURES = 2;

const seconds = (at = new Date()) => at.toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * A kubelet for pods labelled bed/hold=true: starts a real process on each pod's address, asks its readiness probe over
 * HTTP, starts it again when it ends, and reports status, events and logs as a kubelet does. Nothing of what it reports
 * is scripted: a pod is not ready because its process does not answer.
 */
export class ProcessKubelet implements AsyncDisposable {
  readonly #client: BedClient;
  readonly #namespace: string;
  readonly #commands: Record<string, (ip: string) => Command>;
  readonly #running = new Map<string, Running>();
  readonly #addresses: Iterator<string>;
  #ending = false;
  readonly #loop: Promise<void>;

  /** `commands` by container name; addresses are taken from the end of the bed's block. */
  constructor(
    client: BedClient,
    namespace: string,
    podCidr: string,
    commands: Record<string, (ip: string) => Command>,
  ) {
    this.#client = client;
    this.#namespace = namespace;
    this.#commands = commands;
    this.#addresses = addresses(podCidr);
    this.#loop = this.#run();
  }

  /** The processes of a container that are up now. */
  processes(container: string): ChildProcess[] {
    return [...this.#running.values()].flatMap(({ name, child }) =>
      child && name.startsWith(container) ? [child] : [],
    );
  }

  async #run() {
    while (!this.#ending) {
      await this.#sync();
      await sleep(PERIOD);
    }
  }

  async #sync() {
    const { items } = await this.#client.json<{ items: Pod[] }>(
      '-n',
      this.#namespace,
      'get',
      'pods',
      '-l',
      'bed/hold=true',
    );
    const here = new Set(items.map(({ metadata }) => metadata.uid ?? ''));
    for (const [uid, { child }] of this.#running) {
      if (here.has(uid)) continue;
      child?.kill('SIGKILL');
      this.#running.delete(uid);
    }
    await Promise.all(
      items.filter(({ spec, metadata }) => spec.nodeName && !metadata.deletionTimestamp).map((pod) => this.#tend(pod)),
    );
  }

  async #tend(pod: Pod) {
    const uid = pod.metadata.uid ?? '';
    const running = this.#running.get(uid) ?? this.#admit(uid, pod.metadata.name);
    if (!running.child && Date.now() >= running.backOffUntil) this.#start(pod, running);
    const probe = pod.spec.containers[0]?.readinessProbe?.httpGet;
    const answer =
      running.child && probe ? await ask(running.ip, portOf(pod, probe.port), probe.path ?? '/') : undefined;
    const healthy = Boolean(running.child) && answer === undefined;
    running.failedProbes = healthy ? 0 : running.failedProbes + 1;
    const ready =
      healthy ||
      (Boolean(running.child) && running.failedProbes < FAILURES && running.reported.includes('"ready":true'));
    await this.#report(pod, running, ready, answer);
  }

  #admit(uid: string, name: string): Running {
    const running: Running = {
      name,
      ip: this.#addresses.next().value ?? '',
      child: undefined,
      log: '',
      previousLog: '',
      restarts: -1,
      startedAt: '',
      lastState: {},
      backOffUntil: 0,
      failedProbes: 0,
      reported: '',
    };
    this.#running.set(uid, running);
    return running;
  }

  #start(pod: Pod, running: Running) {
    const container = pod.spec.containers[0]?.name ?? '';
    const command = this.#commands[container]?.(running.ip);
    if (!command) throw new Error(`no command for container ${container}`);
    const child = spawn(command.file, command.args, {
      env: { ...process.env, POD_IP: running.ip, ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.restarts++;
    running.startedAt = seconds();
    running.previousLog = running.log;
    running.log = '';
    running.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        running.log = (running.log + text).slice(-20_000);
      });
    }
    child.once('exit', (exitCode, signal) => {
      running.child = undefined;
      running.backOffUntil = Date.now() + BACK_OFF;
      const code = exitCode ?? (signal === 'SIGKILL' ? 137 : 143);
      const terminated = {
        exitCode: code,
        reason: code === 0 ? 'Completed' : 'Error',
        startedAt: running.startedAt,
        finishedAt: seconds(),
      };
      running.lastState = { terminated };
    });
  }

  async #report(pod: Pod, running: Running, ready: boolean, probeError: string | undefined) {
    const { namespace = '', name } = pod.metadata;
    const container = pod.spec.containers[0]?.name ?? '';
    const state = running.child
      ? { running: { startedAt: running.startedAt } }
      : { waiting: { reason: 'CrashLoopBackOff', message: `back-off 10s restarting failed container=${container}` } };
    const status = {
      ready,
      started: Boolean(running.child),
      restartCount: Math.max(0, running.restarts),
      state,
      lastState: running.lastState,
    };
    const reported = JSON.stringify(status);
    if (reported === running.reported) return;
    running.reported = reported;
    // As the kubelet does: what it saw first, then what follows from it.
    const about = { kind: 'Pod', namespace, name };
    if (!running.child) {
      await this.#client.event(about, {
        reason: 'BackOff',
        message: `Back-off restarting failed container ${container} in pod ${name}`,
      });
    } else if (probeError && !ready) {
      await this.#client.event(about, {
        reason: 'Unhealthy',
        message: `Readiness probe failed: ${probeError}`,
        count: FAILURES,
      });
    }
    const condition = (type: string, holds: boolean) => ({
      type,
      status: holds ? 'True' : 'False',
      lastTransitionTime: seconds(),
      ...(holds ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${container}]` }),
    });
    await this.#client.patchStatus('pod', namespace, name, {
      phase: 'Running',
      podIP: running.ip,
      podIPs: [{ ip: running.ip }],
      startTime: pod.metadata.creationTimestamp,
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', true),
        condition('Ready', ready),
        condition('ContainersReady', ready),
      ],
      containerStatuses: [{ name: container, image: pod.spec.containers[0]?.image, imageID: '', ...status }],
    });
    await this.#client.setLog(namespace, name, container, running.log);
    if (running.previousLog)
      await this.#client.setLog(namespace, name, container, running.previousLog, { previous: true });
  }

  async [Symbol.asyncDispose]() {
    this.#ending = true;
    await this.#loop;
    for (const { child } of this.#running.values()) child?.kill('SIGKILL');
  }
}

const portOf = (pod: Pod, port: number | string) =>
  typeof port === 'number'
    ? port
    : (pod.spec.containers[0]?.ports?.find(({ name }) => name === port)?.containerPort ?? 0);

/** undefined when the probe passes, else the kubelet's words. */
const ask = (ip: string, port: number, path: string) =>
  new Promise<string | undefined>((resolve) => {
    const url = `http://${ip}:${port}${path}`;
    const request = get(url, { timeout: PROBE_TIMEOUT, agent: false }, (response) => {
      response.resume();
      const code = response.statusCode ?? 0;
      resolve(code >= 200 && code < 400 ? undefined : `HTTP probe failed with statuscode: ${code}`);
    });
    request.once('timeout', () =>
      request.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
    );
    request.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ECONNREFUSED' ? `dial tcp ${ip}:${port}: connect: connection refused` : error.message;
      resolve(`Get "${url}": ${why}`);
    });
  });

function* addresses(cidr: string) {
  const [a = 0, b = 0, c = 0] = cidr.split(/[./]/).map(Number);
  for (let last = 1; last < 250; last++) yield `${a}.${b}.${c + 30}.${last}`;
}
