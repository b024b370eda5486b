import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input } from '#functions/diagnose-network/input.ts';
import { makeStep } from '#functions/diagnose-network/step.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { saveSnapshot } from '#shared/snapshot/stored.ts';
import { podsOf, serviceOf, unready } from '#test/support/faults.ts';
import { serve } from '#test/support/http-server.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { takes } from '#test/support/otlp-server.ts';
import { addPolicy, CLOSED } from '#test/support/policies.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const secrets = [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }];

function stepOn({ objects }: Snapshot, otlp: string[] = []) {
  const endpoints = otlp.map((endpoint) => ({ endpoint, protocol: 'http/json' }));
  const targets = [{ name: 'shop', cluster: 'sandbox' as const, otlp: endpoints } as Partial<Target>];
  const ports = portsOn(directory, async () => memoryCluster({ ...objects, secrets }), { targets });
  return { ports, run: (event: object = {}) => makeStep(ports)(input.parse(event), stepContext()) };
}

const found = ({ questions }: { questions: { question: string; outcome: string }[] }) =>
  questions.filter(({ outcome }) => outcome === 'found').map(({ question }) => question);

it('shows the ways of the telemetry, and the policy that closes one', async () => {
  const snapshot = addPolicy(healthyNamespace(), 'default-deny', CLOSED);
  const answer = await stepOn(snapshot).run();
  expect(answer.rootCauses).toContain('netpol-egress-denies-collector');
  expect(found(answer)).toContain('policies');
  expect(answer.ways).toEqual([
    {
      from: 'deployment/otlp-app',
      to: 'http://otel-collector:4317',
      writtenIn: 'Deployment/otlp-system/otlp-app spec.template.spec.containers[0].env[0].value',
      name: 'service',
      ready: 2,
      policies: 'denied',
      why: expect.stringContaining('default-deny'),
    },
  ]);
});

it('tells a Service that is not there from one without a ready endpoint', async () => {
  const gone = healthyNamespace();
  gone.objects.services = gone.objects.services.filter(({ metadata }) => metadata.name !== 'otel-collector');
  const without = await stepOn(gone).run();
  expect(without.ways).toMatchObject([{ name: 'no such service', policies: 'unknown' }]);
  expect(found(without)).toContain('services');

  const empty = healthyNamespace();
  unready(empty, podsOf(empty, 'otel-collector'), 'Readiness probe failed: connection refused');
  const answer = await stepOn(empty).run();
  expect(answer.ways).toMatchObject([{ name: 'service', ready: 0, policies: 'allowed' }]);
  expect(found(answer)).toContain('endpoints');
});

it('sends a canary to the endpoints of the target, and is well when all is well', async () => {
  await using server = await serve(takes);
  const answer = await stepOn(healthyNamespace(), [server.url]).run();
  expect(answer).toMatchObject({
    verdict: 'healthy',
    rootCauses: [],
    probes: [{ endpoint: server.url, outcome: 'pass', code: 'otlp-healthy', acceptedInMs: expect.any(Number) }],
  });
  expect(answer.notChecked.map(({ check }) => check)).toEqual(['inside the pods']);
});

it('takes the rung where telemetry stops for the root where the cluster shows nothing wrong', async () => {
  await using server = await serve((_, response) => void response.writeHead(401).end());
  expect(await stepOn(healthyNamespace(), [server.url]).run()).toMatchObject({
    verdict: 'degraded',
    rootCauses: ['unauthenticated'],
    action: { class: 'escalate', reason: expect.stringMatching(/^http:\/\/127.* stops at respond: /) },
  });
  const snapshot = healthyNamespace();
  const service = serviceOf(snapshot, 'otlp-app-service');
  service.spec.selector = { app: 'another' };
  const answer = await stepOn(snapshot, [server.url]).run();
  expect(answer.rootCauses).toEqual(['service-selector-matches-nothing']);
  expect(answer.probes).toMatchObject([{ outcome: 'fail' }]);
});

it('says why no canary was sent', async () => {
  const none = await stepOn(healthyNamespace()).run();
  expect(none.notChecked).toContainEqual({ check: 'probe', why: expect.stringContaining('names no OTLP endpoint') });

  const { ports, run } = stepOn(healthyNamespace(), ['http://127.0.0.1:1']);
  const old = { ...healthyNamespace(), at: '2026-11-20T09:00:00Z' };
  const { key } = await saveSnapshot(ports.store, 'snapshots/shop/old.json.gz', old);
  const replayed = await run({ snapshotKey: key });
  expect(replayed.probes).toEqual([]);
  expect(replayed.notChecked).toContainEqual({ check: 'probe', why: expect.stringContaining('2026-11-20T09:00:00Z') });
});

it('tells what is new in this chapter since the last run of it, and of no other', async () => {
  const ports = (minutes: number, snapshot: Snapshot) => {
    const of = stepOn(snapshot).ports;
    return { ...of, clock: { ...of.clock, now: () => new Date(Date.parse(healthyNamespace().at) + minutes * 60_000) } };
  };
  const run = (minutes: number, snapshot: Snapshot) =>
    makeStep(ports(minutes, snapshot))(input.parse({ mode: 'act' }), stepContext());
  const denied = () => addPolicy(healthyNamespace(), 'default-deny', CLOSED);
  expect((await run(0, healthyNamespace())).changes).toBeUndefined();
  const second = await run(60, denied());
  expect(second.changes?.new.map(({ code }) => code)).toContain('netpol-egress-denies-collector');
  expect(second.changes?.new.every(({ code }) => /^(netpol|dns|otlp|collector|service)-/.test(code))).toBe(true);
  const { store } = stepOn(healthyNamespace()).ports;
  const kept = await store.read('reports/shop/2026/11/20/110000.000Z-diagnose-network.json');
  expect(JSON.parse(kept?.body.toString() ?? '')).toEqual(second);
  expect((await run(120, denied())).changes?.persisting[0]?.runs).toBe(2);
  expect((await run(180, healthyNamespace())).changes?.resolved).not.toEqual([]);
});
