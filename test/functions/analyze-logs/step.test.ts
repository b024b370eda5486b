import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { input } from '#functions/analyze-logs/input.ts';
import { makeStep } from '#functions/analyze-logs/step.ts';
import { analyzedLogs } from '#shared/domain/analyzed-log.ts';
import { createIncident, readTimeline } from '#shared/incidents/record.ts';
import { readFacts } from '#shared/incidents/report-facts.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import { buildReport } from '#shared/report/build.ts';
import { renderHtml } from '#shared/report/html/render-html.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import { renderTerminal } from '#shared/report/terminal.ts';
import { saveSnapshot } from '#shared/snapshot/stored.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { incidentOf } from '#test/support/sample-incidents.ts';
import { LOG } from '#test/support/sample-logs.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const APP = 'otlp-system/otlp-app-7d4f9c2-aaaaa/app';

/** The guide's namespace: each container that runs has logged one line, and one of them its trouble. */
function setUp(target: object = {}) {
  const snapshot = healthyNamespace();
  const cluster = memoryCluster(snapshot.objects);
  for (const { metadata, spec } of snapshot.objects.pods)
    for (const { name } of spec.containers)
      cluster.logs.set(`${metadata.namespace}/${metadata.name}/${name}`, '2026-11-20T09:59:00Z  INFO all is well\n');
  cluster.logs.set(APP, LOG);
  const ports = portsOn(directory, () => Promise.resolve(cluster), {
    targets: [{ name: 'shop', cluster: 'sandbox' as const, ...target }],
  });
  const run = (event: object) => makeStep(ports)(input.parse(event), stepContext());
  return { snapshot, cluster, ports, run };
}

const placesOf = ({ logs }: Awaited<ReturnType<ReturnType<typeof setUp>['run']>>) =>
  logs.map(({ pod, container, previous }) => `${pod}/${container}${previous ? ' (previous)' : ''}`);

describe('analyze-logs', () => {
  it("reads every container of the target's workload and of its Collector, and tells of the worst first", async () => {
    const answer = await setUp().run({});
    expect(analyzedLogs.parse(answer)).toEqual(answer);
    expect(placesOf(answer)).toEqual([
      'otlp-app-7d4f9c2-aaaaa/app',
      'otlp-app-7d4f9c2-bbbbb/app',
      expect.stringMatching(/^otel-collector-/),
      expect.stringMatching(/^otel-collector-/),
    ]);
    expect(answer.logs[0]).toMatchObject({
      panics: 1,
      classes: { 'connection-refused': 40, panic: 1 },
      slow: [{ durationMs: 4210, line: 161 }],
    });
    expect(answer).not.toHaveProperty('analysisKey');
  });

  it('reads one pod or container where it is named, and says which there are where it is not there', async () => {
    const { run } = setUp();
    expect(placesOf(await run({ pod: 'otlp-app-7d4f9c2-bbbbb' }))).toEqual(['otlp-app-7d4f9c2-bbbbb/app']);
    expect(placesOf(await run({ container: 'app' }))).toHaveLength(2);
    await expect(run({ pod: 'otlp-app-7d4f9c2-bbbb' })).rejects.toThrow(
      /no such pod.*did you mean "otlp-app-7d4f9c2-bbbbb"/,
    );
    await expect(run({ container: 'ap' })).rejects.toThrow('--container ap: there are app, collector');
  });

  it('reads the log before the last restart of the containers that were restarted', async () => {
    const { run, snapshot, cluster } = setUp();
    const [status] =
      snapshot.objects.pods.find(({ metadata }) => APP.includes(metadata.name))?.status?.containerStatuses ?? [];
    if (status) status.restartCount = 3;
    cluster.logs.set(`${APP} (previous)`, LOG);
    const answer = await run({ previous: true });
    expect(placesOf(answer)).toEqual(['otlp-app-7d4f9c2-aaaaa/app (previous)']);
    expect(answer.logs[0]?.restarts).toBe(3);
  });

  it('names what may not be read, and answers for the rest', async () => {
    const { run, cluster } = setUp();
    cluster.faults.set(`log/${APP}`, 'forbidden');
    const answer = await run({});
    expect(answer.logs).toHaveLength(3);
    expect(answer.notChecked).toEqual([{ check: 'logs (otlp-system)', why: expect.stringContaining('forbidden') }]);
  });

  it('is no failure of a function where the cluster is out of reach: the answer says so', async () => {
    const { ports } = setUp();
    const step = makeStep({
      ...ports,
      clusters: { open: () => Promise.reject(new ClusterError('connect', 'nothing listens at the server')) },
    });
    expect(await step(input.parse({}), stepContext())).toMatchObject({
      logs: [],
      notChecked: [{ check: 'logs', why: 'nothing listens at the server' }],
    });
    const { run, cluster } = setUp();
    cluster.faults.set('pods', 'forbidden');
    expect(await run({})).toMatchObject({ logs: [], notChecked: [{ check: 'pods' }] });
  });

  it('bounds how many containers are read, and names the others', async () => {
    const { run, snapshot } = setUp({ workloads: 'all' });
    const [first] = snapshot.objects.pods;
    if (first)
      for (let n = 0; n < 30; n++)
        snapshot.objects.pods.push({ ...first, metadata: { ...first.metadata, name: `more-${n}` } });
    const { logs, notChecked } = await run({});
    expect(logs.length + notChecked.length).toBe(34);
    expect(notChecked.filter(({ why }) => why.includes('more than 20 containers'))).toHaveLength(14);
  });

  it('reads a log of the store, plain or gzip, and the logs of a snapshot, and asks no cluster', async () => {
    const { ports, run, snapshot, cluster } = setUp();
    await ports.store.put('logs/app.log', LOG);
    await ports.store.put('logs/app.log.gz', gzipSync(LOG));
    const [plain, packed] = [await run({ key: 'logs/app.log' }), await run({ key: 'logs/app.log.gz' })];
    expect(plain.logs[0]).toMatchObject({ key: 'logs/app.log', lines: 167, panics: 1 });
    expect(packed.logs[0]).toEqual({ ...plain.logs[0], key: 'logs/app.log.gz' });
    const [namespace = '', pod = '', container = ''] = APP.split('/');
    snapshot.logs = [{ namespace, pod, container, previous: true, truncated: true, text: LOG }];
    const { key } = await saveSnapshot(ports.store, 'snapshots/shop/one.json.gz', snapshot);
    expect((await run({ key })).logs[0]).toMatchObject({ pod, previous: true, cut: true, panics: 1 });
    expect(cluster.calls).toEqual([]);
  });

  it('refuses a key without a log, a damaged one, one that is a bomb, and one of something else', async () => {
    const { ports, run } = setUp();
    await ports.store.put('logs/cut.gz', gzipSync(LOG).subarray(0, 200));
    await ports.store.put('logs/bomb.gz', gzipSync(Buffer.alloc(65 * 1024 * 1024)));
    await expect(run({ key: 'logs/none' })).rejects.toThrow('no log at "logs/none"');
    await expect(run({ key: 'logs/cut.gz' })).rejects.toThrow('logs/cut.gz: is gzip, but damaged or cut short');
    await expect(run({ key: 'logs/bomb.gz' })).rejects.toThrow('more than 64 MiB');
    expect(input.safeParse({ key: 'approvals/1.json' }).success).toBe(false);
  });

  it('keeps its answer with the incident, and tells the timeline', async () => {
    const { ports, run } = setUp();
    const incident = incidentOf({ target: 'shop' });
    await createIncident(ports.store, incident);
    const [first, second] = [await run({ incidentId: incident.id }), await run({ incidentId: incident.id })];
    expect([first, second].map(({ analysisKey }) => analysisKey?.split('/').at(-1))).toEqual([
      'logs-1.json',
      'logs-2.json',
    ]);
    const { analysisKey = '', ...answer } = first;
    expect(JSON.parse(await readFile(join(directory, analysisKey), 'utf8'))).toEqual(answer);
    const [entry] = await readTimeline(ports.store, incident.id);
    expect(entry?.text).toBe('4 logs: 41 errors, 1 warning, 1 crash; most often connection-refused');
  });

  it('of an incident stands in its report, the newest analysis of each log, also where there is no diagnosis', async () => {
    const { cluster, run, ports } = setUp();
    const incident = incidentOf({ target: 'shop' });
    await createIncident(ports.store, incident);
    await run({ incidentId: incident.id });
    cluster.logs.set(APP, '2026-11-25T01:00:00Z ERROR hub: the lease is lost\n');
    await run({ incidentId: incident.id, pod: 'otlp-app-7d4f9c2-aaaaa' });
    const report = buildReport(await readFacts(ports.store, incident.id, { at: '2026-11-25T02:00:00.000Z' }));
    expect(report.keptLogs?.map(({ pod, levels }) => [pod, levels.error])).toEqual([
      ['otlp-app-7d4f9c2-aaaaa', 1],
      ...Array(3).fill([expect.any(String), 0]),
    ]);
    for (const text of [
      renderHtml(report),
      renderMarkdown(report),
      renderTerminal(report, { colour: false, width: 100 }),
    ]) {
      expect(text).toContain('the lease is lost');
      expect(text).not.toContain('StoreGone');
    }
  });

  it('that was damaged in the store is named in the report as not read', async () => {
    const { run, ports } = setUp();
    const incident = incidentOf({ target: 'shop' });
    await createIncident(ports.store, incident);
    const { analysisKey = '' } = await run({ incidentId: incident.id });
    await ports.store.put(analysisKey, '{"logs": 1}');
    const { coverage } = buildReport(await readFacts(ports.store, incident.id, { at: '2026-11-25T02:00:00.000Z' }));
    expect(coverage.notChecked.map(({ check }) => check)).toContain('analyses of logs');
  });

  it('keeps its answer among the reports when it is told to act, and never a secret', async () => {
    const { run, cluster } = setUp();
    const password = 'hunter2-hunter2-Zx91';
    cluster.logs.set(APP, `2026-11-20T09:59:00Z ERROR login failed url=postgres://app:${password}@db:5432/shop\n`);
    const { analysisKey = '' } = await run({ mode: 'act' });
    expect(analysisKey).toBe('reports/shop/2026/11/20/100000.000Z-analyze-logs.json');
    const kept = await readFile(join(directory, analysisKey), 'utf8');
    expect(kept).toContain('login failed');
    expect(kept).not.toContain(password);
  });

  it('marks what was first seen since the last rollout of the target', async () => {
    const { run, snapshot } = setUp();
    for (const set of snapshot.objects.replicasets) set.metadata.creationTimestamp = '2026-11-25T00:56:00Z';
    const { rolloutAt, logs } = await run({});
    expect(rolloutAt).toBe('2026-11-25T00:56:00Z');
    const marked = logs[0]?.templates.filter(({ newSinceRollout }) => newSinceRollout).map(({ count }) => count);
    expect(marked).toEqual([40, 1]);
    expect((await run({ rolloutAt: '2026-11-25T00:00:00Z' })).logs[0]?.templates[0]).not.toHaveProperty(
      'newSinceRollout',
    );
  });
});
