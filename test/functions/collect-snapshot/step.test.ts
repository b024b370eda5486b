import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input } from '#functions/collect-snapshot/input.ts';
import { makeStep } from '#functions/collect-snapshot/step.ts';
import { config } from '#shared/domain/config.ts';
import { filesStore } from '#shared/files/store.ts';
import { type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import type { StepContext } from '#shared/ports/step.ts';
import { loadSnapshot } from '#shared/snapshot/stored.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NOW } from '#test/support/namespace.ts';

const INCIDENT = '20261120-095500-1a2b3c';
const silent = () => undefined;
const context = (remaining = 60_000): StepContext => ({
  signal: new AbortController().signal,
  remainingMs: () => remaining,
  log: { debug: silent, info: silent, warn: silent, error: silent },
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const stepOn = (open: () => Promise<Cluster>) => {
  const store = filesStore(directory);
  const step = makeStep({
    config: config.parse({ targets: [{ name: 'shop', cluster: 'sandbox' }] }),
    clusters: { open },
    store,
    clock: { now: () => new Date(NOW) },
  });
  return { store, run: (event: object, remaining?: number) => step(input.parse(event), context(remaining)) };
};
const healthy = async () =>
  memoryCluster({
    ...healthyNamespace().objects,
    secrets: [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }],
  });

it('stores a look under the target and its time', async () => {
  const { store, run } = stepOn(healthy);
  const answer = await run({});
  expect(answer).toEqual({
    snapshotKey: 'snapshots/shop/2026/11/20/100000.000Z.json.gz',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    reachable: true,
    notChecked: 0,
  });
  const { snapshot, sha256 } = await loadSnapshot(store, answer.snapshotKey);
  expect(sha256).toBe(answer.sha256);
  expect(snapshot.objects.pods).toHaveLength(4);
});

it('never overwrites another look, of the same instant or of the same incident', async () => {
  const { run } = stepOn(healthy);
  const keys = async (event: object) =>
    (await Promise.all([run(event), run(event)])).map((one) => one.snapshotKey).sort();
  expect(await keys({})).toEqual([
    'snapshots/shop/2026/11/20/100000.000Z-2.json.gz',
    'snapshots/shop/2026/11/20/100000.000Z.json.gz',
  ]);
  expect(await keys({ incidentId: INCIDENT })).toEqual([
    `incidents/2026/11/${INCIDENT}/snapshot-1.json.gz`,
    `incidents/2026/11/${INCIDENT}/snapshot-2.json.gz`,
  ]);
});

it('answers that the cluster is out of reach, and stores that as evidence', async () => {
  const message = 'cannot reach https://127.0.0.1:6443: connection refused';
  const { store, run } = stepOn(() => Promise.reject(new ClusterError('connect', message)));
  const answer = await run({ incidentId: INCIDENT });
  expect(answer).toMatchObject({ reachable: false, notChecked: 1, why: message });
  const { snapshot } = await loadSnapshot(store, answer.snapshotKey);
  expect(snapshot.coverage.checked).toEqual([]);
});

it('counts what could not be checked', async () => {
  const { run } = stepOn(async () => {
    const cluster = await healthy();
    cluster.faults.set('events', 'forbidden').set('podmetrics', 'not-found');
    return cluster;
  });
  expect(await run({})).toMatchObject({ reachable: true, notChecked: 2 });
});

it('leaves time to store before the function’s own deadline', async () => {
  const { run } = stepOn(async () => {
    const cluster = await healthy();
    cluster.faults.set('events', 'hangs');
    return cluster;
  });
  // 3,400 ms are left, 3,000 of them to store: a second is all that the look gets.
  expect(await run({}, 3_400)).toMatchObject({ reachable: true, notChecked: 1 });
});

it('refuses an unknown target and what is no incident’s id', async () => {
  const { run } = stepOn(healthy);
  await expect(run({ target: 'shup' })).rejects.toThrow(/did you mean "shop"/);
  await expect(run({ incidentId: '../../etc' })).rejects.toMatchObject({ name: 'InputError' });
});

it.each(globSync('functions/collect-snapshot/events/*.json'))('accepts its sample event %s', (file) => {
  expect(() => input.parse(JSON.parse(readFileSync(file, 'utf8')))).not.toThrow();
});
