import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { target } from '#shared/domain/target.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { bed } from './situation.ts';

/*
 * Faults of workloads and storage as the real scheduler, controllers and API server show them. Only what a kubelet would
 * say is put in by hand: its pods carry bed/hold, so that nothing else speaks for them.
 */

const client = bed();

interface Fault {
  name: string;
  /** the first root cause */
  root: string;
  /** what else the answer must say */
  says?: RegExp;
  objects: (namespace: string) => object[];
  /** made when the others are there: waits for real controllers, and speaks for the kubelet */
  happens?: (namespace: string) => Promise<unknown>;
}

interface Shape {
  kind?: string;
  replicas?: number;
  /** of the only container */
  container?: object;
  pod?: object;
  spec?: object;
  /** the kubelet is played by the test */
  held?: boolean;
}

const workload = (namespace: string, { kind = 'Deployment', replicas = 1, container, pod, spec, held }: Shape) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'app', namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'app' } },
    template: {
      metadata: { labels: { app: 'app', ...(held && { 'bed/hold': 'true' }) } },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ...container }], ...pod },
    },
    ...spec,
  },
});

const claim = (namespace: string, spec: object, name = 'data') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

const DATA = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const ONE_NODE = { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } };

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');

interface Listed {
  items: { metadata: { name: string; uid: string }; spec: { nodeName?: string } }[];
}

async function pods(namespace: string, isThere: (list: Listed['items']) => boolean = (list) => list.length > 0) {
  for (let attempt = 0; attempt < 60; attempt++) {
    const { items } = await client.json<Listed>('-n', namespace, 'get', 'pods');
    if (isThere(items)) return items;
    await sleep(250);
  }
  throw new Error(`the pods of ${namespace} are not as they should be`);
}

const placed = (list: Listed['items']) => list.length > 0 && list.every(({ spec }) => spec.nodeName);

/** What the kubelet would report of the first pod, with its events and the log of the container that ended. */
async function kubelet(
  namespace: string,
  status: object,
  { event, log }: { event?: [reason: string, message: string]; log?: string } = {},
) {
  const [pod] = await pods(namespace, placed);
  const name = pod?.metadata.name ?? '';
  await client.patchStatus('pod', namespace, name, status);
  const [reason = '', message = ''] = event ?? [];
  if (event) await client.event({ kind: 'Pod', namespace, name }, { reason, message });
  if (log) await client.setLog(namespace, name, 'app', log, { previous: true });
}

const condition = (type: string, status: boolean, rest: object = {}) => ({
  type,
  status: status ? 'True' : 'False',
  lastTransitionTime: ago(0),
  ...rest,
});

const conditions = (ready: boolean, containersReady = ready, initialized = true) => [
  condition('PodScheduled', true),
  condition('Initialized', initialized),
  condition('ContainersReady', containersReady),
  condition('Ready', ready),
];

const container = (state: object, rest: object = {}) => ({
  name: 'app',
  image: 'x',
  imageID: '',
  ready: false,
  started: false,
  restartCount: 0,
  state,
  ...rest,
});

const crashed = (exitCode: number) => ({
  phase: 'Running',
  conditions: conditions(false),
  containerStatuses: [
    container(
      { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
      {
        restartCount: 3,
        lastState: { terminated: { exitCode, reason: 'Error', startedAt: ago(0), finishedAt: ago(0) } },
      },
    ),
  ],
});

const FAULTS: Fault[] = [
  {
    name: 'a claim that is not there',
    root: 'pvc-missing',
    objects: (namespace) => [workload(namespace, { pod: DATA })],
  },
  {
    name: 'a claim of a class that is not there',
    root: 'storageclass-missing',
    says: /There is no StorageClass fast/,
    objects: (namespace) => [claim(namespace, { storageClassName: 'fast' }), workload(namespace, { pod: DATA })],
  },
  {
    name: 'a claim without a class, where none is the default',
    root: 'storageclass-missing',
    says: /no default one/,
    objects: (namespace) => [claim(namespace, {}), workload(namespace, { pod: DATA })],
  },
  {
    name: 'a StatefulSet whose driver does not answer',
    root: 'pvc-pending',
    says: /is it installed and running/,
    objects: (namespace) => [
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'no-driver' },
        provisioner: 'no-driver.csi.example.com',
      },
      workload(namespace, {
        kind: 'StatefulSet',
        spec: { serviceName: 'app', volumeClaimTemplates: [claim(namespace, { storageClassName: 'no-driver' })] },
      }),
    ],
  },
  {
    name: 'a deleted pod of a StatefulSet that a finalizer holds',
    root: 'pod-stuck-terminating',
    says: /example.com\/hold/,
    objects: (namespace) => [workload(namespace, { held: true, kind: 'StatefulSet', spec: { serviceName: 'app' } })],
    happens: async (namespace) => {
      await pods(namespace, placed);
      const patch = JSON.stringify({ metadata: { finalizers: ['example.com/hold'] } });
      await client.kubectl('-n', namespace, 'patch', 'pod', 'app-0', '--type=merge', '-p', patch);
      await client.kubectl('-n', namespace, 'delete', 'pod', 'app-0', '--wait=false', '--grace-period=1');
      await client.patchStatus('pod', namespace, 'app-0', { phase: 'Succeeded', conditions: conditions(false) });
    },
  },
  {
    name: 'pods that had to give way',
    root: 'pod-preempted',
    objects: (namespace) => [
      {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'urgent' },
        value: 1000,
      },
      workload(namespace, { container: { resources: { requests: { cpu: '2' } } }, pod: ONE_NODE }),
    ],
    happens: async (namespace) => {
      const [victim] = await pods(namespace, placed);
      await client.apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-urgent` } },
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'urgent', namespace: `${namespace}-urgent` },
          spec: {
            priorityClassName: 'urgent',
            ...ONE_NODE,
            containers: [{ name: 'urgent', image: 'x', resources: { requests: { cpu: '3500m' } } }],
          },
        },
      );
      await pods(
        namespace,
        (list) => list.length > 0 && list.every(({ metadata }) => metadata.uid !== victim?.metadata.uid),
      );
    },
  },
  {
    name: 'a pod that its node threw out',
    root: 'pod-evicted',
    says: /low on resource: memory/,
    objects: (namespace) => [workload(namespace, { held: true })],
    happens: async (namespace) => {
      const message = 'The node was low on resource: memory. Container app was using 980Mi, request is 0.';
      await kubelet(namespace, {
        phase: 'Failed',
        reason: 'Evicted',
        message,
        conditions: [
          ...conditions(false),
          condition('DisruptionTarget', true, { reason: 'TerminationByKubelet', message }),
        ],
      });
      await pods(namespace, (list) => list.length === 2);
    },
  },
  {
    name: 'a Job that gives up',
    root: 'job-failed',
    says: /exit code 3/,
    objects: (namespace) => [
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'migrate', namespace },
        spec: {
          backoffLimit: 0,
          template: {
            metadata: { labels: { 'bed/hold': 'true' } },
            spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'registry.example/app:1' }] },
          },
        },
      },
    ],
    happens: async (namespace) => {
      const end = { exitCode: 3, reason: 'Error', startedAt: ago(0), finishedAt: ago(0) };
      await kubelet(namespace, {
        phase: 'Failed',
        conditions: conditions(false),
        containerStatuses: [container({ terminated: end })],
      });
      await client.kubectl('-n', namespace, 'wait', '--for=condition=Failed', 'job/migrate', '--timeout=30s');
    },
  },
  {
    name: 'an init container that waits for ever',
    root: 'init-container-stuck',
    objects: (namespace) => [
      workload(namespace, { held: true, pod: { initContainers: [{ name: 'wait-for-db', image: 'busybox:1' }] } }),
    ],
    happens: (namespace) =>
      kubelet(namespace, {
        phase: 'Pending',
        conditions: conditions(false, false, false),
        initContainerStatuses: [{ ...container({ running: { startedAt: ago(4) } }), name: 'wait-for-db' }],
        containerStatuses: [container({ waiting: { reason: 'PodInitializing' } })],
      }),
  },
  {
    name: 'a readiness gate that nobody opens',
    root: 'readiness-gate-pending',
    objects: (namespace) => [
      workload(namespace, {
        held: true,
        pod: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/app' }] },
      }),
    ],
    happens: (namespace) =>
      kubelet(namespace, {
        phase: 'Running',
        conditions: conditions(false, true),
        containerStatuses: [container({ running: { startedAt: ago(0) } }, { ready: true, started: true })],
      }),
  },
  {
    name: 'a registry login that is not there',
    root: 'image-pull-secret-missing',
    objects: (namespace) => [
      workload(namespace, { held: true, pod: { imagePullSecrets: [{ name: 'registry-login' }] } }),
    ],
    happens: (namespace) =>
      kubelet(namespace, {
        phase: 'Pending',
        conditions: conditions(false),
        containerStatuses: [
          container({
            waiting: {
              reason: 'ImagePullBackOff',
              message:
                'Back-off pulling image "registry.example/app:1": ErrImagePull: failed to authorize: 401 Unauthorized',
            },
          }),
        ],
      }),
  },
  {
    name: 'a volume that is still attached elsewhere',
    root: 'volume-attach-failed',
    says: /one node at a time/,
    objects: (namespace) => [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: `${namespace}-data` },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-0a1b2c' },
        },
      },
      claim(namespace, { storageClassName: '', volumeName: `${namespace}-data` }),
      workload(namespace, { held: true, pod: DATA }),
    ],
    happens: (namespace) =>
      kubelet(
        namespace,
        {
          phase: 'Pending',
          conditions: conditions(false),
          containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })],
        },
        {
          event: ['FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) app-x'],
        },
      ),
  },
  {
    name: 'a disk that is full',
    root: 'volume-full',
    objects: (namespace) => [workload(namespace, { held: true })],
    happens: (namespace) =>
      kubelet(namespace, crashed(1), { log: 'Error: write /data/wal/7: No space left on device (os error 28)' }),
  },
  {
    name: 'a revision that crashes',
    root: 'container-panic',
    says: /(after|as soon as) revision 2 appeared; it changed image and OTEL_EXPORTER_OTLP_PROTOCOL/,
    objects: (namespace) => [workload(namespace, { held: true, spec: { strategy: { type: 'Recreate' } } })],
    happens: async (namespace) => {
      const [before] = await pods(namespace, placed);
      const env = [{ name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' }];
      const changed = { held: true, container: { image: 'registry.example/app:2', env } };
      await client.apply(workload(namespace, { ...changed, spec: { strategy: { type: 'Recreate' } } }));
      await pods(
        namespace,
        (list) => placed(list) && list.every(({ metadata }) => metadata.uid !== before?.metadata.uid),
      );
      await kubelet(namespace, crashed(101));
    },
  },
];

/** Names of namespaces by their fault: `faults-3`. */
const placeOf = (fault: Fault) => `faults-${FAULTS.indexOf(fault) + 1}`;

beforeAll(async () => {
  const namespaces = FAULTS.map((fault) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: placeOf(fault) },
  }));
  await client.apply(...namespaces, ...FAULTS.flatMap((fault) => fault.objects(placeOf(fault))));
  await Promise.all(FAULTS.map((fault) => fault.happens?.(placeOf(fault))));
});

afterAll(async () => {
  const names = FAULTS.map(placeOf);
  const patch = '{"metadata":{"finalizers":null}}';
  await client.kubectl('-n', 'faults-5', 'patch', 'pod', 'app-0', '--type=merge', '-p', patch);
  const cluster = ['storageclass/no-driver', 'priorityclass/urgent'];
  await client.kubectl('delete', '--ignore-not-found', '--wait=false', ...cluster);
  await client.kubectl('delete', 'namespace', '--ignore-not-found', '--wait=false', ...names, 'faults-6-urgent');
});

/** The look is taken three minutes late: what is young now has by then had its time. */
async function look(namespace: string): Promise<Omit<Diagnosis, 'snapshot' | 'durationMs'>> {
  const cluster = await openKubeconfig({ kubeconfig: process.env.MEDIC_TEST_KUBECONFIG });
  const asked = target.parse({ name: namespace, cluster: { kubeconfig: 'bed' }, namespace, workloads: 'all' });
  const clock = { now: () => new Date(Date.now() + 3 * 60_000) };
  return diagnose(await collectSnapshot(cluster, asked, { clock }), { target: asked });
}

it.each(FAULTS)('$name is told first, as $root', async (fault) => {
  const { rootCauses, verdict } = await look(placeOf(fault));
  expect(rootCauses.map(({ code }) => code)[0]).toBe(fault.root);
  expect(['failed', 'degraded']).toContain(verdict);
  if (fault.says) expect(rootCauses[0]?.cause).toMatch(fault.says);
});
