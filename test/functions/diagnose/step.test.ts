import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input as checkInput } from '#functions/check-health/input.ts';
import { makeStep as checkHealth } from '#functions/check-health/step.ts';
import { input } from '#functions/diagnose/input.ts';
import { makeStep } from '#functions/diagnose/step.ts';
import { type Diagnosis, diagnosis } from '#shared/domain/diagnosis.ts';
import { readDiagnoses } from '#shared/incidents/diagnoses.ts';
import { createIncident, readTimeline } from '#shared/incidents/record.ts';
import { type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { report } from '#shared/report/model.ts';
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

it('keeps what a schedule asked for as a report of its own, with the difference to the run before', async () => {
  const { run, store } = stepOn(async () => memoryCluster({ ...stuck().objects, secrets }));
  const event = { mode: 'act', run: '2026-11-20T09:00:00Z' };
  const [first, again] = [(await run(event)) as Diagnosis, (await run(event)) as Diagnosis];
  expect([first.changes, again.changes]).toEqual([undefined, undefined]);
  const second = (await run({ mode: 'act', run: '2026-11-20T10:00:00Z' })) as Diagnosis;
  expect(second.changes).toMatchObject({ new: [], resolved: [] });
  expect(second.changes?.persisting.map(({ runs }) => runs)).toContain(2);
  expect(await store.list('history/')).toHaveLength(2);

  const stem = 'reports/shop/2026/11/20';
  const all = ['090000.000Z.html', '090000.000Z.json', '100000.000Z.html', '100000.000Z.json'];
  expect(await store.list('reports/')).toEqual(all.map((name) => `${stem}/${name}`));
  const page = (await store.read(`${stem}/100000.000Z.html`))?.body.toString();
  expect(page).toContain('Since the last run');
  const model = (await store.read(`${stem}/100000.000Z.json`))?.body.toString() ?? '';
  expect(report.parse(JSON.parse(model)).diagnosis).toEqual(second);
});

it('tells in an incident what the last health check knew already, and leaves the history as it is', async () => {
  const { store, config, clock, run } = stepOn(async () => memoryCluster({ ...stuck().objects, secrets }));
  const ports = portsOn(directory, async () => memoryCluster({ ...stuck().objects, secrets }));
  const check = checkHealth({
    ...ports,
    store,
    config,
    clock: { ...clock, now: () => new Date('2026-11-20T09:55:00Z') },
  });
  await check(checkInput.parse({ mode: 'act' }), stepContext());
  const incident = incidentOf({ target: 'shop' });
  await createIncident(store, incident);
  const before = await store.list('history/');
  const answer = (await run({ incidentId: incident.id, mode: 'act' })) as Diagnosis;
  expect(answer.changes).toMatchObject({ since: '2026-11-20T09:55:00.000Z', new: [], resolved: [] });
  expect(answer.changes?.persisting).not.toEqual([]);
  expect(await store.list('history/')).toEqual(before);
  expect(await store.list('reports/')).toEqual([]);
  const [kept] = await readDiagnoses(store, incident.id);
  expect(kept?.changes).toEqual(answer.changes);
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
