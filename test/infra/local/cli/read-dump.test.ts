import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readSnapshot } from '#infra/local/cli/read-snapshot.ts';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, podsOf } from '#test/support/faults.ts';
import { healthyNamespace, sandboxTarget } from '#test/support/namespace.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-dump-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

function folder(files: Record<string, string>): string {
  const name = `dump-${++folders}`;
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return name;
}

/** As kubectl 1.36 lays it out: typed lists, `null` for the items of an empty one, logs between marks. */
function dumpOf({ objects }: Snapshot, write = (list: object) => JSON.stringify(list, null, 4), ending = 'json') {
  const list = (kind: string, items: object[]) => ({
    kind: `${kind}List`,
    apiVersion: 'v1',
    metadata: {},
    items: items.length ? items : null,
  });
  const [pod] = podsOf({ objects } as Snapshot, 'otlp-app');
  const log = [
    `==== START logs for container app of pod otlp-system/${pod?.metadata.name} ====`,
    'thread main panicked at src/main.rs:3: password=hunter2-secret',
    `==== END logs for container app of pod otlp-system/${pod?.metadata.name} ====`,
  ].join('\n');
  return folder({
    [`nodes.${ending}`]: write(list('Node', objects.nodes)),
    [`otlp-system/pods.${ending}`]: write(list('Pod', objects.pods)),
    [`otlp-system/deployments.${ending}`]: write(list('Deployment', objects.deployments)),
    [`otlp-system/replicasets.${ending}`]: write(list('ReplicaSet', objects.replicasets)),
    [`otlp-system/daemonsets.${ending}`]: write(list('DaemonSet', [])),
    [`otlp-system/services.${ending}`]: write(list('Service', objects.services)),
    [`otlp-system/events.${ending}`]: write(list('Event', objects.events)),
    [`otlp-system/${pod?.metadata.name}/logs.txt`]: log,
  });
}

const read = (file: string) =>
  readSnapshot(file, root, ({ namespace = 'default' }) => sandboxTarget({ workloads: 'all', namespace }));

describe('a folder that "kubectl cluster-info dump" wrote', () => {
  it.each([
    ['JSON', undefined, 'json'],
    ['YAML', (list: object) => `---\n${stringify(list)}`, 'yaml'],
  ] as const)('is one snapshot, in %s', async (_, write, ending) => {
    const broken = healthyNamespace();
    crashLoop(broken, podsOf(broken, 'otlp-app'), { exitCode: 101 });
    const { snapshot, target } = await read(dumpOf(broken, write, ending));
    expect(target.namespace).toBe('otlp-system');
    expect(snapshot.objects.pods).toHaveLength(broken.objects.pods.length);
    expect(snapshot.logs).toHaveLength(1);
    expect(snapshot.logs[0]).toMatchObject({ container: 'app', text: expect.stringContaining('panicked') });
    expect(JSON.stringify(snapshot)).not.toContain('hunter2');
    expect(snapshot.coverage.checked).toContain('logs');
    expect(snapshot.coverage.notChecked).toContainEqual({ check: 'configmaps', why: 'not in the file' });
    expect(diagnose(snapshot, { target }).rootCauses.map(({ code }) => code)).toEqual(['container-panic']);
  });

  it('is judged as of the newest time in it: what was new then is new', async () => {
    const { snapshot } = await read(dumpOf(crashLoop(healthyNamespace(), podsOf(healthyNamespace(), 'otlp-app'))));
    const age = Date.now() - Date.parse(snapshot.at);
    expect(
      snapshot.objects.events.every(({ lastTimestamp }) => Date.parse(lastTimestamp ?? '') <= Date.parse(snapshot.at)),
    ).toBe(true);
    expect(age).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['holds nothing of Kubernetes', { 'readme.md': 'hello' }, /holds no \.json or \.yaml file/],
    ['holds a broken file', { 'pods.json': '{"items": [' }, /pods\.json: is neither JSON nor YAML/],
    ['holds something else', { 'package.json': '{"name":"x"}' }, /neither a snapshot nor a Kubernetes object/],
  ])('is refused with one line where it %s', async (_, files, words) => {
    await expect(read(folder(files))).rejects.toThrow(words);
  });
});

describe('a YAML List', () => {
  it('is read like a JSON one', async () => {
    const { objects } = healthyNamespace();
    const items = objects.pods.map((pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod }));
    const name = folder({ 'list.yaml': stringify({ kind: 'List', apiVersion: 'v1', items }) });
    const { snapshot, target } = await read(join(name, 'list.yaml'));
    expect(snapshot.objects.pods).toHaveLength(objects.pods.length);
    expect(target.namespace).toBe('otlp-system');
  });
});
