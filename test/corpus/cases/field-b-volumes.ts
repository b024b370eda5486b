import type { KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { notCreated, unschedulable } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { uidOf } from '../names.ts';
import { remade } from '../remade.ts';
import { claim, clusterThing, service } from '../things.ts';
import { DAY } from '../time.ts';
import { daemonSet, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

interface Store {
  name: string;
  image: string;
  port: number;
  replicas?: number;
  revised?: number;
}

/** A database, broker or cache with a volume for each replica; the claims are left to the case. */
export function store(world: World, { name, image, port, replicas = 1, revised = 20 * DAY }: Store): Workload {
  const made = statefulSet(world, name, {
    replicas,
    revised,
    claim: 'data',
    container: appContainer(name, {
      image,
      ports: [{ name: 'main', containerPort: port, protocol: 'TCP' }],
      env: [],
      livenessProbe: { tcpSocket: { port: 'main' }, periodSeconds: 10, failureThreshold: 3 },
      readinessProbe: { tcpSocket: { port: 'main' }, periodSeconds: 10, failureThreshold: 3 },
      volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }],
    }),
  });
  service(world, name, { app: name }, [{ name: 'main', port, targetPort: 'main' }]);
  return made;
}

/** One of its pods; `age`: minutes since it was made anew. */
export function replica(world: World, made: Workload, ordinal: number, age?: number): Pod {
  const pod = world.podsOf(made)[ordinal];
  if (!pod) throw new Error(`${made.metadata.name} has no replica ${ordinal}`);
  return age === undefined ? pod : remade(pod, age);
}

interface BoundClaim extends KubeObject {
  spec: { volumeName: string; accessModes: string[] };
  status: object;
}

interface Volume extends KubeObject {
  spec: { claimRef: { uid: string }; nodeAffinity?: object };
  status: object;
}

/** A bound claim of a replica in that zone, and its volume. */
export function bound(world: World, name: string, { zone = 'a', age = 20 * DAY, className = 'gp3' } = {}) {
  const pvc = claim(world, name, { age, className }) as BoundClaim;
  const volume = world.get<Volume>('PersistentVolume', pvc.spec.volumeName, '');
  const values = [`us-east-1${zone}`];
  volume.spec.nodeAffinity = {
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values }] }],
    },
  };
  return { pvc, volume };
}

const NO_HELP = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

/** Claims and volumes that do not come together, and volumes that do not come to their node. */
export const fieldBVolumes: CorpusCase[] = [
  {
    name: 'volume-still-belongs-to-the-claim-before',
    kind: 'single',
    source: 'https://github.com/kubernetes-csi/csi-driver-smb/issues/821',
    layers: ['storage'],
    roots: [['pv-failed-or-released']],
    why: 'The chart was installed anew and names the retained volume, whose claimRef holds the uid of the deleted claim: Released, and not given to another one.',
    build: () => {
      const world = healthy();
      const minio = store(world, {
        name: 'minio',
        image: 'minio/minio:RELEASE.2025-09-07T16-13-09Z',
        port: 9000,
        revised: 42,
      });
      const { pvc, volume } = bound(world, 'data-minio-0', { age: 42 });
      pvc.status = { phase: 'Pending' };
      Object.assign(volume.spec, { persistentVolumeReclaimPolicy: 'Retain' });
      volume.spec.claimRef.uid = uidOf('the claim before');
      volume.status = { phase: 'Released' };
      world.event(
        pvc,
        'Warning',
        'FailedBinding',
        `volume "${pvc.spec.volumeName}" already bound to a different claim.`,
        { count: 168, from: 42, to: 0.3, component: 'persistentvolume-controller' },
      );
      unschedulable(
        world,
        replica(world, minio, 0),
        `0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${NO_HELP}`,
        42,
      );
      return world;
    },
  },
  {
    name: 'claim-deleted-before-its-pod-was',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/89910',
    layers: ['storage'],
    roots: [['pvc-missing']],
    why: 'Claim and pod were deleted together; the new pod was made while the claim was still terminating, so nobody makes the claim again.',
    build: () => {
      const world = healthy();
      const cache = store(world, { name: 'sessions', image: 'redis:8.2', port: 6379, replicas: 2 });
      bound(world, 'data-sessions-0');
      const pod = replica(world, cache, 1, 34);
      unschedulable(
        world,
        pod,
        `0/3 nodes are available: persistentvolumeclaim "data-sessions-1" not found. ${NO_HELP}`,
        33.9,
      );
      world.event(
        pod,
        'Warning',
        'FailedScheduling',
        `0/3 nodes are available: persistentvolumeclaim "data-sessions-1" is being deleted. ${NO_HELP}`,
        {
          from: 34,
          component: 'default-scheduler',
        },
      );
      return world;
    },
  },
  {
    name: 'efs-driver-does-not-run-on-arm-nodes',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-efs-csi-driver/issues/180',
    layers: ['storage'],
    roots: [['volume-mount-failed']],
    why: 'The DaemonSet of the driver selects amd64 and every node is arm64: on no node is the driver registered.',
    build: () => {
      const world = healthy();
      const driver = daemonSet(world, 'efs-csi-node', {
        namespace: 'kube-system',
        labels: { app: 'efs-csi-node' },
        container: {
          name: 'efs-plugin',
          image: '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/aws-efs-csi-driver:v2.1.13',
        },
        more: { containers: [], nodeSelector: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux' } },
      });
      world.remove(...world.podsOf(driver));
      const media = store(world, { name: 'media', image: 'nginx:1.29', port: 8080, revised: 50 });
      const { pvc, volume } = bound(world, 'data-media-0', { age: 55, className: 'efs-sc' });
      pvc.spec.accessModes = ['ReadWriteMany'];
      delete volume.spec.nodeAffinity;
      Object.assign(volume.spec, {
        accessModes: ['ReadWriteMany'],
        csi: { driver: 'efs.csi.aws.com', volumeHandle: 'fs-0f7b8c1d2e3a45678' },
      });
      clusterThing(world, 'storage.k8s.io/v1', 'StorageClass', 'efs-sc', {
        provisioner: 'efs.csi.aws.com',
        reclaimPolicy: 'Delete',
        volumeBindingMode: 'Immediate',
      });
      notCreated(
        world,
        replica(world, media, 0),
        'FailedMount',
        `MountVolume.MountDevice failed for volume "${pvc.spec.volumeName}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name efs.csi.aws.com not found in the list of registered CSI drivers`,
        50,
      );
      return world;
    },
  },
  {
    name: 'instance-takes-no-further-volume',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/1163',
    layers: ['storage'],
    roots: [['volume-attach-failed']],
    why: 'Network interfaces and volumes share the attachments of the instance: the scheduler thinks that there is room, EC2 does not.',
    build: () => {
      const world = healthy();
      const kafka = store(world, { name: 'kafka', image: 'apache/kafka:4.1.0', port: 9092, replicas: 3 });
      bound(world, 'data-kafka-0');
      bound(world, 'data-kafka-1', { zone: 'b' });
      const { volume } = bound(world, 'data-kafka-2', { zone: 'c' });
      const pod = replica(world, kafka, 2, 27);
      notCreated(
        world,
        pod,
        'FailedAttachVolume',
        `AttachVolume.Attach failed for volume "${volume.metadata.name}" : rpc error: code = Internal desc = Could not attach volume "vol-0a1b2c3d4e5f60718" to node "i-0c23456789abcdef0": operation error EC2: AttachVolume, https response error StatusCode: 400, RequestID: 836ce9b1-ec63-4935-a007-739e32f506cb, api error AttachmentLimitExceeded: Volume attachment limit exceeded for instance i-0c23456789abcdef0`,
        26,
        'attachdetach-controller',
      );
      world.event(
        pod,
        'Warning',
        'FailedMount',
        'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: context deadline exceeded',
        { count: 11, from: 24, to: 1.2 },
      );
      return world;
    },
  },
];
