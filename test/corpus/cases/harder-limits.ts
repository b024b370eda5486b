import type { KubeNode, KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { evicted, imagePull, nodeLost, noPods, rollOut, unschedulable } from '../faults.ts';
import { appContainer, collectorContainer, healthy } from '../healthy.ts';
import { autoscaler, ingress, policy, secret, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { daemonSet, deployment, NODES, newPod } from '../workloads.ts';
import { inEachPod } from './otlp.ts';

const exportError = (time: string, error: string) =>
  `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${error}"`;

/** Limits, ports, nodes, and faults that come together. */
export const harderLimits: CorpusCase[] = [
  {
    name: 'limit-range-smaller-than-the-new-limit',
    kind: 'cascade',
    source: 'https://github.com/harn3ss/open-infra/issues/9',
    layers: ['configuration', 'application', 'network'],
    roots: [['limitrange-violation']],
    why: 'The namespace allows 4Gi for a container, the template now wants 8Gi: the ReplicaSet tries for ever, and no pod can be made.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'LimitRange', 'mem-min-max', {
        spec: { limits: [{ type: 'Container', max: { memory: '4Gi' }, min: { memory: '50Mi' } }] },
      });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      for (const each of [checkout, ...world.setsOf(checkout).slice(-1)])
        Object.assign(each.spec.template.spec.containers[0] ?? {}, {
          resources: { requests: { memory: '4Gi' }, limits: { memory: '8Gi' } },
        });
      noPods(
        world,
        checkout,
        'pods "checkout-6d5f7c9b84-xk2pq" is forbidden: maximum memory usage per Container is 4Gi, but limit is 8Gi',
      );
      return world;
    },
  },
  {
    name: 'autoscaler-of-pods-without-a-cpu-request',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/87935',
    layers: ['configuration'],
    roots: [['hpa-metrics-unavailable', 'resources-unset']],
    why: 'Utilisation is computed from requests, and one container has none.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      for (const spec of [
        checkout.spec.template.spec,
        ...world.setsOf(checkout).map((set) => set.spec.template.spec),
        ...world.podsOf(checkout).map((pod) => pod.spec),
      ]) {
        Object.assign(spec.containers[0] ?? {}, {
          resources: { limits: { memory: '512Mi' }, requests: { memory: '256Mi' } },
        });
      }
      const message =
        'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container checkout of Pod checkout-7f66b8f7f5-sp47w';
      const hpa = autoscaler(world, 'checkout', {
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            reason: 'SucceededGetScale',
            message: "the HPA controller was able to get the target's current scale",
            lastTransitionTime: ago(9000),
          },
          {
            type: 'ScalingActive',
            status: 'False',
            reason: 'FailedGetResourceMetric',
            message,
            lastTransitionTime: ago(3 * DAY),
          },
        ],
      });
      world.event(hpa, 'Warning', 'FailedGetResourceMetric', message, {
        count: 17584,
        from: 3 * DAY,
        component: 'horizontal-pod-autoscaler',
      });
      return world;
    },
  },
  {
    name: 'two-agents-want-the-same-port-of-the-node',
    kind: 'trap',
    source: 'https://github.com/open-telemetry/opentelemetry-helm-charts/issues/114',
    layers: ['network', 'platform'],
    roots: [['host-port-conflict']],
    why: 'The scheduler counts the nodes with busy ports beside others: the port is what is missing, not nodes.',
    build: () => {
      const world = healthy();
      const agents = daemonSet(world, 'otel-agent', {
        configMap: 'otel-collector',
        container: collectorContainer({
          ports: [{ name: 'otlp-grpc', containerPort: 4317, hostPort: 4317, protocol: 'TCP' }],
        }),
        age: 45,
        revised: 45,
      });
      for (const pod of world.podsOf(agents))
        unschedulable(
          world,
          pod,
          "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
          45,
        );
      return world;
    },
  },
  {
    name: 'memory-of-a-node-runs-out-and-everything-moves',
    kind: 'cascade',
    source: 'https://github.com/k0sproject/k0s/issues/3830',
    layers: ['platform', 'application'],
    roots: [['node-memory-pressure', 'pod-evicted']],
    why: 'A node is under memory pressure: the kubelet evicts pods above their requests, again and again.',
    build: () => {
      const world = healthy();
      const node = world.get<KubeNode>('Node', NODES[0] ?? '', '');
      for (const condition of node.status?.conditions ?? []) {
        if (condition.type === 'MemoryPressure')
          Object.assign(condition, {
            status: 'True',
            reason: 'KubeletHasInsufficientMemory',
            message: 'kubelet has insufficient memory available',
            lastTransitionTime: ago(15),
          });
      }
      node.spec = { ...node.spec, taints: [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }] };
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      const [first] = world.podsOf(checkout);
      if (!set || !first) throw new Error('a pod');
      const message =
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 76700Ki. Container checkout was using 481204Ki, request is 256Mi, has larger consumption of memory. ';
      evicted(first, message, 14);
      world.event(first, 'Warning', 'Evicted', message, { from: 14 });
      unschedulable(
        world,
        newPod(world, set, 5, 14),
        '0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }, 2 Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
        14,
      );
      return world;
    },
  },
  {
    name: 'a-node-that-died-and-an-image-that-was-never-pushed',
    kind: 'two-faults',
    source: 'https://github.com/awslabs/amazon-eks-ami/issues/79 https://github.com/k8sgpt-ai/k8sgpt/issues/1601',
    layers: ['platform', 'application'],
    roots: [['node-not-ready'], ['image-not-found']],
    why: 'While a node is lost, an unrelated rollout names a tag that does not exist.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
      });
      if (pod) {
        pod.spec.nodeName = NODES[1] ?? '';
        imagePull(
          world,
          pod,
          'rpc error: code = NotFound desc = failed to pull and unpack image "111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0": failed to resolve reference "111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0": 111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0: not found',
          18,
        );
      }
      nodeLost(world, NODES[0] ?? '', 4);
      return world;
    },
  },
  {
    name: 'a-closed-dns-and-a-full-quota',
    kind: 'two-faults',
    source: 'https://github.com/kubernetes/website/issues/54997 https://github.com/kubernetes/kubernetes/issues/89209',
    layers: ['network', 'configuration', 'application'],
    roots: [['netpol-egress-denies-dns', 'netpol-egress-denies-collector'], ['quota-exceeded']],
    why: 'A policy keeps the application from DNS and everything else; besides, the quota has no room for another team.',
    build: () => {
      const world = healthy();
      policy(world, 'checkout-egress', {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }],
      });
      inEachPod(world, 'checkout', (time) =>
        exportError(time, 'dns error: failed to lookup address information: Temporary failure in name resolution'),
      );
      thing(world, 'v1', 'ResourceQuota', 'pods', {
        spec: { hard: { pods: '4' } },
        status: { hard: { pods: '4' }, used: { pods: '4' } },
      });
      const batch = deployment(world, 'batch', {
        container: appContainer('batch', { env: [] }),
        revision: 1,
        age: 40,
        revised: 40,
      });
      noPods(
        world,
        batch,
        'pods "batch-6f8d9c7b5d-2xk9p" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=4, limited: pods=4',
      );
      return world;
    },
  },
  {
    name: 'graceful-drain-under-a-budget',
    kind: 'noisy',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
    layers: [],
    roots: [],
    why: 'A node is cordoned and drained: one pod ends within its grace period, its successor is ready, the budget holds.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      const [first] = world.podsOf(checkout);
      if (!set || !first) throw new Error('a pod');
      const node = world.get<KubeObject & { spec: object }>('Node', NODES[0] ?? '', '');
      node.spec = {
        ...node.spec,
        unschedulable: true,
        taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: ago(3) }],
      };
      first.metadata.deletionTimestamp = ago(-0.3);
      first.metadata.deletionGracePeriodSeconds = 30;
      first.status?.conditions?.push({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
        lastTransitionTime: ago(0.2),
      });
      world.event(first, 'Normal', 'Killing', 'Stopping container checkout', { from: 0.2 });
      newPod(world, set, 2, 1.5);
      thing(world, 'policy/v1', 'PodDisruptionBudget', 'checkout', {
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'checkout' } } },
        status: {
          disruptionsAllowed: 1,
          currentHealthy: 2,
          desiredHealthy: 1,
          expectedPods: 2,
          conditions: [
            { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', lastTransitionTime: ago(9000) },
          ],
        },
      });
      return world;
    },
  },
  {
    name: 'ingress-certificate-secret-was-not-issued',
    kind: 'single',
    source: 'https://github.com/cert-manager/cert-manager/issues/3819',
    layers: ['network', 'configuration'],
    roots: [['ingress-tls-secret-missing', 'secret-missing']],
    why: 'The Ingress names a TLS Secret that cert-manager has not issued; there is only the temporary one with the private key.',
    build: () => {
      const world = healthy();
      const made = ingress(world, 'checkout', { backend: 'checkout', port: { name: 'http' } }) as unknown as {
        metadata: { annotations?: Record<string, string> };
        spec: { tls?: object[] };
      };
      made.metadata.annotations = { 'cert-manager.io/cluster-issuer': 'letsencrypt' };
      secret(world, 'shop-example-com-tls-m8kmz', ['tls.key'], { age: 30 });
      made.spec.tls = [{ hosts: ['shop.example.com'], secretName: 'shop-example-com-tls' }];
      service(world, 'other', { app: 'checkout' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      return world;
    },
  },
];
