import type { Pod } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute, zapLine } from '../collector-log.ts';
import { notCreated, unschedulable } from '../faults.ts';
import { collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { configMap, ingress, thing } from '../things.ts';
import { DAY } from '../time.ts';
import { daemonSet, deployment } from '../workloads.ts';
import type { World } from '../world.ts';
import { bound, replica, store } from './field-b-volumes.ts';

/** An agent on each node that asks its kubelet for the figures of the pods. */
function kubeletAgent(world: World) {
  thing(world, 'v1', 'ServiceAccount', 'otel-agent', {}, { age: 5 * DAY });
  const text = collectorConfig()
    .replace(
      'receivers:\n',
      'receivers:\n  kubeletstats:\n    auth_type: serviceAccount\n    collection_interval: 30s\n    endpoint: https://${env:K8S_NODE_NAME}:10250\n    metrics:\n      k8s.container.memory_limit_utilization:\n        enabled: true\n',
    )
    .replace('metrics:\n      receivers: [otlp]', 'metrics:\n      receivers: [otlp, kubeletstats]');
  configMap(world, 'otel-agent', { 'collector.yaml': text }, { changed: 3 * DAY });
  return daemonSet(world, 'otel-agent', {
    configMap: 'otel-agent',
    age: 5 * DAY,
    revised: 3 * DAY,
    container: collectorContainer({
      env: [{ name: 'K8S_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    }),
    more: { containers: [], serviceAccountName: 'otel-agent' },
  });
}

const forbidden = (time: string, { spec }: Pod): string =>
  zapLine(time, 'error', 'kubeletstatsreceiver@v0.161.0/scraper.go:123', 'call to /pods endpoint failed', {
    'otelcol.component.id': 'kubeletstats',
    'otelcol.component.kind': 'receiver',
    'otelcol.signal': 'metrics',
    error: `kubelet request GET https://${spec.nodeName}:10250/pods failed - "403 Forbidden", response: "Forbidden (user=system:serviceaccount:shop:otel-agent, verb=get, resource=nodes, subresource(s)=[pods proxy])"`,
  });

/** Two causes that have nothing to do with each other. */
export const fieldBPairs: CorpusCase[] = [
  {
    name: 'a-claim-that-lost-its-volume-and-an-agent-without-rights',
    kind: 'two-faults',
    // The other half: https://github.com/open-telemetry/opentelemetry-helm-charts/issues/1283
    source: 'https://github.com/kubernetes/kubernetes/issues/60298',
    layers: ['storage', 'configuration', 'otlp'],
    roots: [['pvc-lost'], ['rbac-forbidden']],
    why: 'The volume of one broker was deleted under its claim. Elsewhere an optional metric made the agents ask their kubelet for its pods, which their role does not allow.',
    build: () => {
      const world = healthy();
      const kafka = store(world, { name: 'kafka', image: 'apache/kafka:4.1.0', port: 9092, replicas: 3 });
      bound(world, 'data-kafka-0');
      const { pvc, volume } = bound(world, 'data-kafka-1', { zone: 'b' });
      bound(world, 'data-kafka-2', { zone: 'c' });
      world.remove(volume);
      pvc.status = { phase: 'Lost' };
      world.event(
        pvc,
        'Warning',
        'ClaimLost',
        'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        { from: 75, component: 'persistentvolume-controller' },
      );
      unschedulable(
        world,
        replica(world, kafka, 1, 20),
        `0/3 nodes are available: persistentvolumeclaim "data-kafka-1" bound to non-existent persistentvolume "${volume.metadata.name}". preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
        20,
      );
      saysEveryHalfMinute(world, kubeletAgent(world), forbidden);
      return world;
    },
  },
  {
    name: 'a-broken-file-system-and-a-load-balancer-without-rights',
    kind: 'two-faults',
    // The other half: https://github.com/aws-ia/terraform-aws-eks-blueprints/issues/717
    source: 'https://github.com/datalust/helm.datalust.co/issues/59',
    layers: ['storage', 'network', 'configuration'],
    roots: [['volume-mount-failed'], ['ingress-no-address', 'aws-credentials-failing']],
    why: 'The superblock of one volume cannot be read after its node was stopped hard. Apart from that the load balancer controller may not tag the listener of a new Ingress.',
    build: () => {
      const world = healthy();
      const seq = store(world, { name: 'seq', image: 'datalust/seq:2025.2', port: 5341 });
      const { volume } = bound(world, 'data-seq-0');
      const at = '/var/lib/kubelet/plugins/kubernetes.io/csi/ebs.csi.aws.com/0f9a3b/globalmount';
      const pod = replica(world, seq, 0, 62);
      notCreated(
        world,
        pod,
        'FailedMount',
        `MountVolume.MountDevice failed for volume "${volume.metadata.name}" : rpc error: code = Internal desc = could not format "/dev/nvme1n1" and mount it at "${at}": mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t xfs -o nouuid,defaults /dev/nvme1n1 ${at}\nOutput: mount: ${at}: wrong fs type, bad option, bad superblock on /dev/nvme1n1, missing codepage or helper program, or other error.\n`,
        61,
      );
      world.event(
        pod,
        'Normal',
        'SuccessfulAttachVolume',
        `AttachVolume.Attach succeeded for volume "${volume.metadata.name}"`,
        { from: 62, component: 'attachdetach-controller' },
      );
      deployment(world, 'aws-load-balancer-controller', {
        namespace: 'kube-system',
        container: {
          name: 'controller',
          image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2.14.1',
          ports: [{ name: 'webhook-server', containerPort: 9443, protocol: 'TCP' }],
        },
      });
      const front = ingress(world, 'shop', { backend: 'checkout', port: { name: 'http' }, address: false });
      world.event(
        front,
        'Warning',
        'FailedDeployModel',
        'Failed deploy model due to operation error Elastic Load Balancing v2: CreateListener, https response error StatusCode: 403, RequestID: cea0bfaf-4545-41d4-95a9-ba14c3442ced, api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/aws-load-balancer-controller/1763631122 is not authorized to perform: elasticloadbalancing:AddTags on resource: arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/k8s-shop-shop-1f2e3d/* because no identity-based policy allows the elasticloadbalancing:AddTags action',
        { count: 17, from: 58, to: 4, component: 'ingress' },
      );
      return world;
    },
  },
];
