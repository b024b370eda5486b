import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute, zapLine } from '../collector-log.ts';
import { appContainer, healthy } from '../healthy.ts';
import { configMap, service } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import { bound, replica, store } from './field-b-volumes.ts';

const exporter = {
  'otelcol.component.id': 'otlp/tempo',
  'otelcol.component.kind': 'exporter',
  'otelcol.signal': 'traces',
};

/** Everything works, and the events and logs say otherwise. */
export const fieldBHealthy: CorpusCase[] = [
  {
    name: 'mounts-that-were-late-by-a-second',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kubernetes/issues/99475',
    layers: [],
    roots: [],
    why: 'The kubelet had not yet seen ConfigMap and token when it first tried; it tried again, and the pods run since then.',
    build: () => {
      const world = healthy();
      configMap(world, 'catalog-config', { 'catalog.yaml': 'port: 8080\n' });
      const catalog = deployment(world, 'catalog', {
        container: appContainer('catalog', { volumeMounts: [{ name: 'config', mountPath: '/etc/catalog' }] }),
        configMap: 'catalog-config',
        replicas: 3,
        revised: 8,
        revision: 6,
        imageBefore: '111122223333.dkr.ecr.us-east-1.amazonaws.com/catalog:2.6.9',
      });
      service(world, 'catalog', { app: 'catalog' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(catalog)) {
        for (const volume of ['config', 'kube-api-access']) {
          const late = `MountVolume.SetUp failed for volume "${volume}" : failed to sync configmap cache: timed out waiting for the condition`;
          world.event(pod, 'Warning', 'FailedMount', late, { from: 7.9 });
        }
        world.event(pod, 'Normal', 'Created', 'Created container: catalog', { from: 7.8 });
        world.event(pod, 'Normal', 'Started', 'Started container catalog', { from: 7.8 });
      }
      return world;
    },
  },
  {
    name: 'slices-changed-by-two-at-once',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kubernetes/issues/92928',
    layers: [],
    roots: [],
    why: 'After each rollout the controller finds that a slice was modified meanwhile, says so as a warning, and writes it the next time.',
    build: () => {
      const world = healthy();
      const accounts = deployment(world, 'accounts', {
        container: appContainer('accounts'),
        replicas: 3,
        revised: 14,
        revision: 11,
        imageBefore: '111122223333.dkr.ecr.us-east-1.amazonaws.com/accounts:2.6.4',
      });
      const front = service(world, 'accounts', { app: 'accounts' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const modified = 'the object has been modified; please apply your changes to the latest version and try again';
      world.event(
        front,
        'Warning',
        'FailedToUpdateEndpointSlices',
        `Error updating Endpoint Slices for Service shop/accounts: failed to update accounts-7xk2p EndpointSlice for Service shop/accounts: Operation cannot be fulfilled on endpointslices.discovery.k8s.io "accounts-7xk2p": ${modified}`,
        { count: 12, from: 4 * DAY, to: 13, component: 'endpoint-slice-controller' },
      );
      for (const pod of world.podsOf(accounts).slice(1)) {
        world.event(pod, 'Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
          count: 2,
          from: 13.9,
          to: 13.8,
        });
      }
      return world;
    },
  },
  {
    name: 'connections-that-the-clients-close',
    kind: 'noisy',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/5169',
    layers: [],
    roots: [],
    why: 'Each client that ends without closing its stream gives a warning of the gRPC server; nothing is refused or lost.',
    build: () => {
      const world = healthy();
      saysEveryHalfMinute(world, world.get<Workload>('Deployment', 'otel-collector'), (time, { status }, n) =>
        zapLine(
          time,
          'warn',
          'grpc@v1.77.0/server.go:1069',
          `[transport] [server-transport 0x4000c${n}a1c0] Closing: http2Server.HandleStreams failed to read frame: read tcp ${status?.podIP}:4317->10.0.1.${31 + n}:${51_722 + n}: read: connection reset by peer`,
          { grpc_log: true },
        ),
      );
      return world;
    },
  },
  {
    name: 'acknowledged-by-a-partial-success-of-nothing',
    kind: 'noisy',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/13476',
    layers: [],
    roots: [],
    why: 'The backend puts a number of its own into the message of a partial success and rejects no span; the exporter warns all the same.',
    build: () => {
      const world = healthy();
      saysEveryHalfMinute(world, world.get<Workload>('Deployment', 'otel-collector'), (time, _pod, n) =>
        zapLine(time, 'warn', 'otlpexporter@v0.161.0/otlp.go:133', 'Partial success response', {
          ...exporter,
          message: `ack sequence ${88_121 + 40 * n}`,
          dropped_spans: 0,
        }),
      );
      return world;
    },
  },
  {
    name: 'volumes-retained-after-their-claims',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kubernetes/issues/48554',
    layers: [],
    roots: [],
    why: 'The reclaim policy is Retain and the claims were deleted on purpose when the database moved away: the volumes wait for an administrator, and no pod for them.',
    build: () => {
      const world = healthy();
      for (const ordinal of [0, 1, 2]) {
        const { pvc, volume } = bound(world, `data-mysql-${ordinal}`, { zone: 'abc'[ordinal] ?? 'a', age: 200 * DAY });
        Object.assign(volume.spec, { persistentVolumeReclaimPolicy: 'Retain' });
        volume.status = { phase: 'Released' };
        world.remove(pvc);
      }
      return world;
    },
  },
  {
    name: 'attach-that-took-some-minutes',
    kind: 'noisy',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/1801',
    layers: [],
    roots: [],
    why: 'When its node was replaced the volume was still being detached; it came after four minutes, and the pod has been ready since.',
    build: () => {
      const world = healthy();
      const search = store(world, {
        name: 'search-index',
        image: 'opensearchproject/opensearch:3.3.0',
        port: 9200,
      });
      const { volume } = bound(world, 'data-search-index-0');
      const pod = replica(world, search, 0, 33);
      for (const condition of pod.status?.conditions ?? [])
        if (condition.type !== 'PodScheduled') condition.lastTransitionTime = ago(28);
      for (const status of pod.status?.containerStatuses ?? []) status.state = { running: { startedAt: ago(28) } };
      const controller = { component: 'attachdetach-controller' };
      const failed = (what: string) =>
        `AttachVolume.Attach failed for volume "${volume.metadata.name}" : rpc error: code = Internal desc = Could not attach volume "vol-0a1b2c3d4e5f60718" to node "i-0a23456789abcdef0": ${what}`;
      world.event(
        pod,
        'Warning',
        'FailedAttachVolume',
        `Multi-Attach error for volume "${volume.metadata.name}" Volume is already exclusively attached to one node and can't be attached to another`,
        { from: 33, ...controller },
      );
      world.event(pod, 'Warning', 'FailedAttachVolume', failed('context canceled'), { from: 31, ...controller });
      world.event(
        pod,
        'Warning',
        'FailedAttachVolume',
        failed('attachment of disk "vol-0a1b2c3d4e5f60718" failed, expected device to be attached but was attaching'),
        { count: 3, from: 31, to: 29.5, ...controller },
      );
      world.event(
        pod,
        'Normal',
        'SuccessfulAttachVolume',
        `AttachVolume.Attach succeeded for volume "${volume.metadata.name}"`,
        { from: 29, ...controller },
      );
      world.event(pod, 'Normal', 'Started', 'Started container search-index', { from: 28 });
      return world;
    },
  },
];
