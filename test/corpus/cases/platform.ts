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
    source: 'https://github.com/kiwix/operations/issues/245',
    layers: ['platform'],
    roots: [['unschedulable-insufficient-cpu']],
    why: 'The only node for services has less CPU left than the pod requests; the other nodes are for other work, as they should be.',
    build: () => {
      const world = healthy();
      const node = world.get<KubeNode>('Node', NODES[0] ?? '', '');
      node.metadata.labels = { ...node.metadata.labels, role: 'services' };
      const jobs = deployment(world, 'ranking', {
        container: appContainer('ranking', {
          resources: { requests: { cpu: '3500m', memory: '2Gi' }, limits: { memory: '2Gi' } },
        }),
        more: { containers: [], nodeSelector: { role: 'services' } },
        replicas: 1,
        revision: 1,
        age: 35,
        revised: 35,
      });
      service(world, 'ranking', { app: 'ranking' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(jobs)) {
        unschedulable(
          world,
          pod,
          "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
          35,
        );
      }
      return world;
    },
  },
  {
    name: 'dedicated-nodes-without-a-toleration',
    kind: 'single',
    source: 'https://github.com/portworx/helm/pull/122',
    layers: ['platform'],
    roots: [['unschedulable-taint']],
    why: 'Every node is tainted; the chart hands its tolerations to some of its workloads and forgets this one.',
    build: () => {
      const world = healthy();
      for (const name of NODES) {
        const node = world.get<KubeNode>('Node', name, '');
        node.spec = { ...node.spec, taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] };
      }
      const autopilot = deployment(world, 'autopilot', {
        container: appContainer('autopilot'),
        replicas: 1,
        revision: 1,
        age: 18,
        revised: 18,
      });
      for (const pod of world.podsOf(autopilot))
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
    source: 'https://github.com/cilium/cilium/issues/42816',
    layers: ['platform'],
    roots: [['unschedulable-too-many-pods']],
    why: 'The instance type allows 17 pods per node, whatever CPU is left; the other two nodes are ruled out by the affinity that the pod asks for.',
    build: () => {
      const world = healthy();
      for (const name of NODES) {
        const node = world.get<KubeNode>('Node', name, '');
        for (const counted of [node.status?.capacity, node.status?.allocatable])
          Object.assign(counted ?? {}, { pods: '17' });
      }
      const besideCheckout = {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: { matchLabels: { app: 'checkout' } }, topologyKey: 'kubernetes.io/hostname' },
            ],
          },
        },
      };
      const cache = deployment(world, 'session-cache', {
        container: appContainer('session-cache'),
        more: { containers: [], ...besideCheckout },
        replicas: 1,
        revision: 1,
        age: 18,
        revised: 18,
      });
      for (const pod of world.podsOf(cache))
        unschedulable(
          world,
          pod,
          "0/3 nodes are available: 1 Too many pods, 2 node(s) didn't match pod affinity rules. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
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
