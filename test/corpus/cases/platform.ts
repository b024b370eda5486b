import type { KubeNode, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { rollOut, unschedulable } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { autoscaler, service } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, NODES } from '../workloads.ts';

/** Faults of nodes, the scheduler and the services of the cluster. */
export const platform: CorpusCase[] = [
  {
    name: 'nodes-have-no-cpu-left',
    kind: 'single',
    source:
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#my-pods-are-pending-with-event-message-failedscheduling',
    layers: ['platform'],
    roots: [['unschedulable-insufficient-cpu']],
    why: 'No node has the CPU that the pods request.',
    build: () => {
      const world = healthy();
      const jobs = deployment(world, 'ranking', {
        container: appContainer('ranking', {
          resources: { requests: { cpu: '3500m', memory: '2Gi' }, limits: { memory: '2Gi' } },
        }),
        revision: 1,
        age: 35,
        revised: 35,
      });
      service(world, 'ranking', { app: 'ranking' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(jobs)) {
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          35,
        );
      }
      return world;
    },
  },
  {
    name: 'dedicated-nodes-without-a-toleration',
    kind: 'single',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/',
    layers: ['platform'],
    roots: [['unschedulable-taint']],
    why: 'Every node is tainted for others, and the pods tolerate nothing.',
    build: () => {
      const world = healthy();
      for (const name of NODES) {
        const node = world.get<KubeNode>('Node', name, '');
        node.spec = { ...node.spec, taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] };
      }
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
      });
      if (pod)
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          18,
        );
      return world;
    },
  },
  {
    name: 'node-selector-of-a-node-group-that-was-renamed',
    kind: 'trap',
    source: 'https://github.com/yugabyte/yugabyte-db/pull/20349',
    layers: ['platform'],
    roots: [['unschedulable-affinity']],
    why: 'The words about preemption are the same for every reason; only the first part counts.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (_, spec) => {
        spec.nodeSelector = { 'eks.amazonaws.com/nodegroup': 'apps-v1' };
      });
      if (pod)
        unschedulable(
          world,
          pod,
          "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
          18,
        );
      return world;
    },
  },
  {
    name: 'small-instances-are-full-of-pods',
    kind: 'single',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html',
    layers: ['platform'],
    roots: [['unschedulable-too-many-pods']],
    why: 'The instance type allows no more pods per node, whatever CPU is left.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
      });
      if (pod)
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 Too many pods. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          18,
        );
      return world;
    },
  },
  {
    name: 'traffic-grew-and-the-autoscaler-is-at-its-maximum',
    kind: 'single',
    source: 'https://github.com/prometheus-operator/kube-prometheus/issues/2869',
    layers: ['configuration'],
    roots: [['hpa-at-max']],
    why: 'The autoscaler wants more replicas than it may have, and says so in its condition.',
    build: () => {
      const world = healthy();
      const since = ago(45);
      autoscaler(world, 'checkout', {
        max: 2,
        min: 1,
        current: 2,
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            reason: 'ReadyForNewScale',
            message: 'recommended size matches current size',
            lastTransitionTime: ago(9000),
          },
          {
            type: 'ScalingActive',
            status: 'True',
            reason: 'ValidMetricFound',
            message:
              'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
            lastTransitionTime: ago(9000),
          },
          {
            type: 'ScalingLimited',
            status: 'True',
            reason: 'TooManyReplicas',
            message: 'the desired replica count is more than the maximum replica count',
            lastTransitionTime: since,
          },
        ],
      });
      return world;
    },
  },
];
