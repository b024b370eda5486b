import type { KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, queueIsFull, saysEveryHalfMinute, willRetry } from '../collector-log.ts';
import { inCluster } from '../environment.ts';
import { crashLoop, unschedulable } from '../faults.ts';
import { BACKEND, collectorConfig, healthy, NAMESPACE } from '../healthy.ts';
import { remade } from '../remade.ts';
import { policy } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import type { World } from '../world.ts';
import { writeCollector } from './otlp.ts';

const collectorOf = (world: World): Workload => world.get('Deployment', 'otel-collector');

const noAnswer = (world: World): void =>
  saysEveryHalfMinute(world, collectorOf(world), (time) =>
    willRetry(time, 'otlp/tempo', 'traces', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'),
  );

/** What telemetry is sent to does not answer, or may not be reached. */
export const fieldBBackends: CorpusCase[] = [
  {
    name: 'loki-has-filled-its-volume',
    kind: 'cascade',
    source: 'https://github.com/grafana/loki/issues/2314',
    layers: ['storage', 'application', 'network', 'otlp'],
    roots: [['volume-full']],
    why: 'Chunks and index have filled the claim: Loki ends at each start, its Service has no endpoint, the Collector is refused until its queue is full.',
    build: () => {
      const world = healthy();
      const loki = backend(world, 'loki', {
        image: 'grafana/loki:3.5.3',
        ports: { http: 3100, grpc: 9095 },
        volume: { phase: 'Bound' },
      });
      const [pod] = world.podsOf(loki);
      if (!pod) throw new Error('a pod');
      crashLoop(world, pod, {
        exitCode: 1,
        minutes: 52,
        restarts: 15,
        log: `level=info ts=2026-11-20T09:57:57.124649874Z caller=main.go:126 msg="Starting Loki" version="(version=3.5.3, branch=release-3.5.x, revision=af52a690)"
level=info ts=2026-11-20T09:57:57.125550653Z caller=server.go:368 msg="server listening on addresses" http=[::]:3100 grpc=[::]:9095
level=error ts=2026-11-20T09:57:57.309148511Z caller=log.go:223 msg="error running loki" err="mkdir /data/loki/tsdb-index/wal: no space left on device\\nerror creating index client\\ngithub.com/grafana/loki/v3/pkg/storage.(*LokiStore).init\\n\\t/src/loki/pkg/storage/store.go:212"`,
      });
      const endpoint = `http://${inCluster('loki', BACKEND)}:3100/otlp`;
      writeCollector(world, exportingTo('logs', 'otlphttp/loki', `endpoint: ${endpoint}`), 30 * DAY);
      saysEveryHalfMinute(
        world,
        collectorOf(world),
        (time) =>
          `${willRetry(time, 'otlphttp/loki', 'logs', `failed to make an HTTP request: Post "${endpoint}/v1/logs": dial tcp 172.20.104.57:3100: connect: connection refused`)}\n${queueIsFull(time, 'otlphttp/loki', 'logs')}`,
      );
      return world;
    },
  },
  {
    name: 'tempo-asks-a-block-device-for-many-writers',
    kind: 'cascade',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/2237',
    layers: ['storage', 'platform', 'network', 'otlp'],
    roots: [['pvc-pending']],
    why: 'The claim wants ReadWriteMany of a class on EBS, which has it for no file system: no volume, no node, no endpoint, and spans pile up in the Collector.',
    build: () => {
      const world = healthy();
      const before = world.get<Workload>('StatefulSet', 'tempo', BACKEND);
      world.remove(...world.podsOf(before), before, world.get('Service', 'tempo', BACKEND));
      const tempo = backend(world, 'tempo', {
        image: 'grafana/tempo:2.9.0',
        ports: { http: 3200, 'otlp-grpc': 4317 },
        volume: { phase: 'Pending', age: 64 },
      });
      tempo.metadata.creationTimestamp = ago(64);
      const pvc = world.get<KubeObject & { spec: { accessModes: string[] } }>(
        'PersistentVolumeClaim',
        'data-tempo-0',
        BACKEND,
      );
      pvc.spec.accessModes = ['ReadWriteMany'];
      const provisioner = 'ebs.csi.aws.com_ebs-csi-controller-6d4f8c7b9-x2lqv_4f0b6a52';
      const often = { count: 22, from: 64, to: 1.4, component: provisioner };
      world.event(
        pvc,
        'Normal',
        'Provisioning',
        `External provisioner is provisioning volume for claim "${BACKEND}/data-tempo-0"`,
        often,
      );
      world.event(
        pvc,
        'Warning',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "gp3": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce] supported.',
        often,
      );
      const [pod] = world.podsOf(tempo);
      if (!pod) throw new Error('a pod');
      pod.metadata.creationTimestamp = ago(64);
      unschedulable(
        world,
        pod,
        'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
        54,
      );
      saysEveryHalfMinute(
        world,
        collectorOf(world),
        (time) =>
          `${willRetry(time, 'otlp/tempo', 'traces', 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 172.20.103.99:4317: connect: connection refused"')}\n${queueIsFull(time, 'otlp/tempo', 'traces')}`,
      );
      return world;
    },
  },
  {
    name: 'policy-of-loki-closes-tempo-too',
    kind: 'cascade',
    source: 'https://github.com/grafana/loki/issues/14091',
    layers: ['network', 'otlp'],
    roots: [['netpol-ingress-denies-client']],
    why: 'The chart of Loki was upgraded with its policies on; one of them selects every pod of the namespace, so Tempo hears its own namespace only.',
    build: () => {
      const world = healthy();
      backend(world, 'loki', { image: 'grafana/loki:3.1.1', ports: { http: 3100 }, volume: { phase: 'Bound' } });
      policy(
        world,
        'loki-namespace-only',
        {
          podSelector: {},
          policyTypes: ['Ingress', 'Egress'],
          ingress: [{ from: [{ podSelector: {} }] }],
          egress: [{ to: [{ podSelector: {} }] }],
        },
        {
          namespace: BACKEND,
          age: 48,
          labels: { 'app.kubernetes.io/name': 'loki', 'app.kubernetes.io/managed-by': 'Helm' },
        },
      );
      policy(
        world,
        'loki-egress-dns',
        {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [
            {
              to: [{ namespaceSelector: {} }],
              ports: [
                { port: 53, protocol: 'UDP' },
                { port: 53, protocol: 'TCP' },
              ],
            },
          ],
        },
        { namespace: BACKEND, age: 48, labels: { 'app.kubernetes.io/name': 'loki' } },
      );
      noAnswer(world);
      return world;
    },
  },
  {
    name: 'namespace-label-that-nobody-set',
    kind: 'trap',
    source: 'https://github.com/prometheus-community/helm-charts/issues/221',
    layers: ['network', 'otlp'],
    roots: [['netpol-ingress-denies-client', 'netpol-peer-matches-nothing']],
    why: 'The policy lets in namespaces with the label name=shop; the namespace is called so and does not carry the label. The batch processor that was changed at the same time has nothing to do with it.',
    build: () => {
      const world = healthy();
      policy(
        world,
        'tempo-from-the-shop',
        {
          podSelector: { matchLabels: { app: 'tempo' } },
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [{ namespaceSelector: { matchLabels: { name: NAMESPACE } } }],
              ports: [
                { port: 4317, protocol: 'TCP' },
                { port: 3200, protocol: 'TCP' },
              ],
            },
          ],
        },
        { namespace: BACKEND, age: HOUR },
      );
      writeCollector(
        world,
        collectorConfig().replace('batch: {}', 'batch:\n    timeout: 2s\n    send_batch_size: 4096'),
        58,
      );
      for (const pod of world.podsOf(collectorOf(world))) remade(pod, 57);
      noAnswer(world);
      return world;
    },
  },
];
