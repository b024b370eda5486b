import type { ConfigMap, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, imagePull, nodeLost } from '../faults.ts';
import { appContainer, collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { autoscaler, clusterThing, policy, secret, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, NODES, newPod } from '../workloads.ts';
import { writeCollector } from './otlp.ts';

/** Something points the wrong way: another namespace, an old incident, a change that has nothing to do with it. */
export const traps: CorpusCase[] = [
  {
    name: 'closed-by-a-policy-of-another-namespace',
    kind: 'trap',
    source: 'https://github.com/k8sgpt-ai/k8sgpt/issues/1746',
    layers: [],
    roots: [],
    why: 'A policy acts only within its own namespace; staging has the same labels and is closed, the shop is not.',
    build: () => {
      const world = healthy();
      clusterThing(
        world,
        'v1',
        'Namespace',
        'shop-staging',
        { status: { phase: 'Active' } },
        { labels: { 'kubernetes.io/metadata.name': 'shop-staging' } },
      );
      policy(
        world,
        'default-deny-all',
        { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
        { namespace: 'shop-staging' },
      );
      policy(
        world,
        'checkout-closed',
        { podSelector: { matchLabels: { app: 'checkout' } }, policyTypes: ['Egress'] },
        { namespace: 'shop-staging' },
      );
      return world;
    },
  },
  {
    name: 'yesterdays-incident-left-its-events',
    kind: 'trap',
    source:
      'https://github.com/kubernetes/kubernetes/issues/52521 https://github.com/runwhen-contrib/rw-cli-codecollection/pull/564',
    layers: [],
    roots: [],
    why: 'A bad rollout was taken back forty minutes ago: its pods are gone, its events stay for an hour.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      const gone = newPod(world, set, 7, 58);
      imagePull(
        world,
        gone,
        'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/checkout:2.8.0-rc": not found',
        58,
      );
      crashLoop(world, gone, { exitCode: 1, minutes: 57, restarts: 3 });
      world.remove(gone);
      for (const event of world.events) event.lastTimestamp = ago(41);
      return world;
    },
  },
  {
    name: 'autoscaler-happens-to-stand-at-its-maximum',
    kind: 'trap',
    source: 'https://github.com/prometheus-operator/kube-prometheus/issues/2869',
    layers: [],
    roots: [],
    why: 'Current equals maximum, but the autoscaler does not want more: ScalingLimited is False.',
    build: () => {
      const world = healthy();
      autoscaler(world, 'checkout', { min: 2, max: 2 });
      return world;
    },
  },
  {
    name: 'secret-of-the-same-name-in-another-namespace',
    kind: 'trap',
    source: 'https://github.com/istio/istio/issues/8429',
    layers: ['configuration'],
    roots: [['secret-missing']],
    why: 'The manifest of the Secret names no namespace, so it went to default; a pod sees only those of its own.',
    build: () => {
      const world = healthy();
      secret(world, 'grafana', ['username', 'passphrase'], { namespace: 'default' });
      const container = appContainer('grafana', { image: 'grafana/grafana:12.2.0' });
      for (const [name, key] of [
        ['GF_SECURITY_ADMIN_USER', 'username'],
        ['GF_SECURITY_ADMIN_PASSWORD', 'passphrase'],
      ])
        if (name && key) container.env?.push({ name, valueFrom: { secretKeyRef: { name: 'grafana', key } } });
      const grafana = deployment(world, 'grafana', { container, revision: 1, age: 30, revised: 30 });
      service(world, 'grafana', { app: 'grafana' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(grafana)) configError(world, pod, 'secret "grafana" not found', 30);
      return world;
    },
  },
  {
    name: 'old-crashes-beside-a-selector-that-was-changed-now',
    kind: 'trap',
    source: 'https://github.com/kubernetes/kubernetes/issues/47711',
    layers: ['network'],
    roots: [['service-selector-matches-nothing']],
    why: 'The pods have restarts of eleven days ago; what is wrong now is that the Service selects name=checkout, and they have app=checkout.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          restartCount: 14,
          lastState: {
            terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: ago(12 * DAY), finishedAt: ago(11 * DAY) },
          },
          state: { running: { startedAt: ago(11 * DAY) } },
        });
        pod.metadata.creationTimestamp = ago(14 * DAY);
      }
      world.get<Service>('Service', 'checkout').spec.selector = { name: 'checkout' };
      return world;
    },
  },
  {
    name: 'config-changed-an-hour-ago-and-a-node-died-now',
    kind: 'trap',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/7029',
    layers: ['platform', 'network'],
    roots: [['node-not-ready']],
    why: 'The change of the ConfigMap is near in time and has nothing to do with it.',
    build: () => {
      const world = healthy();
      const map = world.get<ConfigMap>('ConfigMap', 'checkout-config');
      map.metadata.managedFields = [{ manager: 'kubectl-edit', operation: 'Update', time: ago(HOUR) }];
      nodeLost(world, NODES[1] ?? '', 4);
      return world;
    },
  },
  {
    name: 'collector-of-the-operator-with-a-processor-that-is-not-there',
    kind: 'trap',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/3556',
    layers: ['otlp', 'application'],
    roots: [['collector-config-invalid']],
    why: 'A crash like any other, but the cause stands in the configuration that the operator made of its custom resource.',
    build: () => {
      const world = healthy();
      const before = world.get<Workload>('Deployment', 'otel-collector');
      world.remove(...world.podsOf(before), ...world.setsOf(before), before);
      writeCollector(world, collectorConfig().replaceAll('debug', 'logging'), 35);
      const made = deployment(world, 'otel-collector', {
        container: collectorContainer(),
        configMap: 'otel-collector',
        age: 34,
        revised: 34,
        revision: 1,
        labels: { app: 'otel-collector', 'app.kubernetes.io/managed-by': 'opentelemetry-operator' },
      });
      const owner = {
        apiVersion: 'opentelemetry.io/v1beta1',
        kind: 'OpenTelemetryCollector',
        name: 'otel',
        uid: 'b7a1',
        controller: true,
      };
      made.metadata.ownerReferences = [owner];
      for (const pod of world.podsOf(made)) {
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 34,
          restarts: 11,
          log: `Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):

'exporters' the logging exporter has been deprecated, use the debug exporter instead
2026/11/20 09:56:58 collector server run finished with error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):`,
        });
      }
      return world;
    },
  },
  {
    name: 'services-that-have-no-endpoints-by-design',
    kind: 'trap',
    source: 'https://github.com/derailed/popeye/issues/214 https://github.com/stackrox/kube-linter/issues/746',
    layers: [],
    roots: [],
    why: 'An ExternalName and a Service without a selector have no pods of their own.',
    build: () => {
      const world = healthy();
      const external = service(world, 'payments-api', undefined, [], { type: 'ExternalName' }) as unknown as Service;
      external.spec = { type: 'ExternalName', externalName: 'api.payments.example.com' };
      service(world, 'legacy-db', undefined, [{ name: 'pg', port: 5432 }]);
      thing(
        world,
        'discovery.k8s.io/v1',
        'EndpointSlice',
        'legacy-db-1',
        {
          addressType: 'IPv4',
          endpoints: [{ addresses: ['10.20.30.40'], conditions: {} }],
          ports: [{ name: 'pg', port: 5432, protocol: 'TCP' }],
        },
        { labels: { 'kubernetes.io/service-name': 'legacy-db' } },
      );
      return world;
    },
  },
  {
    name: 'same-labels-crash-in-another-namespace',
    kind: 'trap',
    source: 'https://github.com/weaveworks/scope/issues/1824',
    layers: [],
    roots: [],
    why: 'The backends of the shop are well; only the test copy of another team, which the shop does not use, crashes.',
    build: () => {
      const world = healthy();
      clusterThing(
        world,
        'v1',
        'Namespace',
        'shop-test',
        { status: { phase: 'Active' } },
        { labels: { 'kubernetes.io/metadata.name': 'shop-test' } },
      );
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace: 'shop-test' });
      service(world, 'checkout', { app: 'checkout' }, [{ name: 'http', port: 80, targetPort: 'http' }], {
        namespace: 'shop-test',
      });
      for (const pod of world.podsOf(
        deployment(world, 'checkout', { namespace: 'shop-test', container: appContainer('checkout') }),
      )) {
        crashLoop(world, pod, { exitCode: 1, log: 'Error: test database is gone' });
      }
      return world;
    },
  },
];
