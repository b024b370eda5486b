import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { input } from '#functions/check-health/input.ts';
import { makeStep } from '#functions/check-health/step.ts';
import { SCHEDULED_TIME } from '#shared/domain/look-input.ts';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { keepProbe } from '#shared/incidents/kept-probe.ts';
import { worstFirst } from '#shared/otlp/worst-first.ts';
import { type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';
import { probeEndpoints } from '#shared/snapshot/probe-endpoints.ts';
import type { OwnSide } from '#shared/wire/otlp/own-side.ts';
import { crashLoop, everWith, podsOf } from '#test/support/faults.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NOW } from '#test/support/namespace.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith } from '#test/support/probing.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const secrets = [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }];
const clusterOf =
  (snapshot = healthyNamespace()) =>
  async () =>
    memoryCluster({ ...snapshot.objects, secrets });

const stepOn = (open: () => Promise<Cluster>, target: Partial<Target> = {}) => {
  const ports = portsOn(directory, open, { targets: [{ name: 'shop', cluster: 'sandbox', ...target }] });
  return { ...ports, run: (event: object) => makeStep(ports)(input.parse(event), stepContext()) };
};

it('says of a healthy target how many replicas are ready, and writes nothing by default', async () => {
  const { run, store } = stepOn(clusterOf());
  expect(await run({})).toEqual({
    schemaVersion: 1,
    target: 'shop',
    at: new Date(NOW).toISOString(),
    verdict: 'healthy',
    ready: '2/2',
    summary: 'shop is healthy, 2/2 ready',
    workloads: [
      { workload: 'deployment/otlp-app', ready: '2/2', restarts: 0 },
      { workload: 'deployment/otel-collector', ready: '2/2', restarts: 0 },
    ],
    probes: [],
    rootCauses: [],
    advice: [],
    changes: { new: [], persisting: [], resolved: [] },
    notChecked: [],
  });
  expect(await store.list('')).toEqual([]);
});

it('says what is wrong, and keeps it as the status of the target in mode act', async () => {
  const snapshot = healthyNamespace();
  crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 137, reason: 'OOMKilled', restarts: 4 });
  const { run, store } = stepOn(clusterOf(snapshot));
  const answer = await run({ mode: 'act' });
  expect(answer).toMatchObject({
    verdict: 'failed',
    ready: '0/2',
    rootCauses: ['container-oom-killed'],
    summary: 'shop is failed, 0/2 ready, container app of deployment otlp-app is killed for its memory use (2 pods)',
    statusKey: 'status/shop.json',
  });
  expect(answer.workloads[0]?.restarts).toBe(8);
  const { statusKey: _, ...kept } = answer;
  expect(JSON.parse((await store.read('status/shop.json'))?.body.toString() ?? '')).toEqual(kept);
});

it('writes the status anew each time', async () => {
  const { run, store } = stepOn(clusterOf());
  await run({ mode: 'act' });
  await run({ mode: 'act' });
  expect(await store.list('')).toEqual(['history/shop/2026/11/20/100000.000Z.json', 'status/shop.json']);
});

const failing = () => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 137, reason: 'OOMKilled', restarts: 4 });
};
/** Runs one after the other, each so many minutes after the time of the test namespace. */
const runs = (...looks: [minutes: number, open: () => Promise<Cluster>][]) =>
  inTurn(looks.map(([minutes, open]) => ({ minutes, open, event: { mode: 'act' } })));
const runsOf = (...looks: [{ minutes: number; event: object }, Snapshot][]) =>
  inTurn(looks.map(([look, snapshot]) => ({ ...look, open: clusterOf(snapshot) })));

async function inTurn(looks: { minutes: number; open: () => Promise<Cluster>; event: object }[]) {
  const answers = [];
  for (const { minutes, open, event } of looks) {
    const ports = portsOn(directory, open, { targets: [{ name: 'shop', cluster: 'sandbox' }] });
    const clock = { ...ports.clock, now: () => new Date(Date.parse(NOW) + minutes * 60_000) };
    answers.push(await makeStep({ ...ports, clock })(input.parse(event), stepContext()));
  }
  return answers;
}
const codesOf = (faults: { code: string }[] = []) => faults.map(({ code }) => code);

it('tells what is new, what persists since when and for how many runs, and what is resolved', async () => {
  const [first, second, third, fourth] = await runs(
    [0, clusterOf()],
    [5, clusterOf(failing())],
    [10, clusterOf(failing())],
    [15, clusterOf()],
  );
  expect(first?.changes).toEqual({ new: [], persisting: [], resolved: [] });
  expect(second?.changes.since).toBe(first?.at);
  expect(codesOf(second?.changes.new)).toContain('container-oom-killed');
  expect(second?.summary).toMatch(/, \d+ new$/);
  expect(third?.changes).toMatchObject({ new: [], resolved: [] });
  expect(third?.changes.persisting[0]).toMatchObject({
    code: 'container-oom-killed',
    runs: 2,
    firstSeen: second?.changes.new[0]?.firstSeen,
    lastSeen: third?.at,
  });
  expect(codesOf(fourth?.changes.resolved)).toEqual(codesOf(third?.changes.persisting));
  expect(fourth?.changes).toMatchObject({ new: [], persisting: [] });
});

it('takes nothing for resolved that it could not look at, and goes on where it can again, over midnight too', async () => {
  const out = () => Promise.reject(new ClusterError('connect', 'connection refused'));
  const [, blind, again] = await runs([0, clusterOf(failing())], [5, out], [15 * 60, clusterOf(failing())]);
  expect(blind).toMatchObject({ verdict: 'unknown', changes: { new: [], persisting: [], resolved: [] } });
  expect(again?.changes).toMatchObject({ new: [], resolved: [] });
  expect(codesOf(again?.changes.persisting)).toContain('container-oom-killed');
});

it('counts a run that is delivered twice once, and tells the same of it both times', async () => {
  const run = '2026-11-20T09:55:00Z';
  const scheduled = (minutes: number, written = run) => ({ minutes, event: { mode: 'act', run: written } });
  await runs([-20, clusterOf()]);
  const [first, again] = await runsOf([scheduled(-4), failing()], [scheduled(-3), failing()]);
  expect(codesOf(again?.changes.new)).toEqual(codesOf(first?.changes.new));
  expect(first?.changes.new).not.toEqual([]);
  const [next] = await runsOf([scheduled(1, '2026-11-20T10:00:00Z'), failing()]);
  expect(next?.changes.persisting[0]).toMatchObject({ code: 'container-oom-killed', runs: 2 });
  const { store } = stepOn(clusterOf());
  expect(await store.list('history/')).toHaveLength(3);
});

it('takes the time of the look for a run that a scheduler does not name', async () => {
  await runsOf([{ minutes: 0, event: { mode: 'act', run: SCHEDULED_TIME } }, healthyNamespace()]);
  expect(await stepOn(clusterOf()).store.list('history/')).toEqual(['history/shop/2026/11/20/100000.000Z.json']);
  expect(input.safeParse({ run: 'yesterday' }).error?.message).toContain('write a time as 2026-11-25T09:30:00Z');
});

it('leaves the status of a later look as it is', async () => {
  await runs([10, clusterOf()], [5, clusterOf(failing())]);
  const kept = JSON.parse((await stepOn(clusterOf()).store.read('status/shop.json'))?.body.toString() ?? '');
  expect(kept).toMatchObject({ verdict: 'healthy', at: new Date(Date.parse(NOW) + 10 * 60_000).toISOString() });
});

it('takes no fault for resolved whose objects it may no longer read, until it can again', async () => {
  const blindFor = (snapshot: Snapshot, resource: string) => async () => {
    const cluster = await clusterOf(snapshot)();
    cluster.faults.set(resource, 'forbidden');
    return cluster;
  };
  const lost = healthyNamespace();
  everWith(lost, 'otlp-app', (container) => {
    container.envFrom = [{ configMapRef: { name: 'gone' } }];
  });
  crashLoop(lost, podsOf(lost, 'otlp-app'), { exitCode: 1, message: 'no config' });
  const [, blind, still, seeing] = await runs(
    [0, clusterOf(lost)],
    [5, blindFor(lost, 'configmaps')],
    [10, blindFor(lost, 'configmaps')],
    [15, clusterOf()],
  );
  for (const one of [blind, still]) expect(one?.changes.resolved).toEqual([]);
  expect(codesOf(seeing?.changes.resolved)).toContain('configmap-missing');
});

it('begins anew after a week, and after a record that it cannot read', async () => {
  const [, late] = await runs([0, clusterOf(failing())], [9 * 24 * 60, clusterOf()]);
  expect(late?.changes).toEqual({ new: [], persisting: [], resolved: [] });
  const { store } = stepOn(clusterOf());
  await store.put('history/shop/2026/11/29/110000.000Z.json', '{"schemaVersion":9}');
  const [next] = await runs([9 * 24 * 60 + 120, clusterOf()]);
  expect(next?.changes.since).toBeUndefined();
});

describe('the OTLP endpoints of a target', () => {
  const canaries = ({ requests }: HttpServer) =>
    requests.filter(({ body }) => body.includes('otlp-medic-canary')).length;
  const on = (...urls: string[]) => ({ otlp: urls.map((endpoint) => ({ endpoint, protocol: 'http/json' })) as never });

  it('are probed, and one where telemetry stops degrades a cluster that looks healthy', async () => {
    await using good = await serve(takes);
    await using bad = await serve((_, response) => void response.writeHead(401).end());
    const odd = { ...stepContext(), remainingMs: () => 57_999.7 };
    const healthy = await makeStep(stepOn(clusterOf(), on(good.url)))(input.parse({}), odd);
    expect(healthy).toMatchObject({ verdict: 'healthy', probes: [{ outcome: 'pass', code: 'otlp-healthy' }] });
    const answer = await stepOn(clusterOf(), on(good.url, bad.url)).run({});
    expect(answer).toMatchObject({
      verdict: 'degraded',
      rootCauses: ['unauthenticated'],
      summary: `shop is degraded, 2/2 ready, The credentials are missing or wrong (${bad.url})`,
      probes: [{ endpoint: bad.url, rung: 'respond' }, { endpoint: good.url }],
    });
  });

  it('are no root where the cluster shows the cause', async () => {
    const { run } = stepOn(clusterOf(failing()), on('http://127.0.0.1:1'));
    expect(await run({})).toMatchObject({ verdict: 'failed', rootCauses: ['container-oom-killed'] });
  });

  it('get one canary, whichever schedule comes first, and another one when what is known is old', async () => {
    await using good = await serve(takes);
    const { run, ...ports } = stepOn(clusterOf(), on(good.url));
    const later = (minutes: number) => ({ ...ports.clock, now: () => new Date(Date.parse(NOW) + minutes * 60_000) });
    const at = (minutes: number) =>
      makeStep({ ...ports, clock: later(minutes) })(input.parse({ mode: 'act' }), stepContext());
    const kept = worstFirst(
      await probeEndpoints(ports, targetProbes(ports.config.targets[0] as Target), stepContext()),
    );
    await keepProbe(ports.store, 'shop', { ...(kept as ProbeResult), at: new Date(NOW).toISOString() });
    const before = canaries(good);
    expect((await at(6)).probes).toMatchObject([{ code: 'otlp-healthy' }]);
    expect(canaries(good)).toBe(before);
    await at(20);
    expect(canaries(good)).toBe(before + 3);
    await run({});
    expect(canaries(good)).toBe(before + 6);
  });

  it('are followed over the runs as findings are: new, persisting for so many runs, resolved', async () => {
    let status = 401;
    await using server = await serve((received, response) =>
      status === 200 ? takes(received, response) : void response.writeHead(status).end(),
    );
    const { run: _, ...ports } = stepOn(clusterOf(), on(server.url));
    const at = (minutes: number, mode = 'act') => {
      const clock = { ...ports.clock, now: () => new Date(Date.parse(NOW) + minutes * 60_000) };
      return makeStep({ ...ports, clock })(input.parse({ mode }), stepContext());
    };
    const first = await at(0);
    expect(first.changes.new).toMatchObject([
      {
        ...{ code: 'unauthenticated', severity: 'P1', runs: 1, endpoint: `http/json ${server.url}` },
        title: `The credentials are missing or wrong (http/json ${server.url})`,
      },
    ]);
    const second = await at(20);
    expect(second.changes).toMatchObject({
      ...{ new: [], resolved: [], since: first.at },
      persisting: [{ code: 'unauthenticated', runs: 2, firstSeen: first.at, lastSeen: second.at }],
    });
    expect(second.summary).toMatch(/, 1 persisting$/);
    status = 404;
    const other = await at(40);
    expect([codesOf(other.changes.new), codesOf(other.changes.resolved)]).toEqual([
      ['not-an-otlp-server'],
      ['unauthenticated'],
    ]);
    status = 200;
    const good = await at(60);
    expect(good).toMatchObject({ verdict: 'healthy', changes: { new: [], persisting: [] } });
    expect(codesOf(good.changes.resolved)).toEqual(['not-an-otlp-server']);
    expect((await at(80)).changes).toMatchObject({ new: [], persisting: [], resolved: [] });
  });

  it('keep a fault while they cannot be asked, and the faults of the cluster while that cannot', async () => {
    await using bad = await serve((_, response) => void response.writeHead(401).end());
    const sees = { lookup: async () => [{ address: '127.0.0.1', family: 4 }] };
    const blind = {
      lookup: () => Promise.reject(new Error('no file descriptors')),
      nameServers: () => ['127.0.0.1:1'],
    };
    const endpoint = bad.url.replace('127.0.0.1', 'collector.example');
    const out = () => Promise.reject(new ClusterError('connect', 'connection refused'));
    const at = (minutes: number, side: Partial<OwnSide>, open: () => Promise<Cluster>, where = endpoint) => {
      const { run: _, ...ports } = stepOn(open, on(where));
      const clock = { ...ports.clock, now: () => new Date(Date.parse(NOW) + minutes * 60_000) };
      return makeStep({ ...ports, clock, prober: proberWith({ side }) })(input.parse({ mode: 'act' }), stepContext());
    };
    const first = await at(0, sees, clusterOf(failing()));
    expect(codesOf(first.changes.new)).toContain('unauthenticated');
    const lost = await at(20, blind, out);
    expect(lost.changes).toMatchObject({ new: [], persisting: [], resolved: [] });
    const probed = await at(40, sees, out);
    expect(probed).toMatchObject({ verdict: 'degraded', changes: { new: [], resolved: [] } });
    expect(codesOf(probed.changes.persisting)).toEqual(['unauthenticated']);
    const back = await at(60, blind, clusterOf(failing()));
    expect(back.changes).toMatchObject({ new: [], resolved: [] });
    expect(codesOf(back.changes.persisting)).toContain('container-oom-killed');
    // No longer named in the configuration: nobody knows what becomes of it.
    const elsewhere = await at(80, sees, clusterOf(failing()), 'http://other.example:1');
    expect(codesOf(elsewhere.changes.resolved)).toEqual([]);
    expect(codesOf(elsewhere.changes.new)).toEqual(['connection-refused']);
  });

  it('that cannot be asked are told, and make nobody ill', async () => {
    const { run } = stepOn(clusterOf(), on('http://collector.shop.svc:4318'));
    const answer = await run({});
    expect(answer.verdict).toBe('healthy');
    expect(answer.notChecked).toMatchObject([{ check: 'probe of http://collector.shop.svc:4318' }]);
  });
});

it('does not call a cluster out of reach healthy', async () => {
  const message = 'cannot reach https://127.0.0.1:6443: connection refused';
  const { run } = stepOn(() => Promise.reject(new ClusterError('connect', message)));
  const answer = await run({});
  expect(answer).toMatchObject({
    verdict: 'unknown',
    rootCauses: [],
    workloads: [{ workload: 'deployment/otlp-app', restarts: 0 }],
  });
  expect(answer.ready).toBeUndefined();
  expect(answer.summary).toContain(message);
});

it('names every workload of a target that is a whole namespace', async () => {
  const { run } = stepOn(clusterOf(), { workloads: 'all' });
  expect((await run({})).workloads.map(({ workload }) => workload)).toEqual([
    'deployment/otlp-app',
    'deployment/otel-collector',
  ]);
});

it('parses each of its sample events', () => {
  const events = globSync('functions/check-health/events/*.json');
  expect(events.length).toBeGreaterThan(0);
  for (const file of events) expect(input.safeParse(JSON.parse(readFileSync(file, 'utf8'))).error).toBeUndefined();
});
