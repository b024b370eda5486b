import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rbacManifest } from '#infra/local/rbac.ts';
import { target as targetSchema } from '#shared/domain/target.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { medic } from '#test/support/medic.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith } from '#test/support/probing.ts';
import { type ReceiptCollector, receiptCollector, SIGNALS } from './receipt-collector.ts';
import { bed } from './situation.ts';

/* The log of a real Collector, as the log of a pod that a real API server hands out. */

const client = bed();
const namespace = 'probe-receipt-logs';
const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
const folder = mkdtempSync(join(tmpdir(), 'otlp-medic-receipt-logs-'));
const visitorFile = join(folder, 'visitor.kubeconfig');
const SELECTOR = 'app=otel-collector';

const pod = (name: string, labels: Record<string, string>, images: string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
});

let backend: HttpServer;
beforeAll(async () => {
  backend = await serve(takes);
  await client.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'visitor', namespace } },
  );
  await client.kubectl('-n', namespace, 'wait', '--for=create', 'serviceaccount/default', '--timeout=20s');
  const images = ['registry.example/sidecar:1', 'otel/opentelemetry-collector:0.161.0'];
  const labels = { app: 'otel-collector' };
  await client.apply(
    pod('collector-a', labels, images),
    pod('collector-b', labels, images),
    pod('twins', { app: 'twins' }, ['registry.example/a:1', 'registry.example/b:1']),
  );
  for (const name of ['collector-a', 'collector-b', 'twins'])
    await client.kubectl('-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
  await client.setLog(namespace, 'collector-b', 'c1', 'Everything is ready. Begin running and processing data.');
  const token = (await client.kubectl('-n', namespace, 'create', 'token', 'visitor', '--duration=1h')).trim();
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  config.users[0].user = { token };
  writeFileSync(visitorFile, JSON.stringify(config));
});
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
  await client.kubectl('delete', 'namespace', namespace, '--wait=false');
});

/** What the process says becomes the log of a pod as it comes, each line with its time, as a container runtime does it. */
function followed(program: ReceiptCollector, of: string): AsyncDisposable {
  let ended = false;
  const lines: string[] = [];
  const follow = async () => {
    for (let read = 0; !ended; await sleep(100)) {
      const fresh = program.output().split('\n').slice(read, -1);
      if (fresh.length === 0) continue;
      read += fresh.length;
      const at = new Date().toISOString().replace('Z', '000000Z');
      lines.push(...fresh.map((line) => `${at} stdout F ${line}`));
      await client.setLog(namespace, of, 'c1', lines.join('\n'));
    }
  };
  const following = follow();
  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      await following;
    },
  };
}

const collectorWith = (more: Partial<Parameters<typeof receiptCollector>[0]> = {}) =>
  receiptCollector({ backend, exporter: 'debug/canary-receipt', ...more });

async function walk(endpoint: string, more: Partial<ProbeRequest> = {}, file = kubeconfig) {
  const prober = proberWith({
    apiServerOf: async () => ({ cluster: await openKubeconfig({ kubeconfig: file }), namespace }),
  });
  const { verdict, rungs } = await prober.probe({
    ...{ endpoint, protocol: 'http/protobuf', signals: [...SIGNALS], queries: [], target: 'receipt' },
    ...{ timeoutMs: 5000, slowMs: 4000, receiptLogs: { selector: SELECTOR }, ...more },
  });
  const { code, rung, signal } = verdict;
  return { code, rung, signal, store: rungs.find(({ name }) => name === 'store') };
}

it('finds each signal by each protocol in the log, and names the pod', async () => {
  await using collector = await collectorWith();
  await using _ = followed(collector, 'collector-a');
  for (const protocol of ['http/protobuf', 'http/json', 'grpc'] as const) {
    const found = await walk(protocol === 'grpc' ? collector.grpc : collector.http, { protocol });
    expect(found).toMatchObject({ code: 'otlp-healthy', rung: 'store' });
    expect(Object.values(found.store?.signals ?? {})).toMatchObject(
      SIGNALS.map(() => ({
        outcome: 'pass',
        detail: expect.stringMatching(/^the Collector logged it within \d+ ms \(pod collector-a\)$/),
      })),
    );
  }
  expect(backend.requests.filter(({ body }) => body.includes('otlp-medic-canary'))).toEqual([]);
});

it('reads a log in JSON, and one of verbosity normal', async () => {
  for (const more of [{ logs: { encoding: 'json' } }, { changed: { verbosity: 'normal' } }]) {
    await using collector = await collectorWith(more);
    await using _ = followed(collector, 'collector-a');
    expect(await walk(collector.http)).toMatchObject({ code: 'otlp-healthy', rung: 'store' });
  }
});

it('names the signal that does not come through, and an exporter that logs counts alone', async () => {
  {
    await using collector = await collectorWith({ signals: ['traces', 'logs'] });
    await using _ = followed(collector, 'collector-a');
    expect(await walk(collector.http)).toMatchObject({
      ...{ code: 'not-stored', rung: 'store', signal: 'metrics' },
      store: { detail: expect.stringContaining('nothing of this run in the log of collector-a, collector-b') },
    });
  }
  await using collector = await collectorWith({ changed: {} });
  await using _ = followed(collector, 'collector-a');
  expect(await walk(collector.http, { signals: ['traces'] })).toMatchObject({
    ...{ code: 'otlp-healthy', rung: 'accept' },
    store: { outcome: 'not-checked', detail: expect.stringContaining('logs counts alone: give it verbosity') },
  });
});

it('names what keeps it from looking', async () => {
  await using collector = await collectorWith();
  await using _ = followed(collector, 'collector-a');
  const why = async (receiptLogs: ProbeRequest['receiptLogs'], file = kubeconfig) => {
    const found = await walk(collector.http, { ...(receiptLogs && { receiptLogs }) }, file);
    expect(found).toMatchObject({ code: 'otlp-healthy', rung: 'accept', store: { outcome: 'not-checked' } });
    return found.store?.detail;
  };
  expect(await why({ selector: 'app=nobody' })).toContain('no pod of app=nobody runs in probe-receipt-logs');
  expect(await why({ selector: 'app=twins' })).toContain('pod twins has several containers (c0, c1)');
  expect(await why({ selector: SELECTOR, container: 'none' })).toContain('has no container none: c0, c1');
  expect(await why({ selector: SELECTOR }, visitorFile)).toMatch(/list pods forbidden: .*medic rbac/);
  const role = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
  await client.apply(
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'lists', namespace }, rules: [role] },
    binding('Role', 'lists'),
  );
  await expect
    .poll(() => why({ selector: SELECTOR }, visitorFile), { timeout: 20_000 })
    .toMatch(/pods\/log forbidden: .*can-i get pods --subresource=log/);
});

const binding = (kind: string, name: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name, namespace },
  subjects: [{ kind: 'ServiceAccount', name: 'visitor', namespace }],
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
});

it('may look with what `medic rbac` prints for the probers of the target, and from the command line', async () => {
  const about = targetSchema.parse({
    ...{ name: 'receipt', cluster: {}, namespace, workloads: ['deployment/otel-collector'] },
    otlp: [{ endpoint: 'http://127.0.0.1:4318', protocol: 'http/protobuf', receipt: { selector: SELECTOR } }],
  });
  const roles = parseAllDocuments(rbacManifest(about)).map((document) => document.toJS());
  const role = roles.find(({ kind, metadata }) => kind === 'Role' && metadata.name.startsWith('otlp-medic:probers'));
  await client.apply(role, binding('Role', role.metadata.name));
  await using collector = await collectorWith();
  await using _ = followed(collector, 'collector-a');
  await expect.poll(async () => (await walk(collector.http, {}, visitorFile)).rung, { timeout: 20_000 }).toBe('store');
  const args = ['--receipt-logs', SELECTOR, '--kubeconfig', visitorFile, '--namespace', namespace];
  const ran = await medic(['probe-otlp', '--endpoint', collector.http, ...args], { cwd: folder });
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/the Collector logged it within \d+ ms \(pod collector-a\)/);
});
