import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { rbacManifest } from '#infra/local/rbac.ts';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import { target as targetSchema } from '#shared/domain/target.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { medic } from '#test/support/medic.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith } from '#test/support/probing.ts';
import { pathOf } from '../../scripts/components/place.ts';
import { ProcessKubelet } from './process-kubelet.ts';
import { bed } from './situation.ts';

/* The ladder through the proxy of a real API server, to real Collectors on the addresses of pods. */

const client = bed();
const namespace = 'probe-apiserver';
const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
const podCidr = process.env.MEDIC_TEST_POD_CIDR ?? '';
const routed = process.env.MEDIC_TEST_ROUTED === 'true';
const folder = mkdtempSync(join(tmpdir(), 'otlp-medic-apiserver-'));
const visitorFile = join(folder, 'visitor.kubeconfig');
const table: string[] = [];

const ALL = ['traces', 'metrics', 'logs'] as const;
const of = (service: string, port: number) => `http://${service}.${namespace}.svc:${port}`;

/** Walks with the rights of a kubeconfig, and notes a line of the table. */
async function walk(endpoint: string, more: Partial<ProbeRequest> = {}, file = kubeconfig): Promise<ProbeResult> {
  const prober = proberWith({
    apiServerOf: async () => ({ cluster: await openKubeconfig({ kubeconfig: file }), namespace }),
  });
  const result = await prober.probe({
    ...{ endpoint, protocol: 'http/protobuf', vantage: 'apiserver', signals: [...ALL], queries: [] },
    ...{ timeoutMs: 5000, slowMs: 3000, target: 'cluster-tier' },
    ...more,
  });
  const { code, rung } = result.verdict;
  table.push(
    [endpoint.padEnd(50), result.protocol.padEnd(14), code.padEnd(26), rung.padEnd(8), result.durationMs].join(' '),
  );
  return result;
}
const rungOf = ({ rungs }: ProbeResult, name: string) => rungs.find((one) => one.name === name);
const found = (result: ProbeResult) => {
  const { code, rung, outcome } = result.verdict;
  return { code, rung, outcome, detail: rungOf(result, rung)?.detail };
};

const TOKEN = 'let-me-in';
let backend: HttpServer;
let kubelet: ProcessKubelet;

function collectorFile(
  name: string,
  { receiver = {}, processors = {}, extensions = {} }: Record<string, object>,
): string {
  const at = (port: number) => ({ endpoint: `\${env:POD_IP}:${port}`, ...receiver });
  const metrics = { host: '${env:POD_IP}', port: 8888 };
  const pipeline = { receivers: ['otlp'], processors: Object.keys(processors), exporters: ['otlp_http'] };
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    stringify({
      extensions: { health_check: { endpoint: '${env:POD_IP}:13133' }, ...extensions },
      receivers: { otlp: { protocols: { grpc: at(4317), http: at(4318) } } },
      processors,
      exporters: { otlp_http: { endpoint: backend.url } },
      service: {
        extensions: ['health_check', ...Object.keys(extensions)],
        telemetry: { metrics: { level: 'detailed', readers: [{ pull: { exporter: { prometheus: metrics } } }] } },
        pipelines: Object.fromEntries(ALL.map((each) => [each, pipeline])),
      },
    }),
  );
  return file;
}

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name, 'bed/hold': 'true' } },
  spec: {
    containers: [
      {
        name,
        image: 'registry.example/any:1',
        readinessProbe: { httpGet: { path: '/', port: name === 'partial' ? 4318 : 13133 } },
      },
    ],
  },
});
const PORTS = { 'otlp-grpc': 4317, 'otlp-http': 4318, metrics: 8888, health: 13133, dead: 4999 };
const service = (name: string, selects = name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    selector: { app: selects },
    ports: Object.entries(PORTS).map(([port, number]) => ({ name: port, port: number })),
  },
});
const PODS = ['collector', 'limited', 'guarded', 'partial'];

describe.skipIf(!routed)('through the API server', () => {
  beforeAll(async () => {
    backend = await serve(takes);
    const bearer = { bearertokenauth: { token: TOKEN } };
    const limiter = { memory_limiter: { check_interval: '100ms', limit_mib: 2, spike_limit_mib: 1 } };
    const files: Record<string, string> = {
      collector: collectorFile('collector', { processors: { batch: {} } }),
      limited: collectorFile('limited', { processors: limiter }),
      guarded: collectorFile('guarded', {
        extensions: bearer,
        receiver: { auth: { authenticator: 'bearertokenauth' } },
      }),
    };
    await client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'visitor', namespace } },
      ...PODS.map((name) => service(name)),
      service('nobody'),
    );
    kubelet = new ProcessKubelet(client, namespace, podCidr, {
      ...Object.fromEntries(
        Object.entries(files).map(([name, file]) => [
          name,
          () => ({ file: pathOf('otelcol'), args: [`--config=${file}`] }),
        ]),
      ),
      partial: () => ({ file: process.execPath, args: [join(import.meta.dirname, 'partial-success.js')] }),
    });
    await client.kubectl('-n', namespace, 'wait', '--for=create', 'serviceaccount/default', '--timeout=20s');
    await client.apply(...PODS.map(pod));
    for (const name of PODS)
      await client.kubectl('-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
    const token = (await client.kubectl('-n', namespace, 'create', 'token', 'visitor', '--duration=1h')).trim();
    const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    config.users[0].user = { token };
    writeFileSync(visitorFile, JSON.stringify(config));
    // Ready pods become endpoints a moment later.
    const served = async () => (await walk(of('partial', 4318))).verdict.code === 'not-an-otlp-server';
    for (const end = Date.now() + 20_000; !(await served()) && Date.now() < end; ) await sleep(200);
    table.length = 0;
  });
  afterAll(async () => {
    await kubelet?.[Symbol.asyncDispose]();
    await backend?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
    await client.kubectl('delete', 'namespace', namespace, '--wait=false');
    process.stdout.write(`\n${table.join('\n')}\n`);
  });

  it('a Collector passes by OTLP/HTTP up to export, its metrics and health included, and the text says how far that reaches', async () => {
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      const urls = { metricsUrl: `${of('collector', 8888)}/metrics`, healthUrl: of('collector', 13133) };
      const result = await walk(of('collector', 4318), { protocol, ...urls });
      expect(found(result)).toMatchObject({ code: 'otlp-healthy', rung: 'export', outcome: 'pass' });
      expect(result.vantage).toBe('apiserver');
      expect(rungOf(result, 'resolve')?.detail).toBe(
        `Service collector in ${namespace}, port 4318, through the API server`,
      );
      for (const name of ['sniff', 'tls']) expect(rungOf(result, name)?.outcome).toBe('not-checked');
      expect(Object.values(rungOf(result, 'export')?.signals ?? {})).toMatchObject(
        ALL.map(() => ({ outcome: 'pass', detail: expect.stringContaining('sent +1 by otlp_http') })),
      );
    }
  });

  it('a short name is of the namespace of the target, and a name of four parts is a pod', async () => {
    expect(found(await walk('http://collector:4318'))).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
    const result = await walk(`http://collector.any.${namespace}.svc.cluster.local:4318`);
    expect(found(result)).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
    expect(rungOf(result, 'resolve')?.detail).toContain('pod collector in');
  });

  it('gRPC is not checked beyond what its port says by itself', async () => {
    const result = await walk(of('collector', 4317), { protocol: 'grpc', healthUrl: of('collector', 13133) });
    expect(found(result)).toMatchObject({ code: 'otlp-healthy', rung: 'sniff' });
    for (const name of ['respond', 'accept'])
      expect(rungOf(result, name)).toMatchObject({
        outcome: 'not-checked',
        detail: expect.stringContaining('gRPC does not pass the proxy of the API server'),
      });
    expect(found(await walk(of('collector', 4318), { protocol: 'grpc' }))).toMatchObject({
      code: 'grpc-to-http-port',
      rung: 'respond',
    });
  });

  it.each([
    ['F01 no such Service', 'nowhere', 4318, 'dns-not-found', 'resolve', 'services "nowhere" not found'],
    [
      'F03 nobody behind it',
      'nobody',
      4318,
      'connection-refused',
      'connect',
      'no endpoints available for service "nobody"',
    ],
    ['F03 another port', 'collector', 4000, 'connection-refused', 'connect', 'no service port 4000 found'],
    ['F03 nothing listens', 'collector', 4999, 'connection-refused', 'connect', 'connect: connection refused'],
    ['F09 the gRPC port', 'collector', 4317, 'http-to-grpc-port', 'sniff', 'malformed HTTP response'],
  ])('%s', async (_, name, port, code, rung, words) => {
    expect(found(await walk(of(name, port)))).toMatchObject({
      code,
      rung,
      outcome: 'fail',
      detail: expect.stringContaining(words),
    });
  });

  it("F38: the 503 of a Collector is told apart from the proxy's own, and its words and a partial success come through", async () => {
    await sleep(300); // its first look at the memory
    for (const protocol of ['http/protobuf', 'http/json'] as const)
      expect(found(await walk(of('limited', 4318), { protocol }))).toMatchObject({
        code: 'memory-limiter-refusing',
        rung: 'accept',
        detail: expect.stringContaining('data refused due to high memory usage'),
      });
    expect(found(await walk(of('partial', 4318), { protocol: 'http/json' }))).toMatchObject({
      code: 'partial-success',
      rung: 'accept',
      detail: '1 rejected: "timestamp too old"',
    });
  });

  it('does not call a Collector that wants an Authorization header faulty: the header does not survive the proxy', async () => {
    for (const headers of [{}, { authorization: `Bearer ${TOKEN}` }]) {
      const result = await walk(of('guarded', 4318), { headers });
      expect(found(result)).toMatchObject({
        code: 'prober-fault',
        rung: 'respond',
        outcome: 'unknown',
        detail: expect.stringMatching(/missing or empty authorization header.*does not survive the proxy/),
      });
    }
  });

  it('names metrics and health that cannot be asked, and fails nothing for it', async () => {
    const urls = { metricsUrl: `${of('nobody', 8888)}/metrics`, healthUrl: of('nobody', 13133) };
    const result = await walk(of('collector', 4318), urls);
    expect(rungOf(result, 'export')).toMatchObject({
      outcome: 'not-checked',
      detail: expect.stringContaining('no endpoints available'),
    });
    expect(found(result)).toMatchObject({ code: 'health-check-failing', outcome: 'degraded' });
  });

  describe('a caller with few rights', () => {
    const about = targetSchema.parse({
      ...{ name: 'shop', cluster: {}, namespace, workloads: ['deployment/collector'] },
      otlp: [
        {
          ...{ endpoint: 'http://collector:4318', protocol: 'http/protobuf', vantage: 'apiserver' },
          ...{ metricsUrl: `${of('collector', 8888)}/metrics`, healthUrl: of('collector', 13133) },
        },
      ],
    });
    const ask = (port = 4318) =>
      walk(
        of('collector', port),
        { metricsUrl: `${of('collector', 8888)}/metrics`, healthUrl: of('collector', 13133) },
        visitorFile,
      );

    it('gets the name of the right that it lacks, and nothing is said about the target', async () => {
      expect(found(await ask())).toMatchObject({
        code: 'prober-fault',
        rung: 'resolve',
        outcome: 'unknown',
        detail: expect.stringMatching(
          /forbidden.*kubectl auth can-i create services\/collector:4318 --subresource=proxy.*medic rbac/,
        ),
      });
    });

    it('may look with what `medic rbac` prints for the target, and at no other port', async () => {
      const probers = rbacManifest(about)
        .split('---\n')
        .filter((text) => text.includes('otlp-medic:probers'))
        .join('---\n');
      expect(probers).toContain('resourceNames');
      const subject = { kind: 'ServiceAccount', name: 'visitor', namespace };
      await client.apply(
        ...probers
          .split('---\n')
          .map((text) => text.replace(/subjects:\n(?: {2}.*\n)+/, stringify({ subjects: [subject] }))),
      );
      await expect.poll(async () => (await ask()).verdict.code, { timeout: 20_000 }).toBe('otlp-healthy');
      expect(found(await ask())).toMatchObject({ rung: 'export' });
      expect(found(await ask(4999))).toMatchObject({ code: 'prober-fault', outcome: 'unknown' });
    });
  });

  it('is a flag of the command, and tells what it did not look at', async () => {
    const args = [
      'probe-otlp',
      '--vantage',
      'apiserver',
      '--endpoint',
      of('collector', 4318),
      '--kubeconfig',
      kubeconfig,
    ];
    const ran = await medic(args, { cwd: folder });
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('apiserver');
    expect(ran.stdout).toMatch(/Asked through the API server: .* not looked at/);
  });
});
