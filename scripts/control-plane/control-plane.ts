import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KWOK_CRDS, pathOf } from '../components/place.ts';
import { BedClient } from './bed-client.ts';
import { makeCertificates, USERS } from './certificates.ts';
import { argumentsOf, type Bed, type ComponentName, kubeconfigOf, portOf } from './components.ts';
import { isAbandoned, startedAt, sweep } from './remains.ts';

/** Clusters side by side: each slot has its own folder, twenty ports, and a /19 of 198.18.0.0/15 for pods. */
const SLOTS = 16;
const FIRST_PORT = 21_000;
const PORTS = 20;
const HOME = join(tmpdir(), 'otlp-medic-control-planes');

export interface ControlPlaneOptions {
  nodes?: number;
  /** false = a cluster without metrics.k8s.io */
  metrics?: boolean;
  apiserverArgs?: string[];
}

/** A real control plane with KWOK's simulated nodes, as processes on loopback. */
export class ControlPlane {
  readonly bed: Bed;
  /** file, of system:masters */
  readonly kubeconfig: string;
  readonly auditLog: string;
  /** the route that lets a process listen on a pod's address; absent without the right to make it */
  readonly routed: boolean;
  readonly client: BedClient;
  readonly #running = new Map<ComponentName, ChildProcess>();
  #reaper?: ChildProcess;

  private constructor(bed: Bed, routed: boolean) {
    this.bed = bed;
    this.kubeconfig = join(bed.dir, 'kubeconfig');
    this.auditLog = join(bed.dir, 'audit.log');
    this.routed = routed;
    this.client = new BedClient(bed.dir);
  }

  /** Ready after about six seconds. Throws with the failing component's last log lines. */
  static async start({ nodes = 3, metrics = true, apiserverArgs = [] }: ControlPlaneOptions = {}) {
    const bed = await claimBed(apiserverArgs);
    const plane = new ControlPlane(bed, route(bed));
    try {
      plane.#reaper = reap(bed.dir);
      await plane.#boot(nodes, metrics);
      return plane;
    } catch (error) {
      await plane.down();
      throw error;
    }
  }

  async #boot(nodes: number, metrics: boolean) {
    const { dir } = this.bed;
    for (const folder of ['pki', 'logs']) mkdirSync(join(dir, folder), { recursive: true });
    makeCertificates(join(dir, 'pki'));
    for (const user of Object.keys(USERS)) writeFileSync(join(dir, `${user}.kubeconfig`), kubeconfigOf(this.bed, user));
    writeFileSync(this.kubeconfig, kubeconfigOf(this.bed, 'admin'), { mode: 0o600 });
    writeFileSync(join(dir, 'logs', 'empty.log'), '');
    await this.start('etcd', 'kube-apiserver');
    await this.ready();
    await this.start('kube-controller-manager', 'kube-scheduler');
    const crds = join(dirname(pathOf('kwok')), KWOK_CRDS);
    await this.client.apply(readFileSync(crds, 'utf8'));
    await this.client.kubectl('wait', '--for=condition=Established', '--timeout=30s', '-f', crds);
    await this.start('kwok');
    await this.client.apply(this.#manifest('kubelet.yaml'));
    if (metrics) {
      await this.start('metrics-server');
      await this.client.apply(this.#manifest('metrics-server.yaml'));
    }
    await this.makeNodes(nodes);
    await this.#until('kube-controller-manager', 'default service account', () =>
      this.client.kubectl('get', 'serviceaccount', 'default'),
    );
  }

  #manifest(file: string) {
    return readFileSync(join(import.meta.dirname, file), 'utf8')
      .replaceAll('@DIR@', this.bed.dir)
      .replaceAll('@METRICS_PORT@', String(portOf(this.bed, 'metrics-server')));
  }

  async makeNodes(count: number) {
    const zone = (i: number) => `us-east-1${'abc'[i % 3]}`;
    const node = (i: number) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: `node-${i}`,
        annotations: { 'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/node-${i}/metrics/resource` },
        labels: {
          'kubernetes.io/hostname': `node-${i}`,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'topology.kubernetes.io/zone': zone(i),
          'eks.amazonaws.com/nodegroup': 'general',
        },
      },
    });
    await this.client.apply(...Array.from({ length: count }, (_, i) => node(i + 1)));
    await this.client.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'nodes', '--all');
  }

  async start(...names: ComponentName[]) {
    for (const name of names) {
      const log = openSync(join(this.bed.dir, `${name}.log`), 'a');
      const child = spawn(pathOf(name), argumentsOf(this.bed, name), {
        stdio: ['ignore', log, log],
        detached: true,
        env: { PATH: '/usr/bin:/bin', HOME: this.bed.dir },
      });
      if (child.pid === undefined) throw new Error(`${name} did not start: ${pathOf(name)}`);
      child.unref();
      this.#running.set(name, child);
      writeFileSync(this.#pidFile(name), JSON.stringify({ pid: child.pid, at: startedAt(child.pid) }));
    }
  }

  #pidFile = (name: ComponentName) => join(this.bed.dir, `${name}.pid`);

  /** An outage: the component ends until it is started again. */
  async stop(...names: ComponentName[]) {
    for (const name of names) {
      const child = this.#running.get(name);
      if (!child) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await Promise.race([ended, sleep(5000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
      }
      this.#running.delete(name);
      rmSync(this.#pidFile(name), { force: true });
    }
  }

  async ready() {
    await this.#until('kube-apiserver', 'ready', () => this.client.kubectl('get', '--raw', '/readyz'));
  }

  async #until(name: ComponentName, what: string, attempt: () => Promise<unknown>) {
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const child = this.#running.get(name);
        const ended = !child || child.exitCode !== null || child.signalCode !== null;
        if (ended || Date.now() > deadline) {
          const log = readFileSync(join(this.bed.dir, `${name}.log`), 'utf8')
            .trimEnd()
            .split('\n')
            .slice(-5)
            .join('\n');
          throw new Error(`${name}: ${ended ? 'has ended' : `not ${what} within 60 s`}\n${log}`, { cause: error });
        }
        await sleep(150);
      }
    }
  }

  /** Ends every process, takes the route away, removes the folder. */
  async down() {
    sweep(this.bed.dir);
    this.#reaper?.kill();
  }

  async [Symbol.asyncDispose]() {
    await this.down();
  }
}

const listening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** A slot whose folder is taken and not abandoned, or any of whose ports is in use, is somebody else's. */
async function claimBed(apiserverArgs: string[]): Promise<Bed> {
  mkdirSync(HOME, { recursive: true });
  for (let slot = 0; slot < SLOTS; slot++) {
    const dir = join(HOME, String(slot));
    const port = FIRST_PORT + PORTS * slot;
    if (isAbandoned(dir)) sweep(dir);
    const ports = Array.from({ length: PORTS }, (_, index) => port + index);
    if ((await Promise.all(ports.map(listening))).includes(true) || !claim(dir)) continue;
    const [a, b, c] = [198, 18 + Math.floor(slot / 8), (slot % 8) * 32];
    return { dir, port, podCidr: `${a}.${b}.${c}.0/19`, advertise: `${a}.${b}.${c + 31}.254`, apiserverArgs };
  }
  throw new Error(`all ${SLOTS} slots for test clusters are taken: see ${HOME}`);
}

/** A folder with its owner's name in it appears at once, or, where there is one already, not at all. */
function claim(dir: string): boolean {
  const staged = mkdtempSync(join(HOME, 'claim-'));
  writeFileSync(join(staged, 'owner'), JSON.stringify({ pid: process.pid, at: startedAt(process.pid) }));
  try {
    renameSync(staged, dir);
    return true;
  } catch {
    rmSync(staged, { recursive: true });
    return false;
  }
}

/** With this route every pod address is this machine's own, so a process can listen there and be the pod. */
function route({ dir, podCidr }: Bed): boolean {
  try {
    execFileSync('ip', ['route', 'replace', 'local', podCidr, 'dev', 'lo'], { stdio: 'ignore' });
    writeFileSync(join(dir, 'route'), podCidr);
    return true;
  } catch {
    return false; // without the right to change routes, pod addresses lead nowhere; tests that need them say so
  }
}

function reap(dir: string): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child;
}
