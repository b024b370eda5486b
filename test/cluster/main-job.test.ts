import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { medic } from '#test/support/medic.ts';
import { guideNamespace } from './guide-namespace.ts';
import { bed, putSituation, type Situation } from './situation.ts';

const client = bed();
const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
const out = mkdtempSync(join(tmpdir(), 'otlp-medic-main-job-'));
const namespaces: string[] = [];

afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  if (namespaces.length > 0) await client.kubectl('delete', 'namespace', '--wait=false', ...namespaces);
});

function fresh(name: string) {
  namespaces.push(name);
  return guideNamespace(name);
}

const put = (situation: Situation) => putSituation(client, situation);
const all = (parts: ReturnType<typeof guideNamespace>) => Object.values(parts);

async function diagnose(namespace: string): Promise<{ code: number | null; diagnosis: Diagnosis; stderr: string }> {
  const ran = await medic([
    'diagnose',
    '--kubeconfig',
    kubeconfig,
    '--namespace',
    namespace,
    '--out',
    out,
    '--format',
    'json',
  ]);
  expect(ran.stdout, ran.stderr).not.toBe('');
  return { code: ran.code, diagnosis: JSON.parse(ran.stdout), stderr: ran.stderr };
}

const rootCodes = ({ diagnosis }: { diagnosis: Diagnosis }) => diagnosis.rootCauses.map(({ code }) => code);

describe('medic diagnose on a real control plane', () => {
  it('raises nothing in a healthy namespace', async () => {
    const parts = fresh('healthy');
    await put({ namespace: 'healthy', objects: all(parts), available: ['otlp-app', 'otel-collector'] });
    const answer = await diagnose('healthy');
    expect(rootCodes(answer)).toEqual([]);
    expect(answer.diagnosis.verdict).toBe('healthy');
    expect(answer.code).toBe(0);
  });

  it('names a missing ConfigMap, not the pods that wait for it', async () => {
    const { appConfig: _, ...rest } = fresh('no-configmap');
    await put({
      namespace: 'no-configmap',
      objects: Object.values(rest),
      available: ['otlp-app', 'otel-collector'],
      symptoms: [
        {
          pods: 'app=otlp-app',
          container: { state: { waiting: { reason: 'ContainerCreating' } } },
          events: [
            {
              reason: 'FailedMount',
              message: 'MountVolume.SetUp failed for volume "config" : configmap "otlp-app-config" not found',
              count: 6,
            },
          ],
        },
      ],
    });
    const answer = await diagnose('no-configmap');
    expect(rootCodes(answer)[0]).toBe('configmap-missing');
    expect(answer.diagnosis.verdict).toBe('failed');
    expect(answer.code).toBe(1);
  });

  it('names a Secret key that is not there, read from metadata alone', async () => {
    const parts = fresh('no-key');
    const secret = { ...parts.secret, stringData: { 'api-token': 'sentinel-7f3a9c' } };
    await put({
      namespace: 'no-key',
      objects: [...Object.values({ ...parts, secret })],
      available: ['otlp-app'],
      symptoms: [
        {
          pods: 'app=otlp-app',
          container: {
            state: {
              waiting: {
                reason: 'CreateContainerConfigError',
                message: "couldn't find key api-key in Secret no-key/otlp-app-secrets",
              },
            },
          },
        },
      ],
    });
    const answer = await diagnose('no-key');
    expect(rootCodes(answer)[0]).toBe('secret-key-missing');
    expect(answer.diagnosis.rootCauses[0]?.evidence.length).toBeGreaterThan(0);
  });

  it('names an image that is not in the registry and proposes the revision before it', async () => {
    const parts = fresh('bad-image');
    await put({ namespace: 'bad-image', objects: all(parts), available: ['otlp-app', 'otel-collector'] });
    const template = { metadata: { labels: { 'bed/hold': 'true' } } };
    const image = 'registry.example/otlp-app:1.5.0-rc9';
    const patch = { spec: { template: { ...template, spec: { containers: [{ name: 'otlp-app', image }] } } } };
    await client.kubectl('-n', 'bad-image', 'patch', 'deployment', 'otlp-app', '-p', JSON.stringify(patch));
    const message = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    await expect
      .poll(() => client.kubectl('-n', 'bad-image', 'get', 'pods', '-l', 'bed/hold=true', '-o', 'name'))
      .toContain('pod/');
    await put({
      namespace: 'bad-image',
      objects: [],
      symptoms: [
        {
          pods: 'bed/hold=true',
          container: {
            state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } },
          },
          events: [
            {
              reason: 'Failed',
              message: `Failed to pull image "${image}": rpc error: code = NotFound desc = ${message}`,
            },
          ],
        },
      ],
    });
    const answer = await diagnose('bad-image');
    expect(rootCodes(answer)[0]).toBe('image-not-found');
    expect(answer.diagnosis.action.class).toBe('rollback');
    expect(answer.diagnosis.action.toRevision).toBe(1);
  });

  it('names a quota that real admission enforces', async () => {
    const parts = fresh('quota');
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace: 'quota' },
      spec: { hard: { 'limits.memory': '700Mi' } },
    };
    const { app, ...rest } = parts;
    await put({ namespace: 'quota', objects: [parts.namespace, quota] });
    await put({ namespace: 'quota', objects: Object.values(rest), available: ['otel-collector'] });
    await put({ namespace: 'quota', objects: [app] });
    await expect
      .poll(() => client.kubectl('-n', 'quota', 'get', 'events', '--field-selector', 'reason=FailedCreate'))
      .toContain('exceeded quota');
    const answer = await diagnose('quota');
    expect(rootCodes(answer)[0]).toBe('quota-exceeded');
  });

  it('names what the real scheduler lacks', async () => {
    const parts = fresh('too-big');
    const big = structuredClone(parts.app) as { spec: { template: { spec: { containers: { resources: object }[] } } } };
    const container = big.spec.template.spec.containers[0];
    if (container)
      container.resources = { requests: { cpu: '64', memory: '64Mi' }, limits: { cpu: '64', memory: '64Mi' } };
    await put({
      namespace: 'too-big',
      objects: all({ ...parts, app: big as typeof parts.app }),
      available: ['otel-collector'],
    });
    await expect
      .poll(() => client.kubectl('-n', 'too-big', 'get', 'events', '--field-selector', 'reason=FailedScheduling'))
      .toContain('Insufficient cpu');
    const answer = await diagnose('too-big');
    expect(rootCodes(answer)[0]).toBe('unschedulable-insufficient-cpu');
  });

  it('names a Service that selects nothing', async () => {
    const parts = fresh('drift');
    parts.appService.spec.selector.app = 'otlp-application';
    await put({ namespace: 'drift', objects: all(parts), available: ['otlp-app', 'otel-collector'] });
    const answer = await diagnose('drift');
    expect(rootCodes(answer)[0]).toBe('service-selector-matches-nothing');
  });

  it('names a broken Collector configuration behind the crash loop and the failing exports', async () => {
    const parts = fresh('collector');
    const config = parts.collectorConfig.data['collector.yaml'].replaceAll('- debug', '- otlp/backend');
    parts.collectorConfig.data['collector.yaml'] = config;
    const error =
      'Error: invalid configuration: service::pipelines::traces: references exporter "otlp/backend" which is not configured';
    await put({
      namespace: 'collector',
      objects: all(parts),
      available: ['otlp-app', 'otel-collector'],
      symptoms: [
        {
          pods: 'app=otel-collector',
          container: {
            restartCount: 5,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container' } },
            lastState: {
              terminated: {
                exitCode: 1,
                reason: 'Error',
                startedAt: new Date(Date.now() - 61_000).toISOString().replace(/\.\d+/, ''),
                finishedAt: new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, ''),
              },
            },
          },
          events: [{ reason: 'BackOff', message: 'Back-off restarting failed container otel-collector', count: 9 }],
          log: error,
          previousLog: error,
        },
      ],
    });
    const answer = await diagnose('collector');
    expect(rootCodes(answer)).toEqual(['collector-config-invalid']);
    expect(answer.diagnosis.findings.map(({ code }) => code)).toContain('container-crash-loop');
  });
});

describe('medic respond on a real control plane', () => {
  const namespace = 'stuck';

  beforeAll(async () => {
    const parts = fresh(namespace);
    await put({
      namespace,
      objects: all(parts),
      available: ['otlp-app', 'otel-collector'],
      symptoms: [
        {
          pods: 'app=otlp-app',
          container: { state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
          events: [
            {
              reason: 'Unhealthy',
              message: 'Readiness probe failed: Get "http://198.18.0.9:8080/health": context deadline exceeded',
              count: 30,
            },
          ],
        },
      ],
    });
    writeFileSync(
      join(out, 'medic.config.ts'),
      `export default {
        targets: [{ name: 'stuck', namespace: '${namespace}', cluster: { kubeconfig: ${JSON.stringify(kubeconfig)} } }],
        policy: { settleSeconds: 2, recoveryLimitSeconds: 60 },
      };`,
    );
  });

  const revisions = () => client.kubectl('-n', namespace, 'rollout', 'history', 'deployment/otlp-app');
  const respond = (...more: string[]) =>
    medic(['respond', '--target', 'stuck', '--out', out, '--wait-scale', '0.05', ...more], { cwd: out });

  it('writes nothing without --act, and says what it would do', async () => {
    const ran = await respond('--format', 'json');
    expect(ran.code, ran.stderr).toBe(1);
    expect(await revisions()).not.toMatch(/^2 /m);
  });

  it('restarts with --act, sees the rollout complete and writes the report', async () => {
    const ran = await respond('--act', '--format', 'json');
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout).outcome).toBe('recovered');
    expect(await revisions()).toMatch(/^2 /m);
    const reports = globSync('incidents/*/*/*/report.html', { cwd: out });
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.some((file) => readFileSync(join(out, file), 'utf8').includes('recovered'))).toBe(true);
  });

  it('does nothing to what is healthy again', async () => {
    const ran = await respond('--act', '--format', 'json');
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout).outcome).toBe('nothing-to-do');
    expect(await revisions()).not.toMatch(/^3 /m);
  });
});

describe('an API server that gives nothing', () => {
  const oneLine = (stderr: string) => stderr.trim().split('\n');

  async function expectNamedFailure(file: string, words: RegExp) {
    const looked = await medic(['diagnose', '--kubeconfig', file, '--namespace', 'otlp-system', '--out', out]);
    expect(looked.code).toBe(2);
    expect(`${looked.stdout}${looked.stderr}`).toMatch(words);
    expect(`${looked.stdout}${looked.stderr}`).not.toMatch(/^\s+at /m);
    const responded = await medic([
      'respond',
      '--kubeconfig',
      file,
      '--namespace',
      'otlp-system',
      '--out',
      out,
      '--act',
      '--format',
      'json',
    ]);
    expect(responded.code, responded.stderr).toBe(2);
    expect(oneLine(responded.stderr).join('\n')).toMatch(words);
    const { outcome, incident } = JSON.parse(responded.stdout);
    expect(outcome).toBe('could-not-work');
    const [report = ''] = globSync(`incidents/*/*/${incident.id}/report.html`, { cwd: out });
    expect(readFileSync(join(out, report), 'utf8')).toMatch(words);
  }

  it('is named when it is dead', async () => {
    const dead = join(out, 'dead.kubeconfig');
    writeFileSync(dead, readFileSync(kubeconfig, 'utf8').replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:9'));
    await expectNamedFailure(dead, /refused/i);
  });

  it('is named when it forbids', async () => {
    const token = (await client.kubectl('create', 'token', 'default', '--duration=1h')).trim();
    const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    config.users[0].user = { token };
    const forbidden = join(out, 'forbidden.kubeconfig');
    writeFileSync(forbidden, JSON.stringify(config));
    await expectNamedFailure(forbidden, /forbidden/i);
  });

  it('is named when it does not know the caller', async () => {
    const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    config.users[0].user = { token: 'nobody' };
    const unknown = join(out, 'unauthorized.kubeconfig');
    writeFileSync(unknown, JSON.stringify(config));
    await expectNamedFailure(unknown, /401|unauthorized/i);
  });
});
