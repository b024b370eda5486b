import type { Container } from '#shared/domain/kubernetes.ts';
import { clusterThing, configMap, secret, service, thing } from './things.ts';
import { ago, DAY } from './time.ts';
import { daemonSet, deployment, NODES, startAddresses, statefulSet } from './workloads.ts';
import { World } from './world.ts';

export const NAMESPACE = 'shop';
export const BACKEND = 'observability';

/** One application as people deploy it: its port by name, probes, a Secret, a ConfigMap, telemetry to the Collector. */
export const appContainer = (name: string, changed: Partial<Container> = {}): Container => ({
  name,
  image: `111122223333.dkr.ecr.us-east-1.amazonaws.com/${name}:2.7.0`,
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  env: [
    { name: 'OTEL_SERVICE_NAME', value: name },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector:4317' },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' },
  ],
  resources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { memory: '512Mi' } },
  livenessProbe: {
    httpGet: { path: '/healthz', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 2,
    failureThreshold: 3,
  },
  readinessProbe: {
    httpGet: { path: '/ready', port: 'http' },
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 3,
  },
  ...changed,
});

export const collectorConfig = (changes: { grpc?: string; http?: string; exporter?: string; traces?: string } = {}) => {
  const {
    grpc = '0.0.0.0:4317',
    http = '0.0.0.0:4318',
    exporter = `tempo.${BACKEND}.svc.cluster.local:4317`,
  } = changes;
  const listen = (at: string) => (at === '' ? '' : `\n        endpoint: ${at}`);
  return `receivers:
  otlp:
    protocols:
      grpc:${listen(grpc)}
      http:${listen(http)}
processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 25
  batch: {}
exporters:
  otlp/tempo:
    endpoint: ${exporter}
    tls:
      insecure: true
  debug: {}
extensions:
  health_check:
    endpoint: 0.0.0.0:13133
service:
  extensions: [health_check]
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [${changes.traces ?? 'otlp/tempo'}]
    metrics:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
    logs:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
`;
};

export const collectorContainer = (changed: Partial<Container> = {}): Container => ({
  name: 'otc-container',
  image: 'otel/opentelemetry-collector-contrib:0.161.0',
  args: ['--config=/conf/collector.yaml'],
  ports: [
    { name: 'otlp-grpc', containerPort: 4317, protocol: 'TCP' },
    { name: 'otlp-http', containerPort: 4318, protocol: 'TCP' },
    { name: 'health', containerPort: 13133, protocol: 'TCP' },
  ],
  resources: { requests: { cpu: '200m', memory: '400Mi' }, limits: { memory: '800Mi' } },
  volumeMounts: [{ name: 'config', mountPath: '/conf' }],
  livenessProbe: { httpGet: { path: '/', port: 13133 }, periodSeconds: 10, failureThreshold: 3 },
  readinessProbe: { httpGet: { path: '/', port: 13133 }, periodSeconds: 5, failureThreshold: 3 },
  ...changed,
});

const system = (name: string, image: string, changed: Partial<Container> = {}): Container => ({
  name,
  image,
  resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '170Mi' } },
  ...changed,
});

/**
 * A shop on EKS: an application with its cache, a Collector, the Tempo it exports to in another namespace, cluster DNS,
 * metrics-server, three nodes in three zones. Everything is well.
 */
export function healthy(): World {
  startAddresses();
  const world = new World(NAMESPACE);
  for (const name of [NAMESPACE, BACKEND, 'kube-system', 'default']) {
    clusterThing(
      world,
      'v1',
      'Namespace',
      name,
      { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
      {
        labels: { 'kubernetes.io/metadata.name': name },
      },
    );
    if (name !== 'default') {
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace: name });
      configMap(world, 'kube-root-ca.crt', { 'ca.crt': 'CERTIFICATE' }, { namespace: name, changed: 40 * DAY });
    }
  }
  for (const [n, name] of NODES.entries()) node(world, name, 'abc'[n] ?? 'a');
  cluster(world);
  telemetry(world);
  configMap(world, 'checkout-config', { 'config.toml': '[server]\nport = 8080\n\n[cart]\nttl_seconds = 900\n' });
  secret(world, 'checkout-secrets', ['api-key', 'db-password']);
  const container = appContainer('checkout');
  container.env?.push({ name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'checkout-secrets', key: 'api-key' } } });
  container.volumeMounts = [{ name: 'config', mountPath: '/etc/checkout' }];
  deployment(world, 'checkout', {
    container,
    configMap: 'checkout-config',
    imageBefore: '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.6.3',
  });
  service(world, 'checkout', { app: 'checkout' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  return world;
}

function cluster(world: World): void {
  const namespace = 'kube-system';
  const dns = { 'k8s-app': 'kube-dns' };
  deployment(world, 'coredns', {
    namespace,
    labels: dns,
    revised: 30 * DAY,
    container: system('coredns', '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.12.1', {
      ports: [
        { name: 'dns', containerPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
      ],
    }),
  });
  service(
    world,
    'kube-dns',
    dns,
    [
      { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 'dns-tcp' },
    ],
    { namespace, labels: dns },
  );
  const metrics = { 'k8s-app': 'metrics-server' };
  deployment(world, 'metrics-server', {
    namespace,
    labels: metrics,
    container: system('metrics-server', 'registry.k8s.io/metrics-server/metrics-server:v0.8.0', {
      ports: [{ name: 'https', containerPort: 10250, protocol: 'TCP' }],
    }),
  });
  service(world, 'metrics-server', metrics, [{ name: 'https', port: 443, targetPort: 'https' }], { namespace });
  daemonSet(world, 'aws-node', {
    namespace,
    labels: { 'k8s-app': 'aws-node' },
    container: system('aws-node', '602401143452.dkr.ecr.us-east-1.amazonaws.com/amazon-k8s-cni:v1.20.1'),
  });
  clusterThing(world, 'apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', {
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { namespace, name: 'metrics-server', port: 443 },
    },
    status: {
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'Passed',
          message: 'all checks passed',
          lastTransitionTime: ago(9 * DAY),
        },
      ],
    },
  });
  clusterThing(
    world,
    'storage.k8s.io/v1',
    'StorageClass',
    'gp3',
    {
      provisioner: 'ebs.csi.aws.com',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  );
  clusterThing(world, 'networking.k8s.io/v1', 'IngressClass', 'alb', { spec: { controller: 'ingress.k8s.aws/alb' } });
}

function telemetry(world: World): void {
  configMap(world, 'otel-collector', { 'collector.yaml': collectorConfig() });
  deployment(world, 'otel-collector', { container: collectorContainer(), configMap: 'otel-collector' });
  service(world, 'otel-collector', { app: 'otel-collector' }, [
    { name: 'otlp-grpc', port: 4317, targetPort: 'otlp-grpc' },
    { name: 'otlp-http', port: 4318, targetPort: 'otlp-http' },
  ]);
  statefulSet(world, 'tempo', {
    namespace: BACKEND,
    container: {
      name: 'tempo',
      image: 'grafana/tempo:2.9.0',
      ports: [
        { name: 'http', containerPort: 3200, protocol: 'TCP' },
        { name: 'otlp-grpc', containerPort: 4317, protocol: 'TCP' },
      ],
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
    },
  });
  service(
    world,
    'tempo',
    { app: 'tempo' },
    [
      { name: 'http', port: 3200, targetPort: 'http' },
      { name: 'otlp-grpc', port: 4317, targetPort: 'otlp-grpc' },
    ],
    { namespace: BACKEND },
  );
}

function node(world: World, name: string, zone: string): void {
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: ago(1),
    lastTransitionTime: ago(35 * DAY),
  });
  clusterThing(
    world,
    'v1',
    'Node',
    name,
    {
      spec: { providerID: `aws:///us-east-1${zone}/i-0${zone}23456789abcdef0` },
      status: {
        capacity: { cpu: '4', memory: '16083612Ki', pods: '58', 'ephemeral-storage': '83873772Ki' },
        allocatable: { cpu: '3920m', memory: '15063708Ki', pods: '58', 'ephemeral-storage': '76224326324' },
        conditions: [
          condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
          condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
          condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
          condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        ],
        nodeInfo: { architecture: 'arm64', kubeletVersion: 'v1.34.2-eks-ba24e9c', operatingSystem: 'linux' },
      },
    },
    {
      age: 35 * DAY,
      labels: {
        'kubernetes.io/arch': 'arm64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm7g.xlarge',
        'topology.kubernetes.io/region': 'us-east-1',
        'topology.kubernetes.io/zone': `us-east-1${zone}`,
      },
    },
  );
}
