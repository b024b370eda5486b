import type { KubeNode, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { rollOut, unready } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { completedJob } from '../jobs.ts';
import { autoscaler, clusterThing, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, NODES, newPod, podOf } from '../workloads.ts';
import type { World } from '../world.ts';

const SCHEDULER = 'default-scheduler';

/** A rollout that is over, and came well to its end. */
function rolledOut(world: World, each: Workload, minutes: number): Pod[] {
  const pods = rollOut(
    world,
    each,
    (container) => {
      container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
    },
    { minutes, all: true },
  );
  const set = world.setsOf(each).at(-1);
  const progressing = each.status?.conditions?.find(({ type }) => type === 'Progressing');
  Object.assign(progressing ?? {}, {
    status: 'True',
    reason: 'NewReplicaSetAvailable',
    message: `ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
    lastUpdateTime: ago(minutes - 1),
  });
  return pods;
}

/** A node of the autoscaler's, some minutes old, as the others are. */
function grownNode(world: World, name: string, age: number): KubeNode {
  const like = world.get<KubeNode>('Node', NODES[1] ?? '', '');
  const labels = {
    ...like.metadata.labels,
    'kubernetes.io/hostname': name,
    'karpenter.sh/capacity-type': 'spot',
    'karpenter.sh/initialized': 'true',
    'karpenter.sh/nodepool': 'default',
    'karpenter.sh/registered': 'true',
  };
  const status = structuredClone(like.status ?? {});
  for (const condition of status.conditions ?? []) condition.lastTransitionTime = ago(age - 0.6);
  const spec = { providerID: 'aws:///us-east-1b/i-0d4f6a8b2c9e01357' };
  return clusterThing(world, 'v1', 'Node', name, { spec, status }, { age, labels }) as unknown as KubeNode;
}

/** Warnings that those who run clusters have learned to pass over. */
export const fieldANoise: CorpusCase[] = [
  {
    name: 'volumes-not-registered-for-pods-that-are-done',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kubernetes/issues/105204',
    layers: [],
    roots: [],
    why: 'The kubelet looks once more at the volumes of a pod that has just ended; the Job is complete.',
    build: () => {
      const world = healthy();
      for (const [n, age] of [3, 63, 123].entries()) {
        const container = { name: 'backup', image: 'busybox:1.37', command: ['sh', '-c', '/scripts/backup.sh'] };
        const pod = completedJob(world, `backup-2938${4 - n}`, container, { age, lasted: 1.5 });
        if (n > 0) continue;
        world.event(
          pod,
          'Warning',
          'FailedMount',
          'MountVolume.SetUp failed for volume "kube-api-access" : object "shop"/"kube-root-ca.crt" not registered',
          { count: 4, from: 1.4, to: 0.9 },
        );
      }
      return world;
    },
  },
  {
    name: 'karpenter-brings-a-node-and-the-node-complains-of-its-disk',
    kind: 'noisy',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/2385',
    layers: [],
    roots: [],
    why: 'Every new node warns once of a file system of 0 bytes; the pods for which it came have run for six minutes.',
    build: () => {
      const world = healthy();
      const name = 'ip-10-0-2-77.ec2.internal';
      const node = grownNode(world, name, 8);
      world.event(node, 'Normal', 'Starting', 'Starting kubelet.', { from: 8 });
      world.event(node, 'Warning', 'InvalidDiskCapacity', 'invalid capacity 0 on image filesystem', { from: 8 });
      world.event(node, 'Normal', 'NodeReady', `Node ${name} status is now: NodeReady`, { from: 7.4 });
      world.event(node, 'Normal', 'DisruptionBlocked', "Cannot disrupt Node: state node isn't initialized", {
        from: 7.5,
        component: 'karpenter',
      });
      const agent = world.get<Workload>('DaemonSet', 'aws-node', 'kube-system');
      const cni = podOf(world, agent, agent.spec.template, { name: 'aws-node-9v5tw', node: name, age: 7.9 });
      world.event(
        cni,
        'Warning',
        'Unhealthy',
        'Readiness probe failed: {"level":"info","ts":"2026-11-20T09:52:21.108Z","caller":"runtime/proc.go:283","msg":"timeout: failed to connect service \\":50051\\" within 5s"}',
        { count: 2, from: 7.7, to: 7.6 },
      );
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      checkout.spec.replicas = 4;
      set.spec.replicas = 4;
      const counts = { 'deployment.kubernetes.io/desired-replicas': '4', 'deployment.kubernetes.io/max-replicas': '5' };
      set.metadata.annotations = { ...set.metadata.annotations, ...counts };
      for (const n of [2, 3]) {
        const pod = newPod(world, set, n, 9);
        pod.spec.nodeName = name;
        if (pod.status) pod.status.startTime = ago(7);
        for (const condition of pod.status?.conditions ?? []) condition.lastTransitionTime = ago(6.3);
        for (const status of pod.status?.containerStatuses ?? []) status.state = { running: { startedAt: ago(6.6) } };
        const full =
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';
        world.event(pod, 'Warning', 'FailedScheduling', full, { from: 9, component: SCHEDULER });
        const early = `0/4 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`;
        world.event(pod, 'Warning', 'FailedScheduling', early, { from: 7.9, component: SCHEDULER });
        const place = `Pod should schedule on: nodeclaim/default-7vq4z, node/${name}`;
        world.event(pod, 'Normal', 'Nominated', place, { from: 8.9, component: 'karpenter' });
        const assigned = `Successfully assigned shop/${pod.metadata.name} to ${name}`;
        world.event(pod, 'Normal', 'Scheduled', assigned, { from: 7.2, component: SCHEDULER });
      }
      return world;
    },
  },
  {
    name: 'budget-that-also-selects-the-pods-of-a-job',
    kind: 'noisy',
    source: 'https://github.com/bitnami/charts/issues/29884',
    layers: [],
    roots: [],
    why: 'While the hourly Job runs, the budget cannot count; the Job has ended, and the budget allows what it should.',
    build: () => {
      const world = healthy();
      const instance = { 'app.kubernetes.io/instance': 'matomo' };
      deployment(world, 'matomo', { container: appContainer('matomo'), labels: { app: 'matomo', ...instance } });
      service(world, 'matomo', { app: 'matomo' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const archive = { name: 'matomo-archive', image: 'docker.io/bitnami/matomo:5.1.2' };
      completedJob(world, 'matomo-archive-29384235', archive, { age: 45, lasted: 4, labels: instance });
      const sufficient = { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '' };
      const budget = thing(world, 'policy/v1', 'PodDisruptionBudget', 'matomo', {
        spec: { maxUnavailable: 1, selector: { matchLabels: instance } },
        status: {
          observedGeneration: 1,
          disruptionsAllowed: 1,
          currentHealthy: 2,
          desiredHealthy: 1,
          expectedPods: 2,
          conditions: [{ ...sufficient, observedGeneration: 1, lastTransitionTime: ago(41) }],
        },
      });
      world.event(
        budget,
        'Warning',
        'CalculateExpectedPodCountFailed',
        'Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource',
        { count: 13, from: 45, to: 41, component: 'controllermanager' },
      );
      return world;
    },
  },
  {
    name: 'autoscaler-saw-no-metrics-of-pods-that-had-just-started',
    kind: 'noisy',
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/1641',
    layers: [],
    roots: [],
    why: 'A new image eight minutes ago: for the first scrape there was nothing to read, then there was. The autoscaler is active.',
    build: () => {
      const world = healthy();
      rolledOut(world, world.get<Workload>('Deployment', 'checkout'), 8);
      const hpa = autoscaler(world, 'checkout', {});
      const message =
        'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)';
      const said = { count: 4, from: 7.6, to: 6.8, component: 'horizontal-pod-autoscaler' };
      world.event(hpa, 'Warning', 'FailedGetResourceMetric', message, said);
      world.event(
        hpa,
        'Warning',
        'FailedComputeMetricsReplicas',
        `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${message}`,
        said,
      );
      return world;
    },
  },
  {
    name: 'more-name-servers-on-the-nodes-than-a-resolver-reads',
    kind: 'noisy',
    source: 'https://github.com/kubeovn/kube-ovn/issues/497',
    layers: [],
    roots: [],
    why: 'The kubelet says of every pod, all day, that it takes three of the four name servers of the node; the pods run.',
    build: () => {
      const world = healthy();
      const line =
        'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.0.0.2 10.0.0.3 10.0.0.4';
      for (const pod of world.all<Pod>('Pod'))
        world.event(pod, 'Warning', 'DNSConfigForming', line, { count: 1138, from: 23 * HOUR, to: 0.3 });
      return world;
    },
  },
  {
    name: 'old-pod-of-a-rollout-refuses-traffic-while-it-ends',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kubernetes/issues/122824',
    layers: [],
    roots: [],
    why: 'Readiness is asked until the end: the pod drains its connections within its five minutes and says no, as it should.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      checkout.spec.template.spec.terminationGracePeriodSeconds = 300;
      const [before] = world.setsOf(checkout).slice(-1);
      rolledOut(world, checkout, 4);
      if (!before) throw new Error('a ReplicaSet');
      before.spec.template.spec.terminationGracePeriodSeconds = 300;
      const old = newPod(world, before, 1, 9 * DAY);
      old.metadata.deletionTimestamp = ago(-2.2);
      old.metadata.deletionGracePeriodSeconds = 300;
      unready(old, 2.7);
      world.event(old, 'Normal', 'Killing', 'Stopping container checkout', { from: 2.8 });
      const refuses = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
      world.event(old, 'Warning', 'Unhealthy', refuses, { count: 33, from: 2.8, to: 0.1 });
      return world;
    },
  },
];
