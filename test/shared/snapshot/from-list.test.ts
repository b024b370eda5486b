import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { filesStore } from '#shared/files/store.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { jsonOf, loadSnapshot, parseSnapshot, saveSnapshot, snapshotBytes } from '#shared/snapshot/stored.ts';
import { healthyNamespace, NAMESPACE, NOW, sandboxTarget } from '#test/support/namespace.ts';

const clock = { now: () => new Date(NOW) };
const options = { target: sandboxTarget(), clock };
const list = (...items: unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: NAMESPACE }, spec: { containers: [] } };

describe('a List of objects', () => {
  it('becomes a snapshot, and what it lacks was not checked', () => {
    const { objects } = healthyNamespace();
    const items = [...objects.pods, ...objects.deployments, ...objects.services, ...objects.configmaps];
    const snapshot = snapshotFromList(list(...items), options);
    expect(snapshot.objects.pods).toEqual(objects.pods);
    expect(snapshot.coverage.checked).toEqual(['pods', 'deployments', 'services', 'configmaps']);
    expect(snapshot.coverage.notChecked).toContainEqual({ check: 'events', why: 'not in the file' });
    expect(snapshot.coverage.notChecked).toContainEqual({ check: 'secrets', why: 'not in the file' });
    expect(snapshot.absentSecrets).toEqual([]);
    expect(snapshot.configFacts.map(({ key }) => key)).toContain('collector.yaml');
    expect(snapshot.at).toBe(new Date(NOW).toISOString());
  });

  it('of "kubectl get all" says of each kind of workload whether there is one', () => {
    const { objects } = healthyNamespace();
    const { pods, services, deployments, replicasets } = objects;
    const checkedIn = (...items: unknown[]) => snapshotFromList(list(...items), options).coverage.checked;
    expect(checkedIn(...pods, ...services, ...deployments, ...replicasets)).toEqual(
      expect.arrayContaining(['deployments', 'replicasets', 'statefulsets', 'daemonsets']),
    );
    for (const part of [
      [...pods, ...services, ...replicasets],
      [...pods, ...services, ...deployments],
      [...pods, ...deployments, ...replicasets],
      [...services, ...deployments],
    ]) {
      expect(checkedIn(...part)).not.toContain('statefulsets');
    }
  });

  it('may be one object, a list of one kind whose items do not name it, an array, or Lists in Lists', () => {
    const { kind: _kind, ...bare } = pod;
    for (const json of [pod, { kind: 'PodList', items: [bare] }, [pod], list(list(pod))]) {
      expect(snapshotFromList(json, options).objects.pods.map(({ metadata }) => metadata.name)).toEqual(['a']);
    }
  });

  it('looks at every namespace in it, the target’s first', () => {
    const other = { ...pod, metadata: { name: 'b', namespace: 'another' } };
    expect(snapshotFromList(list(other, pod), options).namespaces).toEqual([NAMESPACE, 'another']);
  });

  it('knows absent Secrets only where the file has Secrets', () => {
    const user = { ...pod, spec: { containers: [], imagePullSecrets: [{ name: 'pull' }] } };
    const there = { kind: 'Secret', metadata: { name: 'otlp-app-secrets', namespace: NAMESPACE } };
    expect(snapshotFromList(list(user, there), options).absentSecrets).toEqual([
      { namespace: NAMESPACE, name: 'pull' },
    ]);
  });

  it('ignores kinds that no rule reads yet', () => {
    expect(snapshotFromList(list({ kind: 'Lease', metadata: { name: 'x' } }), options).coverage.checked).toEqual([]);
  });

  it.each([
    ['null', null],
    ['a number', 42],
    ['text', 'pods'],
    ['an object without a kind', { items: [pod] }],
    ['a list of numbers', list(1, 2)],
    ['an object without a name', list({ kind: 'Pod', metadata: {} })],
    ['an object without metadata', list({ kind: 'Pod' })],
    ['a spec that is text', list({ ...pod, spec: 'x' })],
  ])('is refused in one line when it is %s', (_, json) => {
    expect(() => snapshotFromList(json, options)).toThrow(
      expect.objectContaining({ name: 'InputError', message: expect.stringMatching(/^[^\n]+$/) }),
    );
  });
});

describe('a stored snapshot', () => {
  it('comes back as it was, with the hash of its bytes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'medic-'));
    const store = filesStore(directory);
    const snapshot = healthyNamespace();
    const saved = await saveSnapshot(store, 'a/snapshot-1.json.gz', snapshot);
    expect(await loadSnapshot(store, 'a/snapshot-1.json.gz')).toEqual({ snapshot, sha256: saved.sha256 });
    await expect(saveSnapshot(store, 'a/snapshot-1.json.gz', snapshot)).rejects.toMatchObject({
      name: 'StoreConflict',
    });
    await expect(loadSnapshot(store, 'a/snapshot-2.json.gz')).rejects.toMatchObject({ name: 'InputError' });
    await rm(directory, { recursive: true });
  });

  it('has the same bytes each time and on each system', () => {
    expect(snapshotBytes(healthyNamespace())).toEqual(snapshotBytes(healthyNamespace()));
    // RFC 1952: no modification time, unknown operating system.
    expect([...snapshotBytes(healthyNamespace()).subarray(4, 10)]).toEqual([0, 0, 0, 0, expect.any(Number), 255]);
  });

  it('is read from plain JSON too', () => {
    const snapshot = healthyNamespace();
    expect(parseSnapshot(Buffer.from(JSON.stringify(snapshot)))).toEqual(snapshot);
  });

  it('of an older make is read with the kinds that it lacks empty', () => {
    const { podmetrics: _, ...objects } = healthyNamespace().objects;
    const old = Buffer.from(JSON.stringify({ ...healthyNamespace(), objects }));
    expect(parseSnapshot(old).objects.podmetrics).toEqual([]);
  });

  it.each([
    ['empty', Buffer.alloc(0), /empty/],
    ['no JSON', Buffer.from('kind: List\n'), /not JSON/],
    ['cut gzip', gzipSync('{}').subarray(0, 12), /damaged or cut/],
    ['JSON of another kind', Buffer.from('{"schemaVersion":1}'), /no snapshot/],
    ['a snapshot without coverage', Buffer.from('{"schemaVersion":1,"objects":{}}'), /no snapshot/],
    [
      'a snapshot of a later version',
      Buffer.from('{"schemaVersion":2,"objects":{},"coverage":{}}'),
      /schemaVersion 2, not 1/,
    ],
  ])('is refused in one line when it is %s', (_, bytes, words) => {
    expect(() => parseSnapshot(bytes)).toThrow(
      expect.objectContaining({ name: 'InputError', message: expect.stringMatching(words) }),
    );
  });

  it('never fails but with a named error, whatever the bytes', () => {
    for (const text of ['{', '[]', 'null', '"x"', '{"kind":"List"}', '\u0000', '1e999']) {
      try {
        snapshotFromList(jsonOf(Buffer.from(text)), options);
      } catch (error) {
        expect(error).toMatchObject({ name: 'InputError' });
      }
    }
  });
});
