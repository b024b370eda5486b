import type { KubeNode, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { drops, exportingTo, saysEveryHalfMinute } from '../collector-log.ts';
import { notCreated, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { podsOn } from '../nodes.ts';
import { clusterThing, configMap, service, thing } from '../things.ts';
import { DAY, HOUR } from '../time.ts';
import { daemonSet, deployment, NODES } from '../workloads.ts';
import { rolledOut } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

const VOLUME = 'pvc-4cd68121-1fc2-49fb-a5bd-fe698ddceca3';

/** Faults that only Amazon EKS has: who one is, where a volume can be mounted, how many pods a small instance takes. */
export const openDEks: CorpusCase[] = [
  {
    name: 'pods-admitted-without-the-credentials-of-their-association',
    kind: 'single',
    source: 'https://github.com/aws/eks-pod-identity-agent/issues/153',
    layers: ['configuration', 'otlp'],
    roots: [['aws-credentials-failing']],
    why: 'The webhook of Pod Identity may be missed without anybody noticing. The pods of the last rollout have neither variables nor token, and the exporter falls back to the role of the node.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ServiceAccount', 'otel-collector');
      writeCollector(
        world,
        exportingTo(
          'metrics',
          'awsemf',
          'region: us-east-1\nnamespace: Shop\nlog_group_name: /aws/otel/shop\nlog_stream_name: "{PodName}"',
        ),
        11 * DAY,
      );
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      rolledOut(world, collector, 72, (container, spec) => {
        spec.serviceAccountName = 'otel-collector';
        container.image = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.45.1';
        container.env = [{ name: 'AWS_REGION', value: 'us-east-1' }];
      });
      saysEveryHalfMinute(world, collector, (time, pod) =>
        drops(
          time,
          'awsemf',
          'metrics',
          `not retryable error: Permanent error: operation error CloudWatch Logs: PutLogEvents, https response error StatusCode: 400, RequestID: 3f1c8a52-6b0e-4c1d-9f37-70a2, api error AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/eks-workers-NodeInstanceRole-1QX7/i-0b23456789abcdef0 is not authorized to perform: logs:PutLogEvents on resource: arn:aws:logs:us-east-1:111122223333:log-group:/aws/otel/shop:log-stream:${pod.metadata.name} because no identity-based policy allows the logs:PutLogEvents action`,
          61,
        ),
      );
      return world;
    },
  },
  {
    name: 'mount-target-that-lets-no-node-in',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-efs-csi-driver/issues/629',
    layers: ['storage', 'application'],
    roots: [['volume-mount-failed']],
    why: 'The claim is bound, for access points are made by the API of EFS; the security group of the mount target admits the addresses of another VPC, so NFS never answers.',
    build: () => {
      const world = healthy();
      clusterThing(world, 'storage.k8s.io/v1', 'StorageClass', 'efs-sc', {
        provisioner: 'efs.csi.aws.com',
        parameters: { provisioningMode: 'efs-ap', fileSystemId: 'fs-0bb5ed5baabeb0176', directoryPerms: '700' },
        reclaimPolicy: 'Delete',
        volumeBindingMode: 'Immediate',
      });
      const asked = {
        accessModes: ['ReadWriteMany'],
        storageClassName: 'efs-sc',
        volumeMode: 'Filesystem',
      };
      const pvc = thing(
        world,
        'v1',
        'PersistentVolumeClaim',
        'otel-buffer',
        {
          spec: { ...asked, resources: { requests: { storage: '5Gi' } }, volumeName: VOLUME },
          status: { phase: 'Bound', accessModes: ['ReadWriteMany'], capacity: { storage: '5Gi' } },
        },
        { age: 38 },
      );
      clusterThing(
        world,
        'v1',
        'PersistentVolume',
        VOLUME,
        {
          spec: {
            ...asked,
            capacity: { storage: '5Gi' },
            persistentVolumeReclaimPolicy: 'Delete',
            claimRef: {
              kind: 'PersistentVolumeClaim',
              namespace: 'shop',
              name: 'otel-buffer',
              uid: pvc.metadata.uid,
            },
            csi: { driver: 'efs.csi.aws.com', volumeHandle: 'fs-0bb5ed5baabeb0176::fsap-05b03a685b1bbf385' },
          },
          status: { phase: 'Bound' },
        },
        { age: 38 },
      );
      configMap(world, 'otel-buffer', { 'collector.yaml': collectorConfig() }, { age: 38, changed: 38 });
      const container = collectorContainer();
      container.volumeMounts?.push({ name: 'queue', mountPath: '/var/lib/otelcol' });
      const buffer = deployment(world, 'otel-buffer', {
        container,
        configMap: 'otel-buffer',
        more: { volumes: [{ name: 'queue', persistentVolumeClaim: { claimName: 'otel-buffer' } }] },
        age: 37,
        revised: 37,
        revision: 1,
      });
      service(world, 'otel-buffer', { app: 'otel-buffer' }, [{ name: 'grpc', port: 4317, targetPort: 'otlp-grpc' }], {
        age: 38,
      });
      for (const pod of world.podsOf(buffer)) {
        notCreated(
          world,
          pod,
          'FailedMount',
          `MountVolume.SetUp failed for volume "${VOLUME}" : rpc error: code = DeadlineExceeded desc = context deadline exceeded`,
          36,
        );
        world.event(
          pod,
          'Warning',
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[queue], unattached volumes=[config queue kube-api-access]: timed out waiting for the condition',
          { count: 15, from: 35, to: 1.5 },
        );
      }
      neverAvailable(world, buffer, 37);
      return world;
    },
  },
  {
    name: 'the-only-small-node-is-full-and-the-others-are-filtered-out',
    kind: 'single',
    source: 'https://github.com/aws-ia/terraform-aws-eks-blueprints-addons/issues/399',
    layers: ['platform'],
    roots: [['unschedulable-too-many-pods']],
    why: 'The pod of a DaemonSet belongs to one node, and that one has its eleven pods. The other nodes are filtered out because the pod is not theirs, which says nothing about them.',
    build: () => {
      const world = healthy();
      const [small = ''] = NODES;
      const node = world.get<KubeNode & { status: { capacity: object; allocatable: object } }>('Node', small, '');
      for (const size of [node.status.capacity, node.status.allocatable]) Object.assign(size, { pods: '11' });
      Object.assign(node.metadata.labels ?? {}, { 'node.kubernetes.io/instance-type': 't4g.small' });
      const agents = daemonSet(world, 'aws-otel-agent', {
        container: collectorContainer({ image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.45.1' }),
        configMap: 'otel-collector',
        age: 21 * HOUR,
        revised: 21 * HOUR,
      });
      const [pending] = world.podsOf(agents);
      if (!pending) throw new Error('a pod');
      unschedulable(
        world,
        pending,
        '0/3 nodes are available: 1 Too many pods, 2 node is filtered out by the prefilter result. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
        21 * HOUR,
      );
      Object.assign(world.events.at(-1) ?? {}, { count: 258 });
      Object.assign(pending.spec, {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [small] }] }],
            },
          },
        },
      });
      const thumbnails = deployment(world, 'thumbnails', {
        replicas: 11 - podsOn(world, small).length,
        container: {
          name: 'thumbnails',
          image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/thumbnails:1.9.2',
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        },
      });
      for (const pod of world.podsOf(thumbnails)) pod.spec.nodeName = small;
      return world;
    },
  },
];
