import type { Condition, KubeNode, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute } from '../collector-log.ts';
import { crashLoop, notServing, rollOut, unschedulable } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { cordon, podsOn } from '../nodes.ts';
import { remade } from '../remade.ts';
import { service } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, NODES, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';
import { application, unavailable } from './open-d-parts.ts';

const NOT_HELPFUL = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
const WATCHED = ['ContainerRuntimeReady', 'KernelReady', 'NetworkingReady', 'StorageReady'];

/** The node monitoring agent of EKS runs, and finds everything well but this. */
function monitored(world: World, finding: Condition & { on: string }): KubeNode {
  const { on, ...found } = finding;
  for (const name of NODES) {
    const node = world.get<KubeNode>('Node', name, '');
    const all = [...WATCHED, ...(WATCHED.includes(found.type) ? [] : [found.type])];
    for (const type of all) {
      if (name !== on && !WATCHED.includes(type)) continue;
      const well = {
        type,
        status: 'True',
        reason: `${type}`.replace(/Ready$/, 'IsReady'),
        message: `Monitoring for the ${type.replace(/Ready$/, '')} system is active`,
        lastTransitionTime: ago(3 * DAY),
      };
      node.status?.conditions?.push(name === on && type === found.type ? { ...well, ...found } : well);
    }
  }
  return world.get<KubeNode>('Node', on, '');
}

/** Nodes that take no pod, or say that they are not well. */
export const openFNodes: CorpusCase[] = [
  {
    name: 'no-route-to-any-node-since-the-controller-lost-its-instances',
    kind: 'cascade',
    source: 'https://github.com/m-lab/k8s-support/issues/98 https://github.com/kubernetes/kubernetes/issues/73777',
    layers: ['platform', 'application', 'network', 'otlp'],
    roots: [['node-network-unavailable']],
    why: 'The taint is only the mirror of a condition: the route controller finds no instance for the nodes and creates no route. Whoever tolerates the taint gets a pod without a network.',
    build: () => {
      const world = healthy();
      const since = ago(3 * HOUR);
      for (const [n, name] of NODES.entries()) {
        const node = world.get<KubeNode>('Node', name, '');
        node.status?.conditions?.push({
          type: 'NetworkUnavailable',
          status: 'True',
          reason: 'NoRouteCreated',
          message: 'RouteController failed to create a route',
          lastTransitionTime: since,
        });
        const taint = { key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule', timeAdded: since };
        node.spec = { ...node.spec, taints: [taint] };
        world.event(
          node,
          'Warning',
          'FailedToCreateRoute',
          `(combined from similar events): Could not create route ce348ab9-137a-11e9-a702-42010a000004 192.168.${6 + n}.0/26 for node ${name} after 414.1121ms: instance not found`,
          { count: 1073, from: 3 * HOUR, component: 'route_controller' },
        );
      }
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      collector.spec.strategy = { type: 'Recreate' };
      const pods = rollOut(
        world,
        collector,
        (container) => {
          container.image = 'otel/opentelemetry-collector-contrib:0.162.0';
        },
        { minutes: 33, all: true },
      );
      unavailable(collector, 33);
      for (const pod of pods)
        unschedulable(
          world,
          pod,
          `0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/network-unavailable: }. ${NOT_HELPFUL}`,
          33,
        );
      saysEveryHalfMinute(
        world,
        world.get('Deployment', 'checkout'),
        (time) =>
          `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: tonic::transport::Error(Transport, ConnectError(ConnectError(\\"tcp connect error\\", 172.20.98.99:4317, Os { code: 111, kind: ConnectionRefused, message: \\"Connection refused\\" })))"`,
      );
      return world;
    },
  },
  {
    name: 'plan-of-an-upgrade-was-deleted-and-nobody-uncordons',
    kind: 'cascade',
    source:
      'https://github.com/rancher/system-upgrade-controller/issues/71 https://github.com/kubernetes-sigs/kubespray/issues/1344',
    layers: ['platform', 'application', 'network'],
    roots: [['unschedulable-nodes-cordoned']],
    why: 'The failing plan cordoned one node after the other and was deleted before a job succeeded, so the controller never uncordons. What the drain evicted finds no node; what it had not reached still runs.',
    build: () => {
      const world = healthy();
      for (const [n, name] of NODES.entries()) {
        cordon(world, name, 58 - 4 * n);
        world.event(
          world.get('Node', name, ''),
          'Normal',
          'NodeNotSchedulable',
          `Node ${name} status is now: NodeNotSchedulable`,
          { from: 58 - 4 * n },
        );
      }
      const redis = statefulSet(world, 'cart-redis', {
        container: {
          name: 'redis',
          image: 'redis:7.4',
          ports: [{ name: 'redis', containerPort: 6379, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        },
      });
      service(world, 'cart-redis', { app: 'cart-redis' }, [{ name: 'redis', port: 6379, targetPort: 'redis' }]);
      for (const pod of world.podsOf(redis)) {
        remade(pod, 47);
        unschedulable(world, pod, `0/3 nodes are available: 3 node(s) were unschedulable. ${NOT_HELPFUL}`, 47);
        Object.assign(world.events.at(-1) ?? {}, { count: 10, lastTimestamp: ago(1.6) });
      }
      const cart = application(world, 'cart', { REDIS_ADDR: 'cart-redis:6379' });
      for (const pod of world.podsOf(cart)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 500', 46);
        world.log(
          pod,
          '2026-11-20T09:58:40.112Z ERROR cart::store: redis: dial tcp cart-redis:6379: Connection refused (os error 111)\n2026-11-20T09:59:40.119Z ERROR cart::store: redis: dial tcp cart-redis:6379: Connection refused (os error 111)',
        );
      }
      return world;
    },
  },
  {
    name: 'gpu-has-fallen-off-the-bus',
    kind: 'single',
    source:
      'https://github.com/aws/eks-node-monitoring-agent/pull/94 https://github.com/aws/eks-node-monitoring-agent/issues/272',
    layers: ['platform', 'application'],
    roots: [['node-health-custom']],
    why: 'The device is gone from the node, which is Ready for Kubernetes. The model server ends over it again and again and would end on no other node.',
    build: () => {
      const world = healthy();
      const [, , gpu = ''] = NODES;
      const node = monitored(world, {
        on: gpu,
        type: 'AcceleratedHardwareReady',
        status: 'False',
        reason: 'NvidiaXID79Error',
        message: 'NVIDIA driver reported XID 79: GPU has fallen off the bus',
        lastTransitionTime: ago(41),
      });
      Object.assign(node.metadata.labels ?? {}, { 'node.kubernetes.io/instance-type': 'g5g.xlarge' });
      Object.assign(node.status?.capacity ?? {}, { 'nvidia.com/gpu': '1' });
      Object.assign(node.status?.allocatable ?? {}, { 'nvidia.com/gpu': '0' });
      world.event(node, 'Warning', 'NvidiaXID79Error', 'NVIDIA driver reported XID 79: GPU has fallen off the bus', {
        from: 41,
        component: 'eks-node-monitoring-agent',
      });
      const embedder = deployment(world, 'embedder', {
        replicas: 1,
        container: appContainer('embedder', {
          resources: {
            requests: { cpu: '1', memory: '4Gi', 'nvidia.com/gpu': '1' },
            limits: { memory: '8Gi', 'nvidia.com/gpu': '1' },
          },
        }),
        more: { nodeSelector: { 'node.kubernetes.io/instance-type': 'g5g.xlarge' } },
      });
      service(world, 'embedder', { app: 'embedder' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      unavailable(embedder, 40);
      for (const pod of world.podsOf(embedder)) {
        pod.spec.nodeName = gpu;
        crashLoop(world, pod, {
          exitCode: 1,
          restarts: 11,
          minutes: 40,
          log: `INFO:     Started server process [1]
INFO:     Waiting for application startup.
ERROR:    Traceback (most recent call last):
  File "/app/embedder/model.py", line 44, in load
    self.model.to("cuda")
  File "/usr/local/lib/python3.12/site-packages/torch/cuda/__init__.py", line 372, in _lazy_init
    torch._C._cuda_init()
RuntimeError: No CUDA GPUs are available

ERROR:    Application startup failed. Exiting.`,
        });
      }
      return world;
    },
  },
  {
    name: 'one-line-of-the-first-second-keeps-a-node-unhealthy-for-days',
    kind: 'noisy',
    source:
      'https://github.com/aws/eks-node-monitoring-agent/issues/215 https://github.com/aws/eks-node-monitoring-agent/pull/216',
    layers: [],
    roots: [],
    why: 'The agent saw one timeout while the node booted and has no pattern for its end: three days later pods get addresses, all probes pass, and the condition still stands.',
    build: () => {
      const world = healthy();
      const [, second = ''] = NODES;
      const node = monitored(world, {
        on: second,
        type: 'NetworkingReady',
        status: 'False',
        reason: 'IPAMDNotReady',
        message:
          'IPAM-D has failed to connect to API Server which could be an issue with IPTable rules or any other network configuration.',
        lastTransitionTime: ago(3 * DAY),
      });
      node.metadata.creationTimestamp = ago(3 * DAY + 1);
      for (const condition of node.status?.conditions ?? [])
        if (!condition.type.endsWith('Ready') || condition.type === 'Ready')
          condition.lastTransitionTime = ago(3 * DAY + 0.5);
      for (const pod of podsOn(world, second)) remade(pod, 3 * DAY - 5);
      deployment(world, 'shipping', { container: appContainer('shipping'), age: DAY, revised: DAY });
      service(world, 'shipping', { app: 'shipping' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      return world;
    },
  },
];
