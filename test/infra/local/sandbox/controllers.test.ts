import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '#infra/local/sandbox/sandbox.ts';
import type { ContainerStatus, Pod, ResourceQuota, Workload } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const namespace = 'otlp-system';
const apps = `/apis/apps/v1/namespaces/${namespace}`;
const core = `/api/v1/namespaces/${namespace}`;

let sandbox: Sandbox;
async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await fetch(sandbox.url + path, init)).json() as Promise<T>;
}
const items = async <T>(path: string) => (await request<{ items: T[] }>(path)).items;
const patch = (body: unknown, type = 'strategic-merge-patch', name = 'otlp-app') =>
  request<Workload>(`${apps}/deployments/${name}`, {
    method: 'PATCH',
    headers: { 'content-type': `application/${type}+json` },
    body: JSON.stringify(body),
  });
const edit = (path: string, data: Record<string, string | null>) =>
  request(`${core}/${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ data }),
  });

const deployment = () => request<Workload>(`${apps}/deployments/otlp-app`);
const sets = async () =>
  (await items<Workload>(`${apps}/replicasets?labelSelector=app=otlp-app`)).toSorted(
    (a, b) => Number(a.metadata.annotations?.[REVISION]) - Number(b.metadata.annotations?.[REVISION]),
  );
const pods = () => items<Pod>(`${core}/pods?labelSelector=app=otlp-app`);
const container = async (): Promise<ContainerStatus[]> =>
  (await pods())
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .flatMap(({ status }) => status?.containerStatuses ?? []);
const events = async (selector: string) =>
  (await items<KubeEvent>(`${core}/events?fieldSelector=${selector}`)).map(
    ({ reason, message }) => `${reason}: ${message}`,
  );
const condition = ({ status }: Workload, type: string) => status?.conditions?.find((one) => one.type === type);

const soon = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 4500, interval: 25 });
const template = (annotation: string) => ({ spec: { template: { metadata: { annotations: { note: annotation } } } } });

/** All replicas are of the present template, and available. */
async function complete(replicas = 2): Promise<Workload> {
  return soon(async () => {
    const found = await deployment();
    const { metadata, status = {} } = found;
    const { observedGeneration, updatedReplicas, availableReplicas } = status;
    expect({ observedGeneration, replicas: status.replicas, updatedReplicas, availableReplicas }).toEqual({
      observedGeneration: metadata.generation,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
    });
    return found;
  });
}

describe('a Deployment', () => {
  beforeAll(async () => {
    sandbox = await startSandbox({ speed: 60 });
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => complete());

  it('keeps all its replicas serving while it rolls', async () => {
    const serving: number[] = [];
    const end = sandbox.cluster.store.onChange(() => {
      const slices = sandbox.cluster.store.list('endpointslices', namespace);
      const [slice] = slices.filter(({ metadata }) => metadata.name.startsWith('otlp-app-service'));
      serving.push((slice?.endpoints ?? []).filter(({ conditions }) => conditions?.ready).length);
    });
    await patch(template('first'));
    await complete();
    end();
    expect(Math.min(...serving)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...serving)).toBeLessThanOrEqual(3);
    expect(await events('involvedObject.kind=Deployment')).toContainEqual(
      expect.stringMatching(/^ScalingReplicaSet: Scaled up replica set otlp-app-\w+ from 0 to 1$/),
    );
  });

  it('goes back to a template it had under the next revision number, and remembers the old one', async () => {
    const before = await sets();
    const [old] = before;
    const { 'pod-template-hash': _, ...labels } = old?.spec.template.metadata?.labels ?? {};
    const value = { ...old?.spec.template, metadata: { ...old?.spec.template.metadata, labels } };
    await patch([{ op: 'replace', path: '/spec/template', value }], 'json-patch');
    const now = await complete();
    const after = await sets();
    expect(after.map(({ metadata }) => metadata.name).sort()).toEqual(
      before.map(({ metadata }) => metadata.name).sort(),
    );
    expect(after.at(-1)?.metadata).toMatchObject({
      name: old?.metadata.name,
      annotations: {
        [REVISION]: String(before.length + 1),
        'deployment.kubernetes.io/revision-history': old?.metadata.annotations?.[REVISION],
      },
    });
    expect(now.metadata.annotations?.[REVISION]).toBe(String(before.length + 1));
    expect(condition(now, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${old?.metadata.name}" has successfully progressed.`,
    });
  });

  it('makes no revision when only its size changes', async () => {
    const before = await sets();
    await patch({ spec: { replicas: 0 } });
    await soon(async () => expect(await pods()).toEqual([]));
    const { status } = await deployment();
    expect(status?.replicas).toBeUndefined();
    await patch({ spec: { replicas: 3 } });
    await complete(3);
    await patch({ spec: { replicas: 2 } });
    await complete();
    expect((await sets()).map(({ metadata }) => metadata.name)).toEqual(before.map(({ metadata }) => metadata.name));
  });

  it('does not roll while it is paused, and says so', async () => {
    const before = await sets();
    await patch({ spec: { paused: true, ...template('paused').spec } });
    await soon(async () => {
      expect(condition(await deployment(), 'Progressing')).toMatchObject({
        status: 'Unknown',
        reason: 'DeploymentPaused',
        message: 'Deployment is paused',
      });
    });
    expect(await sets()).toHaveLength(before.length);
    await patch({ spec: { paused: null } });
    await soon(async () => expect(await sets()).toHaveLength(before.length + 1));
  });

  it('forgets the oldest revisions beyond its limit', async () => {
    await patch({ spec: { revisionHistoryLimit: 1, ...template('limited').spec } });
    await complete();
    await soon(async () => expect(await sets()).toHaveLength(2));
    const revisions = (await sets()).map(({ metadata }) => Number(metadata.annotations?.[REVISION]));
    expect(revisions[1]).toBe((revisions[0] ?? 0) + 1);
  });

  it('has its many similar events combined, as by the recorder of client-go', async () => {
    for (const replicas of [4, 5, 6, 7, 8, 9, 2]) {
      await patch({ spec: { replicas } });
      await complete(replicas);
    }
    expect(await events('involvedObject.kind=Deployment')).toContainEqual(
      expect.stringMatching(/^ScalingReplicaSet: \(combined from similar events\): Scaled \w+ replica set/),
    );
  });

  it('of strategy Recreate ends all old pods before it makes a new one', async () => {
    const seen = new Set<string>();
    const end = sandbox.cluster.store.onChange(({ kind }) => {
      if (kind !== 'pods') return;
      const living = sandbox.cluster.podsOf('otlp-app').filter(({ metadata }) => !metadata.deletionTimestamp);
      seen.add([...new Set(living.map(({ metadata }) => metadata.labels?.['pod-template-hash']))].join(' and '));
    });
    await patch({ spec: { strategy: { type: 'Recreate', rollingUpdate: null }, ...template('recreated').spec } });
    await complete();
    end();
    expect([...seen].filter((hashes) => hashes.includes(' and '))).toEqual([]);
  });
});

describe('a pod', () => {
  beforeEach(async () => {
    sandbox = await startSandbox({ speed: 60 });
    return () => sandbox.stop();
  });

  it('without a key of its Secret waits, and starts when the key is there', async () => {
    const key = sandbox.cluster.store.get('secrets', { namespace, name: 'otlp-app-secrets' })?.data?.['api-key'] ?? '';
    await edit('secrets/otlp-app-secrets', { 'api-key': null });
    await patch(template('without key'));
    const message = `couldn't find key api-key in Secret ${namespace}/otlp-app-secrets`;
    await soon(async () => {
      expect((await container()).map(({ state }) => state?.waiting)).toContainEqual({
        reason: 'CreateContainerConfigError',
        message,
      });
    });
    expect(await events('type=Warning')).toContain(`Failed: Error: ${message}`);
    await edit('secrets/otlp-app-secrets', { 'api-key': key });
    await complete();
  });

  it('without its ConfigMap stays in ContainerCreating, with an event that names it', async () => {
    sandbox.cluster.store.remove('configmaps', { namespace, name: 'otlp-app-config' });
    await patch(template('without config'));
    await soon(async () => {
      expect(await events('reason=FailedMount')).toEqual([
        'FailedMount: MountVolume.SetUp failed for volume "config" : configmap "otlp-app-config" not found',
      ]);
    });
    expect((await container()).map(({ state }) => state?.waiting?.reason)).toContain('ContainerCreating');
  });

  it('that needs more memory than its limit is killed for it', async () => {
    const text = sandbox.cluster.store.get('configmaps', { namespace, name: 'otlp-app-config' })?.data?.['config.toml'];
    await edit('configmaps/otlp-app-config', {
      'config.toml': (text ?? '').replace('cache_mib = 24', 'cache_mib = 400'),
    });
    sandbox.cluster.evict('otlp-app');
    await soon(async () => {
      expect((await container()).map(({ lastState }) => lastState?.terminated)).toContainEqual(
        expect.objectContaining({ reason: 'OOMKilled', exitCode: 137 }),
      );
    });
  });

  it('whose liveness probe fails is restarted in place', async () => {
    const livenessProbe = { httpGet: { path: '/health', port: 'http' }, tcpSocket: null };
    await patch({ spec: { template: { spec: { containers: [{ name: 'otlp-app', livenessProbe }] } } } });
    await complete();
    await sandbox.inject('stuck-process');
    await soon(async () => {
      expect(await events('reason=Killing')).toContain(
        'Killing: Container otlp-app failed liveness probe, will be restarted',
      );
      const restarted = (await container()).filter(({ restartCount }) => restartCount === 1);
      expect(restarted).toHaveLength(2);
      expect(restarted[0]?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
      expect(restarted.every(({ ready }) => ready)).toBe(true);
    });
  });

  it('beyond the quota is not made, and the Deployment says why', async () => {
    const [quota] = await items<ResourceQuota>(`${core}/resourcequotas`);
    expect(quota?.status?.used).toMatchObject({ pods: '4', 'requests.cpu': '400m', 'limits.memory': '1536Mi' });
    sandbox.cluster.edit('resourcequotas', 'otlp-system-quota', (draft) => {
      draft.spec = { hard: { ...draft.spec?.hard, pods: '4' } };
    });
    await patch(template('too many'));
    const why =
      /^pods "otlp-app-\S+" is forbidden: exceeded quota: otlp-system-quota, requested: pods=1, used: pods=4, limited: pods=4$/;
    await soon(async () => {
      expect(condition(await deployment(), 'ReplicaFailure')).toMatchObject({
        status: 'True',
        reason: 'FailedCreate',
        message: expect.stringMatching(why),
      });
    });
    expect(await events('reason=FailedCreate')).toContainEqual(
      expect.stringContaining('Error creating: pods "otlp-app-'),
    );
  });
});
