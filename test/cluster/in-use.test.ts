import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { medic } from '#test/support/medic.ts';
import { pathOf } from '../../scripts/components/place.ts';
import { guideNamespace } from './guide-namespace.ts';
import { ProcessKubelet } from './process-kubelet.ts';
import { bed, putSituation } from './situation.ts';

const client = bed();
const namespace = 'in-use';
const podCidr = process.env.MEDIC_TEST_POD_CIDR ?? '';
const routed = process.env.MEDIC_TEST_ROUTED === 'true';
const out = mkdtempSync(join(tmpdir(), 'otlp-medic-in-use-'));

/** The pods' template asks for the process kubelet. */
function held(deployment: object) {
  const copy = structuredClone(deployment) as { spec: { template: { metadata: { labels: Record<string, string> } } } };
  copy.spec.template.metadata.labels['bed/hold'] = 'true';
  return copy;
}

/** What the pod would mount: the Collector reads the ConfigMap as it stands now. */
async function collectorConfig() {
  const { data } = await client.json<{ data: Record<string, string> }>(
    '-n',
    namespace,
    'get',
    'configmap',
    'otel-collector-config',
  );
  writeFileSync(join(out, 'collector.yaml'), (data['collector.yaml'] ?? '').replaceAll('0.0.0.0', '${env:POD_IP}'));
}

describe.skipIf(!routed)('a real app and a real Collector behind pod addresses', () => {
  let kubelet: ProcessKubelet;

  beforeAll(async () => {
    const parts = guideNamespace(namespace);
    const { app, collector, ...rest } = parts;
    const quiet = 'service:\n  telemetry:\n    metrics: {level: none}\n';
    rest.collectorConfig.data['collector.yaml'] = rest.collectorConfig.data['collector.yaml'].replace(
      'service:\n',
      quiet,
    );
    await client.apply(...Object.values(rest));
    await collectorConfig();
    kubelet = new ProcessKubelet(client, namespace, podCidr, {
      'otlp-app': () => ({ file: process.execPath, args: [join(import.meta.dirname, 'otlp-app.js')] }),
      'otel-collector': () => ({ file: pathOf('otelcol'), args: [`--config=${join(out, 'collector.yaml')}`] }),
    });
    await putSituation(client, {
      namespace,
      objects: [held(app), held(collector)],
      available: ['otlp-app', 'otel-collector'],
    });
    writeFileSync(
      join(out, 'medic.config.ts'),
      `export default {
        targets: [{ name: 'in-use', namespace: '${namespace}', cluster: { kubeconfig: ${JSON.stringify(process.env.MEDIC_TEST_KUBECONFIG)} } }],
        policy: { settleSeconds: 3, recoveryLimitSeconds: 90 },
      };`,
    );
  });

  afterAll(async () => {
    await kubelet?.[Symbol.asyncDispose]();
    rmSync(out, { recursive: true, force: true });
    await client.kubectl('delete', 'namespace', namespace, '--wait=false');
  });

  const run = (...args: string[]) =>
    medic([...args, '--target', 'in-use', '--out', out, '--format', 'json'], { cwd: out });
  const history = () => client.kubectl('-n', namespace, 'rollout', 'history', 'deployment/otlp-app');
  const readyReplicas = async (name: string) =>
    (await client.json<{ status: { readyReplicas?: number } }>('-n', namespace, 'get', 'deployment', name)).status
      .readyReplicas ?? 0;

  it('is healthy while both answer', async () => {
    const ran = await run('diagnose');
    expect(JSON.parse(ran.stdout), ran.stderr).toMatchObject({ verdict: 'healthy', rootCauses: [] });
  });

  it('is cured by a restart when its processes hang, as kubectl rollout history shows', async () => {
    for (const child of kubelet.processes('otlp-app')) child.kill('SIGUSR2');
    await expect.poll(() => readyReplicas('otlp-app'), { timeout: 15_000 }).toBe(0);
    const ran = await run('respond', '--act', '--wait-scale', '0.1');
    expect(ran.code, ran.stderr).toBe(0);
    const report = JSON.parse(ran.stdout);
    expect(report.outcome).toBe('recovered');
    expect(await history()).toMatch(/^2 /m);
    expect(await readyReplicas('otlp-app')).toBe(2);
    expect(
      readFileSync(
        join(
          out,
          report.incident.reports.find((key: string) => key.endsWith('.html')),
        ),
        'utf8',
      ),
    ).toContain('recovered');
  });

  it("is not restarted when its Collector ends on a broken configuration: the Collector's own words are the evidence", async () => {
    const broken = readFileSync(join(out, 'collector.yaml'), 'utf8').replaceAll('- debug', '- otlp/backend');
    const data = { 'collector.yaml': broken.replaceAll('${env:POD_IP}', '0.0.0.0') };
    await client.kubectl(
      '-n',
      namespace,
      'patch',
      'configmap',
      'otel-collector-config',
      '-p',
      JSON.stringify({ data }),
    );
    await collectorConfig();
    for (const child of kubelet.processes('otel-collector')) child.kill('SIGTERM');
    await expect.poll(() => readyReplicas('otel-collector'), { timeout: 15_000 }).toBe(0);
    await expect
      .poll(
        async () => {
          const { items } = await client.json<{
            items: { status: { containerStatuses: { restartCount: number }[] } }[];
          }>('-n', namespace, 'get', 'pods', '-l', 'app=otel-collector');
          return Math.min(...items.map(({ status }) => status.containerStatuses[0]?.restartCount ?? 0));
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(2);
    const ran = await run('respond', '--act', '--wait-scale', '0.1');
    expect(ran.code, ran.stderr).toBe(1);
    const report = JSON.parse(ran.stdout);
    expect(report.outcome).toBe('escalated');
    expect(JSON.stringify(report)).toContain('collector-config-invalid');
    expect(JSON.stringify(report)).toContain('references exporter');
    expect(await history()).not.toMatch(/^3 /m);
  });
});
