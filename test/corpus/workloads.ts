import type {
  Container,
  ContainerStatus,
  KubeObject,
  Pod,
  PodSpec,
  Volume,
  Workload,
} from '#shared/domain/kubernetes.ts';
import { digestOf, drawn, uidOf } from './names.ts';
import { ago, DAY } from './time.ts';
import type { World } from './world.ts';

export interface Described {
  namespace?: string;
  container: Container;
  more?: Partial<PodSpec>;
  replicas?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** minutes since it was made */
  age?: number;
  /** minutes since its newest revision */
  revised?: number;
  revision?: number;
  /** the image before the newest revision */
  imageBefore?: string;
  configMap?: string;
}

export const NODES = ['ip-10-0-1-11.ec2.internal', 'ip-10-0-2-12.ec2.internal', 'ip-10-0-3-13.ec2.internal'];

let addresses = 20;
export const startAddresses = (): void => {
  addresses = 20;
};

const meta = (kind: string, name: string, namespace: string, age: number) => ({
  name,
  namespace,
  uid: uidOf(`${kind}/${namespace}/${name}`),
  resourceVersion: '48213377',
  creationTimestamp: ago(age),
});

const ownedBy = (owner: KubeObject, apiVersion = 'apps/v1') => [
  {
    apiVersion,
    kind: owner.kind ?? '',
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  },
];

const TOKEN: Volume = {
  name: 'kube-api-access',
  projected: { sources: [{ configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }] },
};

function specOf({ container, more = {}, configMap }: Described): PodSpec {
  const volumes = [...(configMap ? [{ name: 'config', configMap: { name: configMap } }] : []), ...(more.volumes ?? [])];
  return {
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    ...structuredClone(more),
    containers: [structuredClone(container), ...(more.containers ?? [])],
    volumes,
  };
}

const running = (container: Container, since: string): ContainerStatus => ({
  name: container.name,
  image: container.image ?? '',
  imageID: `${container.image?.split(':')[0]}@${digestOf(container.image ?? '')}`,
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: since } },
  lastState: {},
});

/** A pod that has been running and ready for so many minutes. */
export function podOf(
  world: World,
  owner: KubeObject,
  template: { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: PodSpec },
  { name, node = NODES[0] ?? '', age }: { name: string; node?: string; age: number },
): Pod {
  const spec = structuredClone(template.spec);
  const since = ago(age);
  addresses += 1;
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: since });
  const sidecars = (spec.initContainers ?? []).map((each) => ({
    ...running(each, since),
    ...(each.restartPolicy === 'Always'
      ? {}
      : { state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: since, finishedAt: since } } }),
  }));
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...meta('Pod', name, owner.metadata.namespace ?? '', age),
      labels: { ...template.metadata?.labels },
      ownerReferences: ownedBy(owner, owner.apiVersion),
    },
    spec: {
      serviceAccountName: 'default',
      ...spec,
      volumes: [...(spec.volumes ?? []), TOKEN],
      nodeName: node,
      containers: spec.containers.map((each) => ({
        terminationMessagePath: '/dev/termination-log',
        imagePullPolicy: 'IfNotPresent',
        ...each,
        volumeMounts: [
          ...(each.volumeMounts ?? []),
          { name: TOKEN.name, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
        ],
      })),
    },
    status: {
      phase: 'Running',
      startTime: since,
      podIP: `10.0.${1 + (addresses % 3)}.${addresses}`,
      conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
        condition,
      ),
      containerStatuses: spec.containers.map((each) => running(each, since)),
      ...(sidecars.length > 0 ? { initContainerStatuses: sidecars } : {}),
    },
  };
  return world.add(pod);
}

const writtenBy = (manager: string, minutes: number) => [
  { manager, operation: 'Update', apiVersion: 'apps/v1', time: ago(minutes), fieldsType: 'FieldsV1' },
];

export function replicaSetOf(world: World, owner: Workload, revision: number, age: number, replicas: number): Workload {
  const { name, namespace = '' } = owner.metadata;
  const hash = drawn(`${namespace}/${name}/${revision}`, 9);
  const labels = { ...owner.spec.template.metadata?.labels, 'pod-template-hash': hash };
  return world.add<Workload>({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...meta('ReplicaSet', `${name}-${hash}`, namespace, age),
      generation: 1,
      labels,
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(owner.spec.replicas ?? 1),
        'deployment.kubernetes.io/max-replicas': String((owner.spec.replicas ?? 1) + 1),
        'deployment.kubernetes.io/revision': String(revision),
      },
      ownerReferences: ownedBy(owner),
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { ...structuredClone(owner.spec.template), metadata: { ...owner.spec.template.metadata, labels } },
    },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 1 },
  });
}

export function deployment(world: World, name: string, described: Described): Workload {
  const { namespace = world.namespace, replicas = 2, age = 40 * DAY, revised = 9 * DAY, revision = 4 } = described;
  const labels = described.labels ?? { app: name };
  const made = world.add<Workload>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...meta('Deployment', name, namespace, age),
      generation: revision,
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision), ...described.annotations },
      managedFields: writtenBy('kubectl-client-side-apply', revised),
    },
    spec: {
      replicas,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: specOf(described) },
    },
    status: {
      observedGeneration: revision,
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
          lastTransitionTime: ago(revised),
          lastUpdateTime: ago(revised),
        },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${name}" has successfully progressed.`,
          lastTransitionTime: ago(age),
          lastUpdateTime: ago(revised),
        },
      ],
    },
  });
  if (described.imageBefore && revision > 1) {
    const now = made.spec.template.spec.containers[0];
    const image = now?.image ?? '';
    if (now) now.image = described.imageBefore;
    replicaSetOf(world, made, revision - 1, age, 0);
    if (now) now.image = image;
  }
  const set = replicaSetOf(world, made, revision, revised, replicas);
  for (let n = 0; n < replicas; n += 1) newPod(world, set, n, revised);
  return made;
}

/** One more pod of a ReplicaSet, on the next node. */
export function newPod(world: World, set: Workload, ordinal: number, age: number): Pod {
  const name = `${set.metadata.name}-${drawn(`${set.metadata.uid}/${ordinal}/${age}`, 5)}`;
  return podOf(world, set, set.spec.template, { name, node: NODES[ordinal % NODES.length] ?? '', age });
}

const claimTemplate = (name: string) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
});

export function statefulSet(world: World, name: string, described: Described & { claim?: string }): Workload {
  const { namespace = world.namespace, replicas = 1, age = 40 * DAY, revised = 9 * DAY } = described;
  const labels = described.labels ?? { app: name };
  const spec = specOf(described);
  const made = world.add<Workload>({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { ...meta('StatefulSet', name, namespace, age), generation: 2, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      ...(described.claim ? { volumeClaimTemplates: [claimTemplate(described.claim)] } : {}),
    },
    status: { observedGeneration: 2, currentRevision: `${name}-6c9f`, updateRevision: `${name}-6c9f` },
  });
  for (let n = 0; n < replicas; n += 1) {
    const template = structuredClone(made.spec.template);
    const claimed = described.claim && { persistentVolumeClaim: { claimName: `${described.claim}-${name}-${n}` } };
    if (claimed)
      template.spec.volumes = [...(template.spec.volumes ?? []), { name: described.claim ?? '', ...claimed }];
    template.metadata = {
      labels: {
        ...labels,
        'controller-revision-hash': `${name}-6c9f`,
        'statefulset.kubernetes.io/pod-name': `${name}-${n}`,
      },
    };
    podOf(world, made, template, { name: `${name}-${n}`, node: NODES[n % NODES.length] ?? '', age: revised });
  }
  return made;
}

export function daemonSet(world: World, name: string, described: Described): Workload {
  const { namespace = world.namespace, age = 40 * DAY, revised = 9 * DAY } = described;
  const labels = described.labels ?? { app: name };
  const made = world.add<Workload>({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { ...meta('DaemonSet', name, namespace, age), generation: 1, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: specOf(described) },
      updateStrategy: { type: 'RollingUpdate' },
    },
    status: { observedGeneration: 1 },
  });
  for (const [n, node] of NODES.entries()) {
    podOf(world, made, made.spec.template, {
      name: `${name}-${drawn(`${namespace}/${name}/${n}`, 5)}`,
      node,
      age: revised,
    });
  }
  return made;
}
