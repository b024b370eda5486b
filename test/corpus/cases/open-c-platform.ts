import type { KubeNode, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { evicted, unready, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, NODES, newPod, podOf } from '../workloads.ts';
import { newestSet } from './open-d-parts.ts';

const NEW_NODE = 'ip-10-120-9-117.ec2.internal';
const UNINITIALIZED =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Nodes that are too small, too full or not there yet, and a gate that nobody opens. */
export const openCPlatform: CorpusCase[] = [
  {
    name: 'queue-admits-the-pod-and-another-gate-stays',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/kueue/issues/9482',
    layers: ['platform', 'application'],
    roots: [['scheduling-gated']],
    why: 'Kueue has taken away its own gate and says Admitted; the template has a second gate, and nobody is there to remove that one.',
    build: () => {
      const world = healthy();
      const name = 'kueue-sleep';
      const labels = { 'kueue.x-k8s.io/queue-name': 'user-queue-no-exclude-cpu', 'kueue.x-k8s.io/managed': 'true' };
      const template = {
        metadata: { labels: { ...labels, 'batch.kubernetes.io/job-name': name, 'job-name': name } },
        spec: {
          restartPolicy: 'OnFailure',
          schedulingGates: [{ name: 'test' }],
          containers: [
            {
              name: 'sleep',
              image: 'busybox:1.37',
              command: ['sleep'],
              args: ['100s'],
              resources: { requests: { memory: '100Mi' } },
            },
          ],
        },
      };
      const job = thing(
        world,
        'batch/v1',
        'Job',
        name,
        {
          spec: { backoffLimit: 6, completions: 1, parallelism: 1, suspend: false, template },
          status: { active: 1, ready: 0, startTime: ago(52) },
        },
        { age: 52, labels },
      );
      const pod = podOf(world, job, template, { name: `${name}-qw5hb`, age: 52 });
      delete pod.spec.nodeName;
      pod.status = {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'SchedulingGated',
            message: 'Scheduling is blocked due to non-empty scheduling gates',
            lastTransitionTime: ago(52),
          },
        ],
      };
      const admitted = 'Admitted by ClusterQueue cluster-queue, wait time since reservation was 0s';
      world.event(pod, 'Normal', 'Admitted', admitted, { from: 52, component: 'kueue-admission' });
      return world;
    },
  },
  {
    name: 'operator-asks-sixteen-gibibytes-for-each-elasticsearch',
    kind: 'single',
    source: 'https://github.com/openshift/elasticsearch-operator/issues/814',
    layers: ['platform', 'application'],
    roots: [['unschedulable-insufficient-memory']],
    why: 'The default of the operator is 16Gi a node of Elasticsearch, and no machine has that much to give; some lack CPU too.',
    build: () => {
      const world = healthy();
      for (const n of [1, 2, 3]) {
        const name = `elasticsearch-cdm-p1d2k9xq-${n}`;
        const data = deployment(world, name, {
          labels: { 'cluster-name': 'elasticsearch', 'node-name': name },
          replicas: 1,
          revision: 1,
          age: 74,
          revised: 74,
          container: {
            name: 'elasticsearch',
            image: 'registry.redhat.io/openshift-logging/elasticsearch6-rhel8:v5.2.2-21',
            ports: [
              { name: 'cluster', containerPort: 9300, protocol: 'TCP' },
              { name: 'restapi', containerPort: 9200, protocol: 'TCP' },
            ],
            resources: { requests: { cpu: '1', memory: '16Gi' }, limits: { memory: '16Gi' } },
          },
          more: {
            containers: [
              {
                name: 'proxy',
                image: 'registry.redhat.io/openshift-logging/elasticsearch-proxy-rhel8:v5.2.2-21',
                resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
              },
            ],
          },
        });
        for (const pod of world.podsOf(data))
          unschedulable(
            world,
            pod,
            '0/3 nodes are available: 1 Insufficient cpu, 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
            74,
          );
        neverAvailable(world, data, 74);
      }
      service(
        world,
        'elasticsearch',
        { 'cluster-name': 'elasticsearch' },
        [{ name: 'elasticsearch', port: 9200, targetPort: 'restapi' }],
        { age: 74 },
      );
      return world;
    },
  },
  {
    name: 'the-node-that-was-brought-for-the-pods-never-gets-its-network',
    kind: 'trap',
    source:
      'https://github.com/aws/karpenter-provider-aws/issues/1391 https://github.com/aws-samples/eks-workshop/issues/1311',
    layers: ['platform', 'application'],
    roots: [['node-not-ready', 'readiness-probe-failing']],
    why: 'The scheduler speaks of a taint and of CPU. The taint is that of a new node which is not ready for 14 minutes, since the CNI agent on it does not come up; a toleration would be of no use.',
    build: () => {
      const world = healthy();
      const node = structuredClone(world.get<KubeNode>('Node', NODES[0] ?? '', ''));
      node.metadata.name = NEW_NODE;
      node.metadata.uid = 'c7c1d5b2-9f41-4f0e-8a53-0d2f6f3c91aa';
      node.metadata.creationTimestamp = ago(14);
      node.metadata.labels = {
        ...node.metadata.labels,
        'kubernetes.io/hostname': NEW_NODE,
        'karpenter.sh/nodepool': 'default',
      };
      for (const condition of node.status?.conditions ?? []) {
        condition.lastTransitionTime = ago(14);
        if (condition.type === 'Ready')
          Object.assign(condition, { status: 'False', reason: 'KubeletNotReady', message: UNINITIALIZED });
      }
      const taints = [
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: ago(14) },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: ago(14) },
      ];
      node.spec = { ...node.spec, taints };
      world.add(node);
      const agents = world.get<Workload>('DaemonSet', 'aws-node', 'kube-system');
      const agent = podOf(world, agents, agents.spec.template, { name: 'aws-node-sxnbl', node: NEW_NODE, age: 14 });
      unready(agent, 13.4);
      const probe = 'Readiness probe failed: timeout: failed to connect service ":50051" within 5s';
      world.event(agent, 'Warning', 'Unhealthy', probe, { count: 81, from: 13, to: 0.1 });
      const recommendations = deployment(world, 'recommendations', {
        container: appContainer('recommendations', {
          resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { memory: '1Gi' } },
        }),
        replicas: 3,
      });
      for (const pod of world.podsOf(recommendations).slice(1))
        unschedulable(
          world,
          pod,
          '0/4 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.',
          15,
        );
      for (const pod of world.podsOf(recommendations).slice(1)) pod.metadata.creationTimestamp = ago(15);
      return world;
    },
  },
  {
    name: 'images-fill-the-disk-and-none-may-be-deleted',
    kind: 'cascade',
    source: 'https://github.com/llmos-ai/llmos/issues/21 https://github.com/akash-network/support/issues/226',
    layers: ['platform', 'application'],
    roots: [['node-disk-pressure']],
    why: 'All images on the node are in use, the collector of garbage finds nothing to free, and the kubelet evicts pods that use a few kilobytes.',
    build: () => {
      const world = healthy();
      const [full = ''] = NODES;
      const node = world.get<KubeNode>('Node', full, '');
      for (const condition of node.status?.conditions ?? [])
        if (condition.type === 'DiskPressure')
          Object.assign(condition, {
            status: 'True',
            reason: 'KubeletHasDiskPressure',
            message: 'kubelet has disk pressure',
            lastTransitionTime: ago(31),
          });
      const taints = [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule', timeAdded: ago(31) }];
      node.spec = { ...node.spec, taints };
      for (const [minutes, bytes] of [
        [59, 4783028633],
        [54, 4792023449],
        [34, 5780834713],
        [4, 6120418304],
      ] as const) {
        const message = `Failed to garbage collect required amount of images. Attempted to free ${bytes} bytes, but only found 0 bytes eligible to free.`;
        world.event(node, 'Warning', 'FreeDiskSpaceFailed', message, { from: minutes });
        world.event(node, 'Warning', 'ImageGCFailed', message, { from: minutes });
      }
      const changed = `Node ${full} status is now: NodeHasDiskPressure`;
      world.event(node, 'Normal', 'NodeHasDiskPressure', changed, { from: 31 });
      const threshold = 'Attempting to reclaim ephemeral-storage';
      world.event(node, 'Warning', 'EvictionThresholdMet', threshold, { count: 9, from: 31, to: 4 });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const set = newestSet(world, checkout);
      for (const pod of world.podsOf(checkout).filter(({ spec }: Pod) => spec.nodeName === full)) {
        const message =
          'The node was low on resource: ephemeral-storage. Threshold quantity: 31189488855, available: 29362700Ki. Container checkout was using 26060Ki, request is 0, has larger consumption of ephemeral-storage. ';
        evicted(pod, message, 30);
        world.event(pod, 'Warning', 'Evicted', message, { from: 30 });
        newPod(world, set, 4, 30);
      }
      return world;
    },
  },
];
