import type { ConfigMap, Container, Pod, PodTemplate, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { type Target, target } from '#shared/domain/target.ts';
import { emptyObjects } from '#shared/snapshot/empty.ts';

/*
 * One healthy namespace as a real cluster shows it: an application with two replicas and two revisions, a Collector,
 * their Services, ConfigMaps and Secret, three nodes. test/support/faults.ts breaks it.
 */

export const NAMESPACE = 'otlp-system';
export const NOW = '2026-11-20T10:00:00Z';

/** The time so many minutes before the snapshot, as the API writes it. */
export const ago = (minutes: number): string =>
  new Date(Date.parse(NOW) - minutes * 60_000).toISOString().replace('.000Z', 'Z');

const HOUR = 60;
const DAY = 24 * HOUR;

export const sandboxTarget = (written: Partial<Target> = {}): Target =>
  target.parse({ name: 'shop', cluster: 'sandbox', ...written });
export const wholeNamespace = (): Target => sandboxTarget({ workloads: 'all' });

export const COLLECTOR_CONFIG = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 400
    spike_limit_mib: 100
  batch: {}
exporters:
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
      exporters: [debug]
`;

const app: Container = {
  name: 'app',
  image: 'registry.example.com/otlp-app:1.4.2',
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  env: [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector:4317' },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' },
    { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'otlp-app-secrets', key: 'api-key' } } },
  ],
  envFrom: [{ configMapRef: { name: 'otlp-app-flags', optional: true } }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  volumeMounts: [{ name: 'config', mountPath: '/etc/otlp-app' }],
  livenessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
  readinessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, failureThreshold: 3 },
};

const collector: Container = {
  name: 'collector',
  image: 'otel/opentelemetry-collector-contrib:0.161.0',
  args: ['--config=/conf/collector.yaml'],
  ports: [
    { name: 'otlp-grpc', containerPort: 4317, protocol: 'TCP' },
    { name: 'otlp-http', containerPort: 4318, protocol: 'TCP' },
  ],
  resources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { memory: '512Mi' } },
  volumeMounts: [{ name: 'config', mountPath: '/conf' }],
  readinessProbe: { httpGet: { path: '/', port: 13133 } },
};

const templateOf = (name: string, container: Container, configMap: string): PodTemplate => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [container],
    volumes: [{ name: 'config', configMap: { name: configMap } }],
    restartPolicy: 'Always',
  },
});

const metadata = (name: string, minutes: number) => ({
  name,
  namespace: NAMESPACE,
  uid: `uid-${name}`,
  creationTimestamp: ago(minutes),
});

function deployment(name: string, template: PodTemplate, revision: number): Workload {
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...metadata(name, 30 * DAY),
      generation: revision,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      labels: { app: name },
    },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template, progressDeadlineSeconds: 600 },
    status: {
      observedGeneration: revision,
      ...counts,
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
          lastTransitionTime: ago(3 * DAY),
          lastUpdateTime: ago(3 * DAY),
        },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${name}-${hashOf(revision)}" has successfully progressed.`,
          lastTransitionTime: ago(30 * DAY),
          lastUpdateTime: ago(3 * DAY),
        },
      ],
    },
  };
}

/** As the controller's, only easier to read. */
export const hashOf = (revision: number): string => `7d4f9c${revision}`;

export function replicaSet(
  owner: Workload,
  template: PodTemplate,
  revision: number,
  replicas: number,
  minutes: number,
): Workload {
  const hash = hashOf(revision);
  const name = `${owner.metadata.name}-${hash}`;
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...metadata(name, minutes),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [
        { kind: 'Deployment', name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true },
      ],
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 1 },
  };
}

export function pod(owner: Workload, suffix: string, node: string, minutes: number): Pod {
  const template = owner.spec.template;
  const name = `${owner.metadata.name}-${suffix}`;
  const started = ago(minutes);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata(name, minutes),
      labels: { ...template.metadata?.labels },
      ownerReferences: [
        { kind: 'ReplicaSet', name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true },
      ],
    },
    spec: { ...structuredClone(template.spec), nodeName: node, serviceAccountName: 'default' },
    status: {
      phase: 'Running',
      startTime: started,
      podIP: '10.0.1.5',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: started },
        { type: 'Initialized', status: 'True', lastTransitionTime: started },
        { type: 'ContainersReady', status: 'True', lastTransitionTime: started },
        { type: 'Ready', status: 'True', lastTransitionTime: started },
      ],
      containerStatuses: template.spec.containers.map((container) => ({
        name: container.name,
        image: container.image ?? '',
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: started } },
      })),
    },
  };
}

const service = (name: string, ports: Service['spec']['ports'], selected: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name, 30 * DAY),
  spec: { type: 'ClusterIP', clusterIP: '10.100.0.10', selector: { app: selected }, ports: ports ?? [] },
});

const configMap = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    ...metadata(name, 30 * DAY),
    managedFields: [{ manager: 'kubectl', operation: 'Update', time: ago(10 * DAY) }],
  },
  data,
});

const node = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/arch': 'arm64' }, creationTimestamp: ago(30 * DAY) },
  status: {
    conditions: [
      {
        type: 'MemoryPressure',
        status: 'False',
        reason: 'KubeletHasSufficientMemory',
        lastTransitionTime: ago(30 * DAY),
      },
      { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', lastTransitionTime: ago(30 * DAY) },
      { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: ago(30 * DAY) },
    ],
  },
});

/** Everything is well and nothing worth a word. Each call gives objects of its own, to be broken. */
export function healthyNamespace(): Snapshot {
  const appTemplate = templateOf('otlp-app', app, 'otlp-app-config');
  const before = structuredClone(appTemplate);
  before.spec.containers[0] = { ...app, image: 'registry.example.com/otlp-app:1.4.1' };
  const deployments = [
    deployment('otlp-app', appTemplate, 2),
    deployment('otel-collector', templateOf('otel-collector', collector, 'otel-collector-config'), 1),
  ] as const;
  const sets = [
    replicaSet(deployments[0], before, 1, 0, 30 * DAY),
    replicaSet(deployments[0], appTemplate, 2, 2, 3 * DAY),
    replicaSet(deployments[1], deployments[1].spec.template, 1, 2, 30 * DAY),
  ] as const;
  const pods = [sets[1], sets[2]].flatMap((set) => [
    pod(set, 'aaaaa', 'node-a', 2 * DAY),
    pod(set, 'bbbbb', 'node-b', 2 * DAY),
  ]);
  const services = [
    service('otlp-app-service', [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }], 'otlp-app'),
    service(
      'otel-collector',
      [
        { name: 'otlp-grpc', port: 4317, targetPort: 4317, protocol: 'TCP' },
        { name: 'otlp-http', port: 4318, targetPort: 4318, protocol: 'TCP' },
      ],
      'otel-collector',
    ),
  ];
  const snapshot: Snapshot = {
    schemaVersion: 1,
    target: 'shop',
    cluster: { name: 'test', version: 'v1.35.0' },
    namespaces: [NAMESPACE],
    at: NOW,
    durationMs: 800,
    objects: {
      ...emptyObjects(),
      namespaces: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }],
      nodes: [node('node-a'), node('node-b'), node('node-c')],
      pods,
      deployments: [...deployments],
      replicasets: [...sets],
      services,
      endpointslices: services.map(({ metadata: { name } }) => ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata(`${name}-x1y2z`, 30 * DAY), labels: { 'kubernetes.io/service-name': name } },
        endpoints: [],
      })),
      configmaps: [
        configMap('otlp-app-config', { 'config.yaml': 'server:\n  port: 8080\n' }),
        configMap('otel-collector-config', { 'collector.yaml': COLLECTOR_CONFIG }),
        configMap('kube-root-ca.crt', { 'ca.crt': 'CERTIFICATE' }),
      ],
    },
    secrets: [{ namespace: NAMESPACE, name: 'otlp-app-secrets', keys: ['api-key'] }],
    absentSecrets: [],
    logs: [],
    configFacts: [
      { format: 'yaml', namespace: NAMESPACE, configMap: 'otlp-app-config', key: 'config.yaml' },
      { format: 'yaml', namespace: NAMESPACE, configMap: 'otel-collector-config', key: 'collector.yaml' },
    ],
    coverage: {
      checked: ['namespaces', 'pods', 'deployments', 'replicasets', 'services', 'configmaps'],
      notChecked: [],
    },
  };
  // Not structuredClone: that would keep one template shared between a Deployment and its ReplicaSet.
  return settle(JSON.parse(JSON.stringify(snapshot)));
}

const isReady = ({ status, metadata: { deletionTimestamp } }: Pod) =>
  !deletionTimestamp &&
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;

/** Does what the controllers do: counts of ReplicaSets and Deployments and the endpoints follow from the pods. */
export function settle(snapshot: Snapshot): Snapshot {
  const { pods, replicasets, deployments, endpointslices, services } = snapshot.objects;
  const ownedBy = (set: Workload) =>
    pods.filter(({ metadata: { ownerReferences } }) => ownerReferences?.[0]?.uid === set.metadata.uid);
  for (const set of replicasets) {
    const own = ownedBy(set);
    const ready = own.filter(isReady).length;
    set.status = { ...set.status, replicas: own.length, readyReplicas: ready, availableReplicas: ready };
  }
  for (const each of deployments) {
    const sets = replicasets.filter(
      ({ metadata: { ownerReferences } }) => ownerReferences?.[0]?.uid === each.metadata.uid,
    );
    const revision = (set: Workload) => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision']);
    const newest = sets.toSorted((a, b) => revision(b) - revision(a))[0];
    const available = sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
    each.status = {
      ...each.status,
      replicas: sets.reduce((sum, set) => sum + (set.status?.replicas ?? 0), 0),
      updatedReplicas: newest?.status?.replicas ?? 0,
      readyReplicas: available,
      availableReplicas: available,
    };
    const wanted = each.spec.replicas ?? 1;
    const condition = each.status.conditions?.find(({ type }) => type === 'Available');
    // maxUnavailable 25 % of two replicas is none.
    if (condition && available < wanted && condition.status === 'True') {
      condition.status = 'False';
      condition.reason = 'MinimumReplicasUnavailable';
      condition.message = 'Deployment does not have minimum availability.';
      condition.lastTransitionTime = ago(5);
    }
  }
  for (const slice of endpointslices) {
    const selector = services.find(
      ({ metadata: { name } }) => name === slice.metadata.labels?.['kubernetes.io/service-name'],
    )?.spec.selector;
    const selected = pods.filter(({ metadata: { labels } }) =>
      Object.entries(selector ?? { none: 'none' }).every(([key, value]) => labels?.[key] === value),
    );
    slice.endpoints = selected.map((each) => ({
      addresses: [each.status?.podIP ?? '10.0.1.9'],
      conditions: { ready: isReady(each) },
      targetRef: { kind: 'Pod', name: each.metadata.name },
    }));
  }
  return snapshot;
}
