import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '#infra/local/sandbox/sandbox.ts';
import { SCENARIOS } from '#infra/local/sandbox/scenarios.ts';
import { sandboxTarget } from '#infra/local/sandbox/target.ts';
import { outcome } from '#shared/domain/incident.ts';
import type { ContainerStatus, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { target } from '#shared/domain/target.ts';

const NAMESPACE = 'namespaces/otlp-system';

/** What a caller of the API sees of the namespace. */
function seen(sandbox: () => Sandbox) {
  const get = async (path: string) => (await fetch(`${sandbox().url}/${path}`)).text();
  const items = async <T>(path: string): Promise<T[]> => JSON.parse(await get(path)).items;
  const pods = (app: string) => items<Pod>(`api/v1/${NAMESPACE}/pods?labelSelector=app=${app}`);
  return {
    pods,
    containers: async (app: string): Promise<ContainerStatus[]> =>
      (await pods(app)).flatMap(({ status }) => status?.containerStatuses ?? []),
    deployment: async (name: string): Promise<Workload> =>
      JSON.parse(await get(`apis/apps/v1/${NAMESPACE}/deployments/${name}`)),
    warnings: async () => {
      const events = await items<KubeEvent>(`api/v1/${NAMESPACE}/events?fieldSelector=type=Warning`);
      return events.map(({ reason, message }) => `${reason}: ${message}`);
    },
    log: (pod: Pod | undefined, query = '') => get(`api/v1/${NAMESPACE}/pods/${pod?.metadata.name}/log?${query}`),
    restart: async (name: string) => {
      const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
      await fetch(`${sandbox().url}/apis/apps/v1/${NAMESPACE}/deployments/${name}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: JSON.stringify({ spec: { template: { metadata: { annotations } } } }),
      });
    },
  };
}

function inSandbox(scenario: string) {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    sandbox = await startSandbox({ scenario, speed: 40 });
  });
  afterAll(() => sandbox?.stop());
  return seen(() => sandbox ?? expect.fail('no sandbox'));
}

const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 4000, interval: 30 });
const rolledOut = ({ metadata, status }: Workload) =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
  status?.updatedReplicas === 2 &&
  status.replicas === 2 &&
  status.availableReplicas === 2;

describe('healthy', () => {
  const { containers, deployment, warnings, pods, log } = inSandbox('healthy');

  it('has everything ready and nothing to warn of', async () => {
    expect((await containers('otlp-app')).map(({ ready, restartCount }) => [ready, restartCount])).toEqual([
      [true, 0],
      [true, 0],
    ]);
    expect((await containers('otel-collector')).every(({ ready }) => ready)).toBe(true);
    expect(rolledOut(await deployment('otlp-app'))).toBe(true);
    expect(await warnings()).toEqual([]);
  });

  it('exports its telemetry', async () => {
    const [pod] = await pods('otlp-app');
    expect(await log(pod)).not.toMatch(/ERROR|WARN/);
  });
});

describe('stuck-process', () => {
  const { pods, containers, deployment, warnings, restart } = inSandbox('stuck-process');

  it('shows pods that run, are not restarted, and are not ready', async () => {
    for (const { ready, restartCount, state } of await containers('otlp-app'))
      expect({ ready, restartCount, running: state?.running !== undefined }).toEqual({
        ready: false,
        restartCount: 0,
        running: true,
      });
    expect(await warnings()).toContainEqual(
      expect.stringMatching(
        /^Unhealthy: Readiness probe failed: Get "http:\/\/10\.\S+:8080\/health": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/,
      ),
    );
    expect((await deployment('otlp-app')).status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }),
    );
  });

  it('is cured by a restart', async () => {
    const before = (await pods('otlp-app')).map(({ metadata }) => metadata.name);
    await restart('otlp-app');
    await soon(async () => expect(rolledOut(await deployment('otlp-app'))).toBe(true));
    await soon(async () => {
      const after = await pods('otlp-app');
      expect(after.filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
      expect(after).toHaveLength(2);
    });
  });
});

describe('bad-image', () => {
  const { pods, deployment, warnings, log, restart } = inSandbox('bad-image');
  const newest = async () => (await pods('otlp-app')).find(({ spec }) => spec.containers[0]?.image?.endsWith(':1.5.0'));

  it('shows a rollout past its deadline, while the old pods serve', async () => {
    const { status } = await deployment('otlp-app');
    expect(status).toMatchObject({ availableReplicas: 2, updatedReplicas: 1, replicas: 3, unavailableReplicas: 1 });
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }),
    );
  });

  it('says that the image does not exist, in state, events and log', async () => {
    const pod = await newest();
    const notFound = 'failed to resolve image: registry.example.com/otlp-app:1.5.0: not found';
    expect(pod?.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain(notFound);
    expect(await warnings()).toContainEqual(
      expect.stringMatching(
        /^Failed: Failed to pull image "registry\.example\.com\/otlp-app:1\.5\.0": rpc error: code = NotFound/,
      ),
    );
    expect(JSON.parse(await log(pod)).message).toMatch(/is waiting to start: .*image/);
  });

  it('stays after a restart', async () => {
    await restart('otlp-app');
    await soon(async () => {
      const { metadata, status } = await deployment('otlp-app');
      expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('4');
      expect(status?.updatedReplicas).toBe(1);
      expect((await newest())?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toMatch(
        /^(ErrImagePull|ImagePullBackOff)$/,
      );
    });
  });
});

describe('bad-configmap-in-place', () => {
  const { pods, containers, log, restart } = inSandbox('bad-configmap-in-place');

  it('shows every replica in a crash loop, with the place of the mistake in its log', async () => {
    for (const { state, lastState, restartCount = 0 } of await containers('otlp-app')) {
      expect(state?.waiting?.reason).toBe('CrashLoopBackOff');
      expect(lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
      expect(restartCount).toBeGreaterThan(2);
    }
    const [pod] = await pods('otlp-app');
    expect(await log(pod, 'previous=true')).toContain('TOML parse error at line 3, column 23');
  });

  it('stays after a restart', async () => {
    await restart('otlp-app');
    await soon(async () => {
      const restarted = (await pods('otlp-app')).filter(
        ({ metadata }) => metadata.annotations?.['kubectl.kubernetes.io/restartedAt'],
      );
      const [{ restartCount, ready } = {}] = restarted.flatMap(({ status }) => status?.containerStatuses ?? []);
      expect({ crashed: (restartCount ?? 0) > 0, ready }).toEqual({ crashed: true, ready: false });
    });
  });
});

describe('collector-config-broken', () => {
  const { pods, containers, log } = inSandbox('collector-config-broken');

  it('shows the Collector in a crash loop, with its own words for the mistake', async () => {
    const [collector] = await containers('otel-collector');
    expect(collector?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    const [pod] = await pods('otel-collector');
    expect(await log(pod)).toBe(
      'Error: invalid configuration: service::pipelines::traces: references exporter "otlp_grpc/tempo" which is not configured\n',
    );
  });

  it('cascades into an app that is ready and cannot export', async () => {
    expect((await containers('otlp-app')).map(({ ready, restartCount }) => [ready, restartCount])).toEqual([
      [true, 0],
      [true, 0],
    ]);
    const [pod] = await pods('otlp-app');
    const text = await log(pod, 'tailLines=4');
    expect(text).toContain(
      'name="BatchSpanProcessor.ExportError" error="Operation failed: HTTP export failed: network error"',
    );
    expect(text).toContain('tcp connect error');
    expect(text).toContain('Connection refused');
  });
});

describe('all scenarios', () => {
  it('say how the flow must end', () => {
    for (const { ends } of SCENARIOS) expect(outcome.options).toContain(ends);
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });

  it('have a target that fits them', () => {
    expect(target.parse(sandboxTarget)).toMatchObject({
      name: 'sandbox',
      cluster: 'sandbox',
      namespace: 'otlp-system',
    });
  });

  it('can be put into a running sandbox, one after the other', async () => {
    await using sandbox = await startSandbox({ scenario: 'collector-config-broken', speed: 200 });
    await sandbox.inject('stuck-process');
    expect(sandbox.scenario).toMatchObject({ name: 'stuck-process', ends: 'recovered' });
    const { containers } = seen(() => sandbox);
    expect((await containers('otlp-app')).map(({ ready }) => ready)).toEqual([false, false]);
  });

  it.each([
    'init-container-fails',
    'secret-key-missing',
    'webhook-down',
    'dependency-down',
    'backend-refuses',
    'network-policy-default-deny',
  ])('%s can be put into a running sandbox too', async (name) => {
    await using sandbox = await startSandbox({ speed: 300 });
    await sandbox.inject(name);
    expect(sandbox.scenario.name).toBe(name);
  });

  it('leave no server, socket or timer behind when the sandbox stops', async () => {
    const held = () =>
      process
        .getActiveResourcesInfo()
        .filter((kind) => ['TCPServerWrap', 'TCPSocketWrap', 'Timeout', 'Immediate'].includes(kind));
    const before = held().length;
    const sandbox = await startSandbox({ scenario: 'stuck-process', speed: 100 });
    expect(held().length).toBeGreaterThan(before);
    // Some pods are just starting, some on their way out.
    sandbox.cluster.evict('otlp-app');
    sandbox.cluster.evict('otel-collector');
    await sandbox.cluster.timeline.pass(3);
    await sandbox.stop();
    await expect.poll(() => held().length, { interval: 10 }).toBeLessThanOrEqual(before);
  });

  it('that do not exist are refused with the nearest name', async () => {
    await expect(startSandbox({ scenario: 'bad-imag' })).rejects.toThrow('did you mean "bad-image"?');
    await expect(startSandbox({ scenario: 'x' })).rejects.toThrow(
      'unknown scenario "x": medic scenarios lists them all',
    );
  });
});
