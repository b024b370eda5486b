import type { Pod } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { evicted, notCreated, rollOut, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { completedJob, failedJob } from '../jobs.ts';
import { claim, clusterThing, ingress, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { daemonSet, deployment, newPod } from '../workloads.ts';
import type { Whole, World } from '../world.ts';
import { newestSet } from './open-d-parts.ts';
import { database, firstOf, server } from './open-e-parts.ts';

/** A claim on a volume that somebody has described by hand. */
function claimByHand(world: World, name: string, volume: string, csi: object, age: number): void {
  const spec = { accessModes: ['ReadWriteMany'], storageClassName: 'efs-sc', volumeMode: 'Filesystem' };
  const bound = { phase: 'Bound', accessModes: ['ReadWriteMany'], capacity: { storage: '5Gi' } };
  const made = thing(
    world,
    'v1',
    'PersistentVolumeClaim',
    name,
    { spec: { ...spec, volumeName: volume, resources: { requests: { storage: '5Gi' } } }, status: bound },
    { age },
  );
  const claimRef = { kind: 'PersistentVolumeClaim', namespace: world.namespace, name, uid: made.metadata.uid };
  const capacity = { storage: '5Gi' };
  clusterThing(
    world,
    'v1',
    'PersistentVolume',
    volume,
    {
      spec: { ...spec, capacity, claimRef, csi, persistentVolumeReclaimPolicy: 'Retain' },
      status: { phase: 'Bound' },
    },
    { age },
  );
}

/** Volumes, Jobs and load balancers that keep an application from running. */
export const openEWorkloads: CorpusCase[] = [
  {
    name: 'file-system-behind-a-security-group-that-lets-no-nfs-in',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-efs-csi-driver/issues/262',
    layers: ['storage', 'application'],
    roots: [['volume-mount-failed']],
    why: 'Claim and volume are bound, the driver runs on every node; the mount itself never comes back, on whichever node.',
    build: () => {
      const world = healthy();
      clusterThing(world, 'storage.k8s.io/v1', 'StorageClass', 'efs-sc', { provisioner: 'efs.csi.aws.com' });
      daemonSet(world, 'efs-csi-node', {
        namespace: 'kube-system',
        container: server('efs-plugin', 'amazon/aws-efs-csi-driver:v1.0.0', { healthz: 9809 }),
      });
      claimByHand(world, 'efs-claim', 'efs-pv', { driver: 'efs.csi.aws.com', volumeHandle: 'fs-03a84d23' }, 41);
      const container = appContainer('reports', {
        volumeMounts: [{ name: 'persistent-storage', mountPath: '/data' }],
      });
      const reports = deployment(world, 'reports', {
        container,
        age: 40,
        revised: 40,
        revision: 1,
        more: { volumes: [{ name: 'persistent-storage', persistentVolumeClaim: { claimName: 'efs-claim' } }] },
      });
      service(world, 'reports', { app: 'reports' }, [{ name: 'http', port: 80, targetPort: 'http' }], { age: 40 });
      for (const pod of world.podsOf(reports)) {
        notCreated(
          world,
          pod,
          'FailedMount',
          'MountVolume.SetUp failed for volume "efs-pv" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
          38,
        );
        world.event(
          pod,
          'Warning',
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[persistent-storage], unattached volumes=[persistent-storage kube-api-access]: timed out waiting for the condition',
          { count: 15, from: 37, to: 1.6 },
        );
      }
      neverAvailable(world, reports, 40);
      return world;
    },
  },
  {
    name: 'restore-from-a-snapshot-that-is-not-ready',
    kind: 'single',
    source: 'https://github.com/openshift/oadp-operator/pull/657',
    layers: ['storage', 'platform'],
    roots: [['pvc-pending']],
    why: 'The backup tool has put the claim back with the snapshot as its source; the snapshot has never become ready to use, so the driver makes no volume. The scheduler has chosen a node and waits in vain.',
    build: () => {
      const world = healthy();
      const snapshot = 'velero-mysql-l5sz5';
      const apiGroup = 'snapshot.storage.k8s.io';
      const labels = { 'velero.io/restore-name': 'mysql-restore', 'velero.io/backup-name': 'mysql-nightly' };
      const wanted = claim(world, 'mysql-persistent', { phase: 'Pending', age: 33, labels }) as Whole & {
        spec: object;
      };
      Object.assign(wanted.spec, {
        dataSource: { apiGroup, kind: 'VolumeSnapshot', name: snapshot },
        dataSourceRef: { apiGroup, kind: 'VolumeSnapshot', name: snapshot },
      });
      wanted.metadata.annotations = {
        'volume.kubernetes.io/selected-node': 'ip-10-0-1-11.ec2.internal',
        'volume.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com',
      };
      thing(
        world,
        `${apiGroup}/v1`,
        'VolumeSnapshot',
        snapshot,
        {
          spec: { source: { volumeSnapshotContentName: `${snapshot}-content` }, volumeSnapshotClassName: 'ebs' },
          status: { readyToUse: false, boundVolumeSnapshotContentName: `${snapshot}-content` },
        },
        { age: 33, labels },
      );
      const component = 'ebs.csi.aws.com_ebs-csi-controller-6f7b9c4d8-x2k5m_4c1b';
      world.event(
        wanted,
        'Warning',
        'ProvisioningFailed',
        `failed to provision volume with StorageClass "gp3": error getting handle for DataSource Type VolumeSnapshot by Name ${snapshot}: snapshot ${snapshot} is not Ready`,
        { count: 14, from: 32, to: 1.1, component },
      );
      const mysql = deployment(world, 'mysql', {
        replicas: 1,
        age: 33,
        revised: 33,
        revision: 1,
        labels: { app: 'mysql', ...labels },
        container: server('mysql', 'mysql:8.0.43', { mysql: 3306 }),
        more: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'mysql-persistent' } }] },
      });
      service(world, 'mysql', { app: 'mysql' }, [{ name: 'mysql', port: 3306, targetPort: 'mysql' }], { age: 33 });
      for (const pod of world.podsOf(mysql))
        unschedulable(
          world,
          pod,
          'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
          23,
        );
      neverAvailable(world, mysql, 33);
      return world;
    },
  },
  {
    name: 'model-is-larger-than-the-directory-it-is-loaded-into',
    kind: 'single',
    source: 'https://github.com/kserve/kserve/issues/3792',
    layers: ['storage', 'application'],
    roots: [['ephemeral-storage-exceeded']],
    why: 'The runtime pulls Gemma from S3 into an emptyDir of 1536Mi; each pod is thrown out when it has almost loaded, and the next one starts over.',
    build: () => {
      const world = healthy();
      const name = 'modelmesh-serving-triton-2.x';
      const labels = { 'modelmesh-service': 'modelmesh-serving', name };
      const triton = server('triton', 'nvcr.io/nvidia/tritonserver:23.04-py3', { 'grpc-triton': 8001 });
      const mounts = [{ name: 'models-dir', mountPath: '/models' }];
      const model = deployment(world, name, {
        replicas: 1,
        labels,
        age: 95,
        revised: 95,
        revision: 1,
        container: { ...triton, volumeMounts: mounts },
        more: {
          containers: [
            { name: 'triton-adapter', image: 'kserve/modelmesh-runtime-adapter:v0.11.2', volumeMounts: mounts },
            { name: 'mm', image: 'kserve/modelmesh:v0.11.2', ports: [{ name: 'grpc', containerPort: 8033 }] },
          ],
          volumes: [{ name: 'models-dir', emptyDir: { sizeLimit: '1536Mi' } }],
        },
      });
      service(world, 'modelmesh-serving', labels, [{ name: 'grpc', port: 8033, targetPort: 'grpc' }], { age: 95 });
      const set = newestSet(world, model);
      const [oldest] = firstOf(world, model);
      const gone: [Pod, number][] = [
        [oldest, 81],
        [newPod(world, set, 4, 80), 58],
        [newPod(world, set, 5, 57), 31],
        [newPod(world, set, 6, 30), 6],
      ];
      const message = 'Usage of EmptyDir volume "models-dir" exceeds the limit "1536Mi". ';
      for (const [pod, minutes] of gone) {
        evicted(pod, message, minutes);
        if (minutes > 60) continue;
        world.event(pod, 'Warning', 'Evicted', message, { from: minutes });
        world.event(pod, 'Normal', 'Killing', 'Stopping container triton', { from: minutes });
        world.event(
          pod,
          'Warning',
          'FailedPreStopHook',
          `Exec lifecycle hook ([/opt/kserve/mmesh/stop.sh wait]) for Container "mm" in Pod "${pod.metadata.name}_shop(${pod.metadata.uid})" failed - error: command '/opt/kserve/mmesh/stop.sh wait' exited with 137: , message: "waiting for litelinks to finish"`,
          { from: minutes - 0.1 },
        );
      }
      newPod(world, set, 7, 5);
      return world;
    },
  },
  {
    name: 'nightly-dump-is-older-than-the-server-it-dumps',
    kind: 'single',
    source: 'https://github.com/SierraSoftworks/minback-postgres/issues/5',
    layers: ['application'],
    roots: [['container-exit-error', 'job-failed']],
    why: 'The database was upgraded during the week; the client in the image of the backup is of the version before and refuses to dump.',
    build: () => {
      const world = healthy();
      database(world, 'postgres', {
        revised: 2 * DAY,
        container: server(
          'postgres',
          'postgres:17.7',
          { postgres: 5432 },
          {
            readinessProbe: { exec: { command: ['pg_isready', '-U', 'postgres'] }, periodSeconds: 10 },
          },
        ),
      });
      const name = 'prod-postgres-backup';
      const container = {
        name: 'backup',
        image: 'minback/postgres:16',
        args: ['db', '-h', 'postgres.shop.svc.cluster.local'],
      };
      const cron = thing(world, 'batch/v1', 'CronJob', name, {
        spec: {
          schedule: '30 9 * * *',
          concurrencyPolicy: 'Forbid',
          failedJobsHistoryLimit: 1,
          successfulJobsHistoryLimit: 1,
          jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } },
        },
        status: { lastScheduleTime: ago(30), lastSuccessfulTime: ago(3 * DAY + 28) },
      });
      completedJob(world, `${name}-29391450`, container, { age: 3 * DAY + 30, lasted: 2 });
      failedJob(world, `${name}-29395770`, container, {
        age: 30,
        tries: 4,
        log: `Dumping dashboard_db to backups/dashboard_db-2026-11-20_09-36-24.archive
> pg_dump -h postgres.shop.svc.cluster.local -Fc dashboard_db
pg_dump: error: aborting because of server version mismatch
pg_dump: detail: server version: 17.7 (Debian 17.7-3.pgdg13+1); pg_dump version: 16.10
mc: <ERROR> Unable to write to one or more targets. Input reader closed pre-maturely. Expected \`-1\` bytes, but only received \`0\` bytes.
Backup failed`,
      });
      const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name, uid: cron.metadata.uid ?? '', controller: true };
      for (const job of world.all('Job')) job.metadata.ownerReferences = [owner];
      return world;
    },
  },
  {
    name: 'gate-of-a-canary-that-no-ingress-routes-to',
    kind: 'single',
    source: 'https://github.com/argoproj/argo-rollouts/issues/792',
    layers: ['network', 'application'],
    roots: [['readiness-gate-pending']],
    why: 'All containers are ready; the gate names a target group for which no Ingress has a rule, so nobody ever writes its condition. The rollout stands still with the old pods serving.',
    build: () => {
      const world = healthy();
      service(world, 'checkout-canary', { app: 'checkout' }, [{ name: 'http', port: 80, targetPort: 'http' }], {
        age: 3 * HOUR,
      });
      ingress(world, 'checkout', { backend: 'checkout', port: { number: 80 } });
      const gate = 'target-health.alb.ingress.k8s.aws/checkout_checkout-canary_80';
      const checkout = world.get<Parameters<typeof rollOut>[1]>('Deployment', 'checkout');
      const [made] = rollOut(
        world,
        checkout,
        (container, spec) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.7.1';
          spec.readinessGates = [{ conditionType: gate }];
        },
        { minutes: 3 * HOUR },
      );
      const since = 3 * HOUR - 1;
      Object.assign(made?.status?.conditions?.find(({ type }) => type === 'Ready') ?? {}, {
        status: 'False',
        reason: 'ReadinessGatesNotReady',
        message: `corresponding condition of pod readiness gate "${gate}" does not exist.`,
        lastTransitionTime: ago(since),
      });
      world.events.pop();
      return world;
    },
  },
];
