import type { KubeNode, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, unschedulable } from '../faults.ts';
import { BACKEND, collectorConfig, healthy } from '../healthy.ts';
import { policy } from '../things.ts';
import { NODES, newPod } from '../workloads.ts';
import { exporting, inEachPod, writeCollector } from './otlp.ts';

const exportError = (time: string, error: string) =>
  `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${error}"`;

/** Ways that are closed or lead to the wrong place, while most pods look well. */
export const harderPaths: CorpusCase[] = [
  {
    name: 'collector-may-not-leave-its-namespace',
    kind: 'cascade',
    source: 'https://github.com/aws/amazon-network-policy-controller-k8s/issues/146',
    layers: ['network', 'otlp'],
    roots: [['netpol-egress-denies-backend']],
    why: 'The Collector may talk to DNS and to its own namespace, not to Tempo in the other one: its exports time out.',
    build: () => {
      const world = healthy();
      policy(world, 'collector-egress', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Egress'],
        egress: [
          {
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
          { to: [{ podSelector: {} }] },
        ],
      });
      inEachPod(world, 'otel-collector', (time) =>
        exporting(time, 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'),
      );
      return world;
    },
  },
  {
    name: 'label-drift-at-the-backend',
    kind: 'cascade',
    source: 'https://github.com/helm/charts/issues/21515',
    layers: ['network', 'otlp'],
    roots: [['service-selector-matches-nothing']],
    why: 'The newer chart selects one label more than the pods of Tempo have; the Collector is refused and its queue fills.',
    build: () => {
      const world = healthy();
      world.get<Service>('Service', 'tempo', BACKEND).spec.selector = {
        app: 'tempo',
        'app.kubernetes.io/component': 'tempo',
      };
      inEachPod(
        world,
        'otel-collector',
        (time) =>
          `${exporting(time, 'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 172.20.99.102:4317: connect: connection refused\\"')}\n${time}\terror\tinternal/base_exporter.go:116\tExporting failed. Rejecting data.\t{"otelcol.component.id": "otlp/tempo", "otelcol.signal": "traces", "error": "sending queue is full", "rejected_items": 96}`,
      );
      return world;
    },
  },
  {
    name: 'dns-pods-find-no-node',
    kind: 'cascade',
    source: 'https://github.com/aws/containers-roadmap/issues/1930',
    layers: ['platform', 'network', 'otlp'],
    roots: [['unschedulable-taint', 'dns-coredns-unavailable']],
    why: 'Every node is tainted, and the add-on has no toleration for it; since its pods were replaced nothing resolves.',
    build: () => {
      const world = healthy();
      const coredns = world.get<Workload>('Deployment', 'coredns', 'kube-system');
      const [set] = world.setsOf(coredns).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      for (const name of NODES) {
        const node = world.get<KubeNode>('Node', name, '');
        node.spec = { ...node.spec, taints: [{ key: 'workload', value: 'shop', effect: 'NoSchedule' }] };
      }
      for (const [n, gone] of world.podsOf(coredns).entries()) {
        world.remove(gone);
        unschedulable(
          world,
          newPod(world, set, n, 24),
          '0/3 nodes are available: 3 node(s) had untolerated taint {workload: shop}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          24,
        );
      }
      inEachPod(world, 'checkout', (time) =>
        exportError(time, 'dns error: failed to lookup address information: Temporary failure in name resolution'),
      );
      return world;
    },
  },
  {
    name: 'tls-to-a-plaintext-receiver',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/7680',
    layers: ['otlp'],
    roots: [['otlp-tls-mismatch']],
    why: 'The endpoint is https, the receiver has no TLS.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      for (const spec of [
        checkout.spec.template.spec,
        ...world.setsOf(checkout).map((set) => set.spec.template.spec),
        ...world.podsOf(checkout).map((pod) => pod.spec),
      ]) {
        for (const variable of spec.containers[0]?.env ?? [])
          if (variable.name === 'OTEL_EXPORTER_OTLP_ENDPOINT') variable.value = 'https://otel-collector:4317';
      }
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time.slice(0, 19)} traces export: exporter export timeout: rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: first record does not look like a TLS handshake"`,
      );
      return world;
    },
  },
  {
    name: 'batches-over-four-mebibytes',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-rust/issues/837',
    layers: ['otlp'],
    roots: [['otlp-message-too-large']],
    why: 'The receiver takes messages of 4 MiB; the SDK sends larger ones, which are refused for good.',
    build: () => {
      const world = healthy();
      inEachPod(
        world,
        'checkout',
        () =>
          'OpenTelemetry trace error occurred. Exporter otlp encountered the following error(s): the grpc server returns error (Some resource has been exhausted): , detailed error message: grpc: received message larger than max (9074759 vs. 4194304)',
      );
      return world;
    },
  },
  {
    name: 'k8s-attributes-without-a-cluster-role',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/30928',
    layers: ['configuration', 'otlp'],
    roots: [['rbac-forbidden']],
    why: 'The processor wants to watch pods, and the account of the Collector may not.',
    build: () => {
      const world = healthy();
      const text = collectorConfig()
        .replace('  batch: {}', '  batch: {}\n  k8sattributes: {}')
        .replaceAll('[memory_limiter, batch]', '[memory_limiter, k8sattributes, batch]');
      writeCollector(world, text, 9000);
      inEachPod(world, 'otel-collector', (time) => {
        const forbidden =
          'failed to list *v1.Pod: pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group "" at the cluster scope';
        const at = `1120 ${time.slice(11, 23)}000       1 reflector.go`;
        const reflector = 'k8s.io/client-go@v0.28.4/tools/cache/reflector.go:229:';
        return `W${at}:535] ${reflector} ${forbidden}\nE${at}:147] ${reflector} Failed to watch *v1.Pod: ${forbidden}`;
      });
      return world;
    },
  },
  {
    name: 'service-of-the-collector-did-not-follow-its-receivers',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/295',
    layers: ['network', 'otlp'],
    roots: [['service-port-unexpected', 'collector-port-not-exposed']],
    why: 'The receiver got its HTTP protocol later, and the Service was not updated: the application sends to port 4318 of a Service that has only 4317.',
    build: () => {
      const world = healthy();
      const collector = world.get<Service>('Service', 'otel-collector');
      collector.spec.ports = collector.spec.ports?.filter(({ port }) => port === 4317) ?? [];
      const checkout = world.get<Workload>('Deployment', 'checkout');
      for (const spec of [
        checkout.spec.template.spec,
        ...world.setsOf(checkout).map((set) => set.spec.template.spec),
        ...world.podsOf(checkout).map((pod) => pod.spec),
      ]) {
        for (const variable of spec.containers[0]?.env ?? []) {
          if (variable.name === 'OTEL_EXPORTER_OTLP_ENDPOINT') variable.value = 'http://otel-collector:4318';
          if (variable.name === 'OTEL_EXPORTER_OTLP_PROTOCOL') variable.value = 'http/protobuf';
        }
      }
      inEachPod(world, 'checkout', (time) =>
        exportError(
          time,
          'reqwest::Error { kind: Request, url: \\"http://otel-collector:4318/v1/traces\\", source: hyper_util::client::legacy::Error(Connect, ConnectError(\\"tcp connect error\\", Os { code: 110, kind: TimedOut })) }',
        ),
      );
      return world;
    },
  },
  {
    name: 'memory-limiter-without-a-check-interval',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/pull/1000',
    layers: ['otlp', 'application'],
    roots: [['collector-config-invalid']],
    why: 'The Collector refuses its configuration and ends; that its clients fail follows.',
    build: () => {
      const world = healthy();
      writeCollector(world, collectorConfig().replace('check_interval: 1s\n    ', ''), 22);
      for (const pod of world.podsOf(world.get('Deployment', 'otel-collector'))) {
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 21,
          restarts: 8,
          log: "Error: invalid configuration: processors::memory_limiter: 'check_interval' must be greater than zero\n2026/11/20 09:57:40 collector server run finished with error: invalid configuration: processors::memory_limiter: 'check_interval' must be greater than zero",
        });
      }
      inEachPod(world, 'checkout', (time) => exportError(time, 'tcp connect error: Connection refused (os error 111)'));
      return world;
    },
  },
];
