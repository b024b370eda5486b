import { describe, expect, it } from 'vitest';
import type { KubeObject, Pod } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { unreachableWhy } from '#shared/snapshot/unreachable.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NAMESPACE, NOW, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';

const clock = { now: () => new Date(NOW) };
const target = sandboxTarget();

/** As the API answers for metadata alone. */
const secret = (name: string, keys: string[]): KubeObject => {
  const fields = { '.': {}, ...Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) };
  const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:data': fields, 'f:type': {} } }];
  return { metadata: { name, namespace: NAMESPACE, managedFields } };
};

const healthy = () =>
  memoryCluster({ ...healthyNamespace().objects, secrets: [secret('otlp-app-secrets', ['api-key', 'other'])] });

const break_ = (pod: Pod | undefined, restarts = 3): string => {
  const status = pod?.status?.containerStatuses?.[0];
  if (!pod || !status) throw new Error('no such pod');
  Object.assign(status, {
    ready: false,
    restartCount: restarts,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 101 } },
  });
  return `${NAMESPACE}/${pod.metadata.name}/${status.name}`;
};

describe('a healthy namespace', () => {
  it('is read whole, and says so', async () => {
    const cluster = healthy();
    const { objects } = healthyNamespace();
    const snapshot = await collectSnapshot(cluster, target, { clock });
    expect(snapshot.objects.pods).toEqual(objects.pods);
    expect(snapshot.objects.deployments).toEqual(objects.deployments);
    expect(snapshot.objects.services).toEqual(objects.services);
    expect(snapshot.objects.configmaps).toEqual(objects.configmaps);
    expect(snapshot.coverage.notChecked).toEqual([]);
    expect(snapshot.coverage.checked).toEqual(
      expect.arrayContaining(['namespaces', 'nodes', 'pods', 'podmetrics', 'services']),
    );
    expect(snapshot).toMatchObject({
      target: 'shop',
      cluster: { name: 'memory', version: 'v1.36.0' },
      namespaces: [NAMESPACE],
    });
    expect(unreachableWhy(snapshot)).toBeUndefined();
  });

  it('tells the keys of a Secret from its metadata, and never lists Secrets', async () => {
    const cluster = healthy();
    const { secrets, absentSecrets } = await collectSnapshot(cluster, target, { clock });
    expect(secrets).toEqual([{ namespace: NAMESPACE, name: 'otlp-app-secrets', keys: ['api-key', 'other'] }]);
    expect(absentSecrets).toEqual([]);
    expect(cluster.calls.filter((call) => call.startsWith('secrets'))).toEqual([
      `secrets/${NAMESPACE}/otlp-app-secrets`,
    ]);
  });

  it('knows that a Secret is absent', async () => {
    const cluster = memoryCluster(healthyNamespace().objects);
    const { secrets, absentSecrets } = await collectSnapshot(cluster, target, { clock });
    expect(secrets).toEqual([]);
    expect(absentSecrets).toEqual([{ namespace: NAMESPACE, name: 'otlp-app-secrets' }]);
  });

  it('gives the same snapshot again', async () => {
    const looks = await Promise.all([1, 2].map(() => collectSnapshot(healthy(), wholeNamespace(), { clock })));
    expect(looks[0]).toEqual(looks[1]);
  });

  it('notes where a configuration file does not parse, without its words', async () => {
    const { objects } = healthyNamespace();
    const map = objects.configmaps[0];
    if (map)
      map.data = {
        'config.yaml': 'server:\n  password: hunter2hunter2\n  password: x\n',
        'a.json': '{"k": hunter2}',
        'b.toml': 'a = "hunter2',
      };
    const { configFacts } = await collectSnapshot(memoryCluster(objects), target, { clock });
    const of = (key: string) => configFacts.find((fact) => fact.key === key);
    expect(of('config.yaml')).toMatchObject({
      format: 'yaml',
      error: 'the same key twice in one mapping',
      line: 3,
      column: 3,
    });
    expect(of('a.json')).toMatchObject({ format: 'json', error: 'an unexpected character', line: 1, column: 7 });
    expect(of('b.toml')).toMatchObject({ format: 'toml', line: 1 });
    expect(of('collector.yaml')).toEqual(expect.not.objectContaining({ error: expect.anything() }));
    expect(JSON.stringify(configFacts)).not.toContain('hunter2');
  });
});

describe('logs', () => {
  it('are read of what fails, before and after its restart, and of one healthy pod a workload', async () => {
    const cluster = healthy();
    const [first, , collectorPod] = cluster.objects.pods as Pod[];
    const failing = break_(first);
    cluster.logs.set(failing, 'now\n').set(`${failing} (previous)`, 'thread main panicked\n');
    cluster.logs.set(`${NAMESPACE}/${collectorPod?.metadata.name}/collector`, 'Everything is ready.\n');
    const { logs, coverage } = await collectSnapshot(cluster, target, { clock });
    expect(logs.map(({ pod, previous, text }) => [pod, previous, text])).toEqual([
      [first?.metadata.name, false, 'now\n'],
      [first?.metadata.name, true, 'thread main panicked\n'],
      [collectorPod?.metadata.name, false, 'Everything is ready.\n'],
    ]);
    expect(coverage.notChecked).toEqual([]);
  });

  it('are bounded however many pods fail, the target’s first', async () => {
    const cluster = healthy();
    const template = (cluster.objects.pods as Pod[])[0];
    cluster.objects.pods = Array.from({ length: 300 }, (_, index) => {
      const pod = structuredClone(template) as Pod;
      pod.metadata.name = `pod-${index}`;
      pod.metadata.ownerReferences = [
        { kind: 'ReplicaSet', name: index === 299 ? 'otlp-app-7d4f9c2' : `other-${index}` },
      ];
      break_(pod);
      return pod;
    });
    await collectSnapshot(cluster, target, { clock });
    const asked = cluster.calls.filter((call) => call.startsWith('log/'));
    expect(asked).toHaveLength(40);
    expect(asked[0]).toContain('pod-299');
  });

  it('that are forbidden are one thing not checked, not one for each container', async () => {
    const cluster = healthy();
    cluster.faults.set('log', 'forbidden');
    const { coverage } = await collectSnapshot(cluster, wholeNamespace(), { clock });
    expect(coverage.notChecked.map(({ check }) => check)).toEqual([`logs (${NAMESPACE})`]);
  });

  it('say when they are cut', async () => {
    const cluster = healthy();
    const failing = break_((cluster.objects.pods as Pod[])[0]);
    cluster.logs.set(failing, 'line\n'.repeat(200)).set(`${failing} (previous)`, 'line\n');
    const { logs } = await collectSnapshot(cluster, target, { clock });
    expect(logs.map(({ truncated }) => truncated)).toEqual([true, false]);
  });
});

describe('what the target points to', () => {
  const elsewhere = (namespace: string): KubeObject[] => [{ metadata: { name: 'otel-collector', namespace } }];

  it('is read in its own namespace, as variables and configuration name it', async () => {
    const { objects } = healthyNamespace();
    const container = objects.deployments[0]?.spec.template.spec.containers[0];
    container?.env?.push({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector.observability:4317' });
    container?.env?.push({ name: 'DOCS', value: 'https://example.com/ and https://shop.example:8443/x' });
    const config = objects.configmaps[0];
    if (config) config.data = { 'config.yaml': 'backend: tempo.tracing.svc.cluster.local:4317\n' };
    const cluster = memoryCluster({
      ...objects,
      namespaces: [...objects.namespaces, { metadata: { name: 'observability' } }],
      services: [...objects.services, ...(elsewhere('observability') as typeof objects.services)],
    });
    const snapshot = await collectSnapshot(cluster, target, { clock });
    expect(snapshot.namespaces).toEqual([NAMESPACE, 'tracing', 'observability']);
    expect(snapshot.objects.services.map(({ metadata }) => metadata.namespace)).toContain('observability');
    expect(snapshot.coverage.checked).toEqual(
      expect.arrayContaining(['pods', 'pods (observability)', 'pods (tracing)']),
    );
    expect(JSON.stringify(snapshot.coverage)).not.toContain('example');
  });

  it('is read too where a webhook lives that does not answer, and what an injected proxy waits for', async () => {
    const { objects } = healthyNamespace();
    const [pod] = objects.pods;
    if (!pod?.spec) throw new Error('the test namespace has no pod');
    pod.status = { ...pod.status, conditions: [{ type: 'Ready', status: 'False' }] };
    const proxy = { name: 'istio-proxy', env: [{ name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' }] };
    pod.spec.containers = [...pod.spec.containers, proxy];
    const refusal =
      'Internal error occurred: failed calling webhook "gate.example.com": failed to call webhook: Post "https://gate.policy.svc:443/mutate?timeout=10s": no endpoints available for service "gate"';
    objects.events.push({
      metadata: { name: 'refused', namespace: NAMESPACE },
      involvedObject: { kind: 'ReplicaSet', namespace: NAMESPACE, name: 'otlp-app-7d4f9c2' },
      type: 'Warning',
      reason: 'FailedCreate',
      message: refusal,
    });
    const { namespaces } = await collectSnapshot(memoryCluster(objects), target, { clock });
    expect(namespaces).toEqual([NAMESPACE, 'istio-system', 'policy']);
  });

  it('is not what the proxy of another workload waits for, however alike its name', async () => {
    const { objects } = healthyNamespace();
    const proxy = { name: 'istio-proxy', env: [{ name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' }] };
    objects.pods.push({
      metadata: {
        name: 'otlp-app-worker-0',
        namespace: NAMESPACE,
        ownerReferences: [{ kind: 'StatefulSet', name: 'otlp-app-worker', uid: 'w' }],
      },
      spec: { containers: [proxy] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
    });
    const { namespaces } = await collectSnapshot(memoryCluster(objects), target, { clock });
    expect(namespaces).toEqual([NAMESPACE]);
  });

  it('is never more than four namespaces', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `d${index}`, address: `db.ns${index}.svc:5432` }));
    const snapshot = await collectSnapshot(healthy(), sandboxTarget({ dependencies: many }), { clock });
    expect(snapshot.namespaces).toHaveLength(5);
  });
});

describe('what cannot be read', () => {
  it('is named with its reason, and the rest is there', async () => {
    const cluster = healthy();
    cluster.faults.set('configmaps', 'forbidden').set('podmetrics', 'not-found').set('secrets', 'forbidden');
    const { coverage, objects } = await collectSnapshot(cluster, target, { clock });
    expect(coverage.notChecked).toEqual([
      { check: 'configmaps', why: `cannot read configmaps/${NAMESPACE}: forbidden` },
      { check: 'podmetrics', why: expect.stringContaining('metrics.k8s.io') },
      { check: `secrets: ${NAMESPACE}/otlp-app-secrets`, why: expect.stringContaining('forbidden') },
    ]);
    expect(objects.pods).toHaveLength(4);
  });

  it.each(['connect', 'dns', 'tls', 'unauthorized', 'credentials'] as const)(
    'is said once when the whole cluster is out of reach: %s',
    async (fault) => {
      const cluster = healthy();
      cluster.faults.set('*', fault);
      const snapshot = await collectSnapshot(cluster, target, { clock });
      expect(snapshot.coverage.checked).toEqual([]);
      expect(snapshot.coverage.notChecked).toHaveLength(1);
      expect(unreachableWhy(snapshot)).toMatch(new RegExp(`${fault}$`));
      expect(Object.values(snapshot.objects).flat()).toEqual([]);
    },
  );

  it('is not the whole cluster when only the metrics server refuses', async () => {
    const cluster = healthy();
    cluster.faults.set('podmetrics', 'unauthorized');
    const { coverage, objects } = await collectSnapshot(cluster, target, { clock });
    expect(coverage.notChecked.map(({ check }) => check)).toEqual(['podmetrics']);
    expect(objects.pods).toHaveLength(4);
  });

  it('is a deadline for what hangs, and what hangs does not hold up what depends on the rest', async () => {
    const cluster = healthy();
    cluster.faults.set('events', 'hangs').set('nodes', 'hangs');
    const snapshot = await collectSnapshot(cluster, target, { clock, deadlineMs: 300 });
    const notChecked = Object.fromEntries(snapshot.coverage.notChecked.map(({ check, why }) => [check, why]));
    expect(notChecked).toEqual({
      events: expect.stringMatching(/no answer/),
      nodes: expect.stringMatching(/no answer/),
    });
    expect(snapshot.secrets).toHaveLength(1);
  });

  it('ends at the deadline even if no call heeds it', async () => {
    const cluster = healthy();
    cluster.list = () => new Promise(() => undefined);
    const snapshot = await collectSnapshot(cluster, target, { clock, deadlineMs: 100 });
    expect(snapshot.coverage.notChecked).toContainEqual({ check: 'pods', why: 'deadline: not finished within 0.1 s' });
    expect(unreachableWhy(snapshot)).toBeUndefined();
  });

  it('is everything when nothing ever answers', async () => {
    const cluster = healthy();
    cluster.faults.set('*', 'hangs');
    const snapshot = await collectSnapshot(cluster, target, { clock, deadlineMs: 100 });
    expect(unreachableWhy(snapshot)).toMatch(/no answer|deadline/);
    expect(snapshot.coverage.notChecked).toHaveLength(1);
  });

  it('ends early when the caller gives up', async () => {
    const cluster = healthy();
    cluster.faults.set('pods', 'hangs');
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);
    const snapshot = await collectSnapshot(cluster, target, { clock, signal: caller.signal });
    expect(snapshot.coverage.notChecked.map(({ check }) => check)).toContain('pods');
  });

  it('is said once when nothing may be read', async () => {
    const cluster = healthy();
    cluster.faults.set('*', 'forbidden').set('version', 'server');
    const snapshot = await collectSnapshot(cluster, target, { clock });
    expect(unreachableWhy(snapshot)).toBe(`nothing may be read: cannot read pods/${NAMESPACE}: forbidden`);
    expect(snapshot.coverage.notChecked).toHaveLength(1);
  });
});

describe('a large namespace', () => {
  it('keeps the newest thousand events and drops what no rule reads', async () => {
    const cluster = healthy();
    cluster.objects.events = Array.from(
      { length: 3000 },
      (_, index): KubeEvent => ({
        metadata: { name: `e${index}`, namespace: NAMESPACE, managedFields: [{ manager: 'kubelet' }] },
        involvedObject: {},
        lastTimestamp: new Date(Date.parse(NOW) - index * 1000).toISOString(),
      }),
    );
    const { objects } = await collectSnapshot(cluster, target, { clock });
    expect(objects.events).toHaveLength(1000);
    expect(objects.events[999]?.metadata).toEqual({ name: 'e999', namespace: NAMESPACE });
  });

  it('keeps the nodes that its pods run on', async () => {
    const cluster = healthy();
    const named = (name: string) => ({
      metadata: { name },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
    cluster.objects.nodes = [
      ...Array.from({ length: 5000 }, (_, index) => named(`n${index}`)),
      named('node-a'),
      named('node-b'),
    ];
    const { objects } = await collectSnapshot(cluster, target, { clock });
    expect(objects.nodes.length).toBeLessThanOrEqual(500);
    expect(objects.nodes.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['node-a', 'node-b']));
  });
});
