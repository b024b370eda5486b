import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input } from '#functions/diagnose/input.ts';
import { makeStep } from '#functions/diagnose/step.ts';
import { type Diagnosis, diagnosis } from '#shared/domain/diagnosis.ts';
import { readDiagnoses } from '#shared/incidents/diagnoses.ts';
import { createIncident, readTimeline } from '#shared/incidents/record.ts';
import { type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { loadSnapshot, saveSnapshot } from '#shared/snapshot/stored.ts';
import { podsOf, unready } from '#test/support/faults.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { incidentOf } from '#test/support/sample-incidents.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const secrets = [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }];
const healthy = async () => memoryCluster({ ...healthyNamespace().objects, secrets });

const stuck = () => {
  const snapshot = healthyNamespace();
  return unready(snapshot, podsOf(snapshot, 'otlp-app'), 'Readiness probe failed: context deadline exceeded');
};
const untouched = (): Promise<Cluster> => Promise.reject(new Error('the cluster must not be asked'));

const stepOn = (open: () => Promise<Cluster>, ignore?: Parameters<typeof portsOn>[2]) => {
  const ports = portsOn(directory, open, ignore);
  const step = makeStep(ports);
  return { ...ports, run: (event: object) => step(input.parse(event), stepContext()) };
};

it('looks at the cluster where no snapshot is named, and keeps what it saw', async () => {
  const { run, store } = stepOn(healthy);
  const answer = diagnosis.parse(await run({}));
  expect(answer).toMatchObject({ target: 'shop', verdict: 'healthy', rootCauses: [] });
  expect((await loadSnapshot(store, answer.snapshot.key)).sha256).toBe(answer.snapshot.sha256);
});

it('makes the same diagnosis again from a stored snapshot, without asking the cluster', async () => {
  const { run, store } = stepOn(untouched);
  const { key } = await saveSnapshot(store, 'snapshots/shop/one.json.gz', stuck());
  const [first, second] = [await run({ snapshotKey: key }), await run({ snapshotKey: key })];
  expect(first).toMatchObject({ verdict: 'failed', action: { class: 'restart' }, snapshot: { key } });
  expect(second).toEqual(first);
});

it('answers a flow in brief, and stores the whole with the incident and its timeline', async () => {
  const { run, store } = stepOn(untouched);
  const incident = incidentOf({ target: 'shop' });
  await createIncident(store, incident);
  const { key } = await saveSnapshot(store, 'snapshots/shop/one.json.gz', stuck());
  const event = { incidentId: incident.id, snapshotKey: key, brief: true };
  expect(await run(event)).toEqual({
    diagnosisKey: `incidents/2026/11/${incident.id}/diagnosis-1.json`,
    verdict: 'failed',
    layer: 'application',
    rootCauses: ['readiness-probe-failing'],
    action: { class: 'restart', reason: expect.stringContaining('readiness-probe-failing') },
    notChecked: 0,
  });
  expect(await run(event)).toMatchObject({ diagnosisKey: expect.stringMatching(/diagnosis-2\.json$/) });
  expect(await readDiagnoses(store, incident.id)).toHaveLength(2);
  const [entry] = await readTimeline(store, incident.id);
  expect(entry).toMatchObject({
    kind: 'diagnosis',
    text: expect.stringMatching(/^failed: readiness probe .* Advised: restart/),
  });
});

it('answers that nothing is known of a cluster out of reach', async () => {
  const message = 'cannot reach https://127.0.0.1:6443: connection refused';
  const { run } = stepOn(() => Promise.reject(new ClusterError('connect', message)));
  expect(await run({ brief: true })).toMatchObject({ verdict: 'unknown', rootCauses: [], notChecked: 1 });
  const { coverage } = (await run({})) as Diagnosis;
  expect(coverage.notChecked[0]?.why).toContain(message);
});

it('knows by a 403 that it does not know', async () => {
  const { run } = stepOn(async () => {
    const cluster = await healthy();
    cluster.faults.set('pods', 'forbidden');
    return cluster;
  });
  const answer = (await run({})) as Diagnosis;
  expect(answer.verdict).toBe('unknown');
  expect(answer.coverage.notChecked.map(({ check }) => check)).toContain('pods');
});

it('says which snapshot or target it does not find', async () => {
  const { run } = stepOn(healthy);
  await expect(run({ snapshotKey: 'snapshots/none.json.gz' })).rejects.toThrow(
    'no snapshot at "snapshots/none.json.gz"',
  );
  await expect(run({ target: 'shoq' })).rejects.toThrow('did you mean "shop"');
});

it('silences what the configuration ignores', async () => {
  const ignore = [{ code: 'readiness-probe-failing', subject: {}, until: '2026-12-31', reason: 'known' }];
  const { run, store } = stepOn(untouched, { ignore });
  const { key } = await saveSnapshot(store, 'snapshots/shop/one.json.gz', stuck());
  const answer = (await run({ snapshotKey: key })) as Diagnosis;
  expect(answer.ignored).toMatchObject([{ reason: 'known', finding: { code: 'readiness-probe-failing' } }]);
});

it('parses each of its sample events', () => {
  const events = globSync('functions/diagnose/events/*.json');
  expect(events.length).toBeGreaterThan(0);
  for (const file of events) expect(input.safeParse(JSON.parse(readFileSync(file, 'utf8'))).error).toBeUndefined();
});
