import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, notCreated, rollOut, unschedulable } from '../faults.ts';
import { appContainer, collectorContainer, healthy } from '../healthy.ts';
import { claim, service } from '../things.ts';
import { deployment, NODES, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

const database = (world: World, phase: string, className?: string | null) => {
  const made = statefulSet(world, 'postgres', {
    container: appContainer('postgres', {
      image: 'postgres:17.2',
      ports: [{ name: 'pg', containerPort: 5432, protocol: 'TCP' }],
      env: [],
      livenessProbe: { exec: { command: ['pg_isready'] } },
      readinessProbe: { exec: { command: ['pg_isready'] } },
      volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
    }),
    claim: 'data',
  });
  service(world, 'postgres', { app: 'postgres' }, [{ name: 'pg', port: 5432, targetPort: 'pg' }]);
  const pvc = claim(world, 'data-postgres-0', {
    phase,
    age: phase === 'Bound' ? 9000 : 30,
    ...(className === undefined ? {} : { className }),
  });
  const [pod] = world.podsOf(made);
  if (!pod) throw new Error('a pod');
  return { pvc, pod };
};

/** Faults of volumes and what holds them. */
export const storage: CorpusCase[] = [
  {
    name: 'ebs-csi-driver-may-not-create-volumes',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/963',
    layers: ['storage'],
    roots: [['pvc-pending', 'aws-credentials-failing']],
    why: 'The role of the CSI driver lacks ec2:CreateVolume: the claim is never bound and its pod waits.',
    build: () => {
      const world = healthy();
      const { pvc, pod } = database(world, 'Pending');
      world.event(
        pvc,
        'Warning',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume "pvc-1c2d3e4f": could not create volume in EC2: UnauthorizedOperation: You are not authorized to perform this operation. status code: 403, request id: 3cf2ce00-5845-436b-8470-3e1918dd24af',
        { count: 11, from: 28, component: 'ebs.csi.aws.com_ebs-csi-controller-7c9d_0f3c' },
      );
      unschedulable(
        world,
        pod,
        'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
        28,
      );
      return world;
    },
  },
  {
    name: 'second-pod-wants-the-volume-of-the-first',
    kind: 'single',
    source: 'https://github.com/harvester/vm-import-controller/issues/23',
    layers: ['storage'],
    roots: [['volume-attach-failed']],
    why: 'A rolling update puts the new pod on another node while the old one still holds the ReadWriteOnce volume.',
    build: () => {
      const world = healthy();
      claim(world, 'uploads');
      const uploads = deployment(world, 'uploads', {
        replicas: 1,
        container: appContainer('uploads', { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
        more: { containers: [], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'uploads' } }] },
      });
      const [before] = world.podsOf(uploads);
      const [pod] = rollOut(world, uploads, (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/uploads:2.8.0';
      });
      if (!pod) throw new Error('a pod');
      pod.spec.nodeName = NODES[1] ?? '';
      const message = `Multi-Attach error for volume "pvc-bca43bf8-e4a9-4a4f-89ba-c95fdeda3b46" Volume is already used by pod(s) ${before?.metadata.name}`;
      notCreated(world, pod, 'FailedAttachVolume', message, 17, 'attachdetach-controller');
      return world;
    },
  },
  {
    name: 'volume-in-a-zone-without-room',
    kind: 'trap',
    source: 'https://github.com/kubeflow/kubeflow/issues/7109',
    layers: ['storage', 'platform'],
    roots: [['volume-zone-conflict']],
    why: 'The scheduler names several reasons; the volume can only be used in one zone, and more nodes elsewhere would not help.',
    build: () => {
      const world = healthy();
      const { pod } = database(world, 'Bound');
      unschedulable(
        world,
        pod,
        '0/3 nodes are available: 3 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
        22,
      );
      return world;
    },
  },
  {
    name: 'persistent-queue-of-root-for-a-collector-that-is-not-root',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/40381',
    layers: ['storage', 'otlp'],
    roots: [['collector-persistent-queue-unwritable', 'volume-permission-denied']],
    why: 'No fsGroup: the volume belongs to root and the Collector runs as 10001.',
    build: () => {
      const world = healthy();
      claim(world, 'otel-storage');
      const agent = deployment(world, 'otel-gateway', {
        replicas: 1,
        configMap: 'otel-collector',
        container: collectorContainer({
          volumeMounts: [
            { name: 'config', mountPath: '/conf' },
            { name: 'otel-storage', mountPath: '/otel-storage' },
          ],
        }),
        more: {
          containers: [],
          volumes: [{ name: 'otel-storage', persistentVolumeClaim: { claimName: 'otel-storage' } }],
        },
      });
      const [pod] = world.podsOf(agent);
      if (pod) {
        crashLoop(world, pod, {
          exitCode: 1,
          log: `Error: cannot start pipelines: failed to start "awss3/devops" exporter: open /otel-storage/exporter_awss3_devops_logs: permission denied; failed to shutdown pipelines: no existing monitoring routine is running
2026/11/20 09:57:54 collector server run finished with error: cannot start pipelines: failed to start "awss3/devops" exporter: open /otel-storage/exporter_awss3_devops_logs: permission denied; failed to shutdown pipelines: no existing monitoring routine is running`,
        });
      }
      return world;
    },
  },
  {
    name: 'database-volume-is-full',
    kind: 'single',
    source: 'https://github.com/openstate/open-raadsinformatie/issues/427',
    layers: ['storage'],
    roots: [['volume-full']],
    why: 'The write-ahead log does not fit on the volume any more.',
    build: () => {
      const world = healthy();
      const { pod } = database(world, 'Bound');
      crashLoop(world, pod, {
        exitCode: 1,
        log: `2026-11-20 09:57:41.104 UTC [1] LOG:  starting PostgreSQL 17.2 on aarch64-unknown-linux-gnu
2026-11-20 09:57:41.512 UTC [20] FATAL:  could not write to file "pg_wal/xlogtemp.20": No space left on device
2026-11-20 09:57:41.530 UTC [1] LOG:  startup process (PID 20) exited with exit code 1
2026-11-20 09:57:41.531 UTC [1] LOG:  aborting startup due to startup process failure`,
      });
      return world;
    },
  },
  {
    name: 'chart-without-a-storage-class-on-a-fresh-cluster',
    kind: 'cascade',
    source: 'https://github.com/hashicorp/consul-k8s/issues/1660',
    layers: ['storage', 'platform', 'otlp'],
    roots: [['storageclass-missing', 'pvc-pending']],
    why: 'The claim of the Collector names no class and the cluster has no default: claim unbound, pod unscheduled, no telemetry.',
    build: () => {
      const world = healthy();
      const gp3 = world.get('StorageClass', 'gp3', '');
      gp3.metadata.annotations = {};
      const before = world.get<Workload>('Deployment', 'otel-collector');
      world.remove(...world.podsOf(before), ...world.setsOf(before), before);
      const collector = statefulSet(world, 'otel-collector', {
        container: collectorContainer(),
        configMap: 'otel-collector',
        claim: 'queue',
        age: 40,
        revised: 35,
      });
      const pvc = claim(world, 'queue-otel-collector-0', { phase: 'Pending', className: null, age: 35 });
      world.event(
        pvc,
        'Normal',
        'FailedBinding',
        'no persistent volumes available for this claim and no storage class is set',
        {
          count: 140,
          from: 35,
          component: 'persistentvolume-controller',
        },
      );
      for (const pod of world.podsOf(collector)) {
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          35,
        );
      }
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        world.log(
          pod,
          'WARN io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. The request could not be executed. Error message: Failed to connect to otel-collector/172.20.98.99:4317\n'.repeat(
            4,
          ),
        );
      }
      return world;
    },
  },
];
