import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathOf } from '../components/place.ts';

const run = promisify(execFile);

/** Acts on a cluster as the bed's own user, so that a filter of the audit log on other users shows only what was tested. */
export class BedClient {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  async kubectl(...args: string[]): Promise<string> {
    const common = [`--kubeconfig=${join(this.dir, 'bed.kubeconfig')}`, `--cache-dir=${join(this.dir, 'cache')}`];
    const { stdout } = await run(pathOf('kubectl'), [...common, ...args], { maxBuffer: 256 << 20 });
    return stdout;
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl(...args, '-o', 'json'));
  }

  /** A manifest, or objects as `kubectl apply` takes them. */
  async apply(...manifests: (string | object)[]) {
    const texts = manifests.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    await this.#send(texts.join('\n---\n'), 'apply', '--server-side', '--force-conflicts');
  }

  async #send(manifest: string, ...command: string[]) {
    using folder = mkdtempDisposableSync(join(this.dir, 'manifest-'));
    const file = join(folder.path, 'manifest.yaml');
    writeFileSync(file, manifest);
    await this.kubectl(...command, '-f', file);
  }

  /** What the kubelet or a controller would report: merged into the object's status. */
  async patchStatus(kind: string, namespace: string, name: string, status: object) {
    const body = JSON.stringify({ status });
    await this.kubectl('-n', namespace, 'patch', kind, name, '--subresource=status', '--type=merge', '-p', body);
  }

  /** An Event as a kubelet writes it, about an object that exists. */
  async event(
    about: { kind: string; namespace: string; name: string },
    {
      reason,
      message,
      type = 'Warning',
      count = 1,
    }: { reason: string; message: string; type?: string; count?: number },
  ) {
    const { kind, namespace, name } = about;
    const { metadata, apiVersion } = await this.json<{ metadata: { uid: string }; apiVersion: string }>(
      '-n',
      namespace,
      'get',
      kind,
      name,
    );
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, generateName: `${name}.` },
      involvedObject: { apiVersion, kind, namespace, name, uid: metadata.uid },
      reason,
      message,
      type,
      count,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component: 'kubelet', host: 'node-1' },
    };
    // Created, not applied: its name is generated.
    await this.#send(JSON.stringify(event), 'create');
  }

  /** What `kubectl logs` answers for a container from now on; lines get a CRI time stamp where they have none yet. */
  async setLog(namespace: string, pod: string, container: string, text: string, { previous = false } = {}) {
    const dir = join(this.dir, 'logs', namespace, pod);
    mkdirSync(dir, { recursive: true });
    const file = (kind: string) => join(dir, `${container}.${kind}.log`);
    const stamp = new Date().toISOString().replace('Z', '000000Z');
    const lines = text
      .split('\n')
      .map((line) => (/^\S+Z std(out|err) [FP] /.test(line) ? line : `${stamp} stdout F ${line}`));
    for (const kind of ['current', 'previous']) appendFileSync(file(kind), '');
    writeFileSync(file(previous ? 'previous' : 'current'), `${lines.join('\n')}\n`);
    await this.apply({
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'Logs',
      metadata: { name: pod, namespace },
      spec: {
        logs: [
          { containers: [container], logsFile: file('current'), previousLogsFile: file('previous'), follow: false },
        ],
      },
    });
  }
}
