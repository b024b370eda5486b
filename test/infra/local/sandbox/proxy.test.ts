import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '#infra/local/sandbox/sandbox.ts';
import type { Pod, Service } from '#shared/domain/kubernetes.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { ECHO, echoServer } from '#test/support/echo-server.ts';
import { limitedSandbox } from '#test/support/limited-sandbox.ts';
import { medic } from '#test/support/medic.ts';
import { proberWith } from '#test/support/probing.ts';
import { proxyContract, SERVICE_PORTS } from '#test/support/proxy-contract.ts';

const namespace = 'otlp-system';

function firstPod({ cluster }: Sandbox): { name: string; ip: string } {
  const [pod] = cluster.podsOf('otel-collector') as [Pod];
  return { name: pod.metadata.name, ip: pod.status?.podIP ?? '' };
}

/** A Service of the contract; `echo` leads to one of the Collector's pods alone, whose gRPC port speaks HTTP/2. */
const service = (name: string, selector: Record<string, string>): Service => ({
  metadata: { name, namespace },
  spec: { selector, ports: SERVICE_PORTS },
});

async function open() {
  const sandbox = await startSandbox({ scenario: 'healthy' });
  const { cluster } = sandbox;
  const pod = firstPod(sandbox);
  cluster.edit('pods', { namespace, name: pod.name }, (draft) => {
    draft.metadata.labels = { ...draft.metadata.labels, echo: 'yes' };
  });
  cluster.apply('services', service('echo', { echo: 'yes' }));
  cluster.apply('services', service('nobody', { app: 'nobody' }));
  await cluster.network.listen(pod.ip, ECHO, echoServer());
  const api = apiServer({ name: 'sandbox', url: sandbox.url });
  const ask = { namespace, kind: 'services' as const, name: 'echo', port: ECHO, method: 'GET' as const, path: '/' };
  // Ready pods become endpoints a moment later.
  for (const end = Date.now() + 5000; (await api.proxy(ask)).status !== 200 && Date.now() < end; ) await sleep(20);
  return {
    cluster: api,
    namespace,
    pod,
    async close() {
      api.close();
      await sandbox.stop();
    },
  };
}

proxyContract(open);

const walk = (cluster: Cluster, more: Partial<ProbeRequest>) =>
  proberWith({ apiServerOf: async () => ({ cluster, namespace }) }).probe({
    ...{ endpoint: 'http://otel-collector:4318', protocol: 'http/protobuf', vantage: 'apiserver', queries: [] },
    ...{ signals: ['traces', 'metrics', 'logs'], timeoutMs: 5000, slowMs: 3000, target: 'sandbox', ...more },
  });

it('lets the ladder pass to the Collector of the sandbox, to a pod of it with its own metrics and health', async () => {
  await using lab = await limitedSandbox();
  const cluster = lab.administrator();
  expect((await walk(cluster, {})).verdict).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
  const at = `http://${firstPod(lab.sandbox).name}.otel-collector.${namespace}.svc`;
  const urls = { endpoint: `${at}:4318`, metricsUrl: `${at}:8888/metrics`, healthUrl: `${at}:13133` };
  // All that its configuration has is a debug exporter.
  expect((await walk(cluster, urls)).verdict).toMatchObject({ code: 'debug-only-pipeline', rung: 'export' });
});

it('holds on to nothing of the calls that a kept connection has had', async () => {
  await using lab = await limitedSandbox();
  const warnings: string[] = [];
  const heard = ({ name }: Error) => warnings.push(name);
  process.on('warning', heard);
  const ask = { namespace, kind: 'services' as const, name: 'otel-collector', port: 4318, method: 'GET' as const };
  const cluster = lab.administrator();
  for (let call = 0; call < 15; call++) await cluster.proxy({ ...ask, path: '/' });
  await sleep(0);
  process.off('warning', heard);
  expect(warnings).toEqual([]);
});

it('refuses a caller without the right, in the words of RBAC', async () => {
  await using lab = await limitedSandbox();
  const cluster = lab.as([{ verbs: ['get'], resource: 'services/proxy', namespace }]);
  const ask = { namespace, kind: 'services' as const, name: 'otel-collector', port: 4318, path: '/' };
  expect(await cluster.proxy({ ...ask, method: 'GET' })).toMatchObject({ status: 404 });
  await expect(cluster.proxy({ ...ask, method: 'POST' })).rejects.toMatchObject({
    fault: 'forbidden',
    message: expect.stringContaining('cannot create resource "services/proxy" in API group ""'),
  });
});

it('is there for the command', async () => {
  const args = ['--vantage', 'apiserver', '--endpoint', 'http://otel-collector:4318', '--target', 'sandbox'];
  const ran = await medic(['probe-otlp', ...args, '--format', 'json']);
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ vantage: 'apiserver', verdict: { code: 'otlp-healthy' } });
});
