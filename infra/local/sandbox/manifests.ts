import type { ConfigMap, KubeNode, PodSpec, ResourceQuota, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { Secret } from './objects.ts';
import { APP_IMAGE, COLLECTOR_IMAGE, LOAD_TEST_IMAGE } from './programs/registry.ts';

export const NAMESPACE = 'otlp-system';
export const APP = 'otlp-app';
export const COLLECTOR = 'otel-collector';
export const APP_CONFIG = 'otlp-app-config';
export const APP_SECRET = 'otlp-app-secrets';
export const COLLECTOR_CONFIG = 'otel-collector-config';

const named = (name: string) => ({ name, namespace: NAMESPACE, labels: { app: name } });

export const APP_CONFIG_TOML = `# otlp-app, see docs/configuration.md
[server]
listen = "0.0.0.0:8080"
workers = 4

[pipeline]
queue_capacity = 2048
batch_size = 512
cache_mib = 24
`;

export const COLLECTOR_CONFIG_YAML = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 25
  batch: {}
exporters:
  debug: {}
extensions:
  health_check:
    endpoint: 0.0.0.0:13133
service:
  extensions: [health_check]
  telemetry:
    metrics:
      readers:
        - pull:
            exporter:
              prometheus:
                host: 0.0.0.0
                port: 8888
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
    metrics:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
    logs:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
`;

export const appConfig = (): ConfigMap => ({ metadata: named(APP_CONFIG), data: { 'config.toml': APP_CONFIG_TOML } });

export const collectorConfig = (): ConfigMap => ({
  metadata: named(COLLECTOR_CONFIG),
  data: { 'config.yaml': COLLECTOR_CONFIG_YAML },
});

export const appSecret = (apiKey: string): Secret => ({
  metadata: named(APP_SECRET),
  type: 'Opaque',
  data: { 'api-key': Buffer.from(apiKey).toString('base64') },
});

export const quota = (): ResourceQuota => ({
  metadata: { name: 'otlp-system-quota', namespace: NAMESPACE },
  spec: {
    hard: { pods: '20', 'requests.cpu': '4', 'requests.memory': '8Gi', 'limits.cpu': '8', 'limits.memory': '16Gi' },
  },
});

/** What the API server fills in. */
const POD_DEFAULTS = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
const CONTAINER_DEFAULTS = {
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const PROBE_DEFAULTS = { timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
const httpGet = (path: string, port: string) => ({ httpGet: { path, port, scheme: 'HTTP' } });
const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: 'TCP' });

function deployment(name: string, replicas: number, podSpec: object): Workload {
  const spec = {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { ...podSpec, ...POD_DEFAULTS } as unknown as PodSpec },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 300,
  };
  return { metadata: named(name), spec } as Workload;
}

/** The liveness probe only asks whether the port is open, as in many charts: a deadlocked process passes it. */
export const appDeployment = (version: string): Workload =>
  deployment(APP, 2, {
    containers: [
      {
        name: APP,
        image: APP_IMAGE(version),
        ports: [port('http', 8080)],
        env: [
          { name: 'OTEL_SERVICE_NAME', value: APP },
          { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: `http://${COLLECTOR}:4318` },
          { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
          { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
          { name: 'OTEL_TRACES_SAMPLER_ARG', value: '1.0' },
          { name: 'RUST_LOG', value: 'info,opentelemetry=debug' },
          { name: 'API_KEY', valueFrom: { secretKeyRef: { name: APP_SECRET, key: 'api-key' } } },
        ],
        resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
        volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/etc/otlp-app' }],
        livenessProbe: { tcpSocket: { port: 'http' }, ...PROBE_DEFAULTS, periodSeconds: 10 },
        readinessProbe: { ...httpGet('/health', 'http'), ...PROBE_DEFAULTS, periodSeconds: 5 },
        ...CONTAINER_DEFAULTS,
      },
    ],
    volumes: [{ name: 'config', configMap: { name: APP_CONFIG, defaultMode: 420 } }],
  });

export const collectorDeployment = (): Workload =>
  deployment(COLLECTOR, 2, {
    containers: [
      {
        name: COLLECTOR,
        image: COLLECTOR_IMAGE,
        args: ['--config=/conf/config.yaml'],
        ports: [port('otlp-grpc', 4317), port('otlp-http', 4318), port('metrics', 8888), port('health', 13133)],
        env: [{ name: 'MY_POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
        resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
        volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/conf' }],
        livenessProbe: { ...httpGet('/', 'health'), ...PROBE_DEFAULTS, periodSeconds: 10 },
        readinessProbe: { ...httpGet('/', 'health'), ...PROBE_DEFAULTS, periodSeconds: 5 },
        ...CONTAINER_DEFAULTS,
      },
    ],
    volumes: [{ name: 'config', configMap: { name: COLLECTOR_CONFIG, defaultMode: 420 } }],
  });

/** Takes what the quota leaves of CPU limits beside one Collector of two replicas. */
export const loadTestDeployment = (): Workload =>
  deployment('load-test', 4, {
    containers: [
      {
        name: 'load-test',
        image: LOAD_TEST_IMAGE,
        env: [{ name: 'TARGET', value: 'http://otlp-app-service' }],
        resources: { limits: { cpu: '1750m', memory: '64Mi' }, requests: { cpu: '250m', memory: '64Mi' } },
        ...CONTAINER_DEFAULTS,
      },
    ],
  });

function service(name: string, app: string, clusterIP: string, ports: object[]): Service {
  const spec = {
    type: 'ClusterIP',
    clusterIP,
    clusterIPs: [clusterIP],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    selector: { app },
    ports,
  };
  return { metadata: { ...named(name), labels: { app } }, spec, status: { loadBalancer: {} } } as Service;
}

export const services = (): Service[] => [
  service('otlp-app-service', APP, '172.20.84.17', [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }]),
  service(COLLECTOR, COLLECTOR, '172.20.31.7', [
    { name: 'otlp-grpc', protocol: 'TCP', port: 4317, targetPort: 4317, appProtocol: 'grpc' },
    { name: 'otlp-http', protocol: 'TCP', port: 4318, targetPort: 4318 },
  ]),
];

/** A worker of an EKS node group. */
export function node(index: number, now: string): KubeNode {
  const zone = `us-east-1${'abc'[index - 1] ?? 'a'}`;
  const name = `ip-10-0-${index}-${20 + index}.ec2.internal`;
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  return {
    metadata: {
      name,
      labels: {
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
        'eks.amazonaws.com/nodegroup': 'general',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm6i.xlarge',
        'topology.kubernetes.io/region': 'us-east-1',
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { providerID: `aws:///${zone}/i-0000000000000000${index}` },
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.0.${index}.${20 + index}` },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '4', memory: '16Gi', pods: '58' },
      allocatable: { cpu: '3920m', memory: '15076Mi', pods: '58' },
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.1.5',
        kernelVersion: '6.12.40-64.114.amzn2023.x86_64',
        kubeletVersion: 'v1.36.2',
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2023',
      },
    },
  } as KubeNode;
}
