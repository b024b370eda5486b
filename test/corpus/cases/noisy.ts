import type { Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { rollOut } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { autoscaler, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { newPod, podOf } from '../workloads.ts';
import type { World } from '../world.ts';

const job = (world: World, name: string, status: object, age: number) =>
  thing(
    world,
    'batch/v1',
    'Job',
    name,
    {
      spec: {
        backoffLimit: 6,
        completions: 1,
        parallelism: 1,
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'registry.example.com/report:3' }] },
        },
      },
      status,
    },
    { age, labels: { 'job-name': name } },
  );

const ended = (pod: Pod, exitCode: number, minutes: number) => {
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  const [status] = pod.status?.containerStatuses ?? [];
  Object.assign(status ?? {}, {
    ready: false,
    started: false,
    state: {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: ago(minutes + 3),
        finishedAt: ago(minutes),
      },
    },
  });
  if (!pod.status) return;
  pod.status.phase = phase;
  for (const condition of pod.status.conditions ?? []) {
    if (condition.type === 'Ready' || condition.type === 'ContainersReady')
      Object.assign(condition, {
        status: 'False',
        reason: exitCode === 0 ? 'PodCompleted' : 'PodFailed',
        lastTransitionTime: ago(minutes),
      });
  }
};

/** Healthy; whoever raises anything here will not be believed the next time. */
export const noisy: CorpusCase[] = [
  {
    name: 'rolling-update-of-half-a-minute-ago',
    kind: 'noisy',
    source: 'https://github.com/openshift/cluster-version-operator/pull/430',
    layers: [],
    roots: [],
    why: 'Available and Progressing are both True: the new pod is still pulling, and everything is within its time.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
        },
        { minutes: 0.4 },
      );
      if (!pod?.status) throw new Error('a pod');
      pod.status.phase = 'Pending';
      for (const status of pod.status.containerStatuses ?? [])
        Object.assign(status, {
          ready: false,
          started: false,
          imageID: '',
          state: { waiting: { reason: 'ContainerCreating' } },
        });
      for (const condition of pod.status.conditions ?? []) {
        if (condition.type === 'Ready' || condition.type === 'ContainersReady')
          Object.assign(condition, {
            status: 'False',
            reason: 'ContainersNotReady',
            message: 'containers with unready status: [checkout]',
          });
      }
      world.event(
        pod,
        'Normal',
        'Scheduled',
        `Successfully assigned shop/${pod.metadata.name} to ${pod.spec.nodeName}`,
        { from: 0.4, component: 'default-scheduler' },
      );
      world.event(pod, 'Normal', 'Pulling', `Pulling image "${pod.spec.containers[0]?.image}"`, { from: 0.3 });
      return world;
    },
  },
  {
    name: 'probes-failed-while-the-pods-started',
    kind: 'noisy',
    source: 'https://github.com/knative/serving/issues/1773',
    layers: [],
    roots: [],
    why: 'Each pod failed its readiness probe a few times before it was ready, eight minutes ago.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      for (const [n, gone] of world.podsOf(checkout).entries()) {
        world.remove(gone);
        if (!set) continue;
        const pod = newPod(world, set, n, 9);
        world.event(pod, 'Normal', 'Pulled', 'Container image already present on machine', { from: 9 });
        world.event(pod, 'Normal', 'Started', 'Container started', { from: 9 });
        world.event(
          pod,
          'Warning',
          'Unhealthy',
          `Readiness probe failed: Get "http://${pod.status?.podIP}:8080/ready": dial tcp ${pod.status?.podIP}:8080: connect: connection refused`,
          { count: 4, from: 8.9, to: 8.6 },
        );
        for (const condition of pod.status?.conditions ?? [])
          if (/Ready$/.test(condition.type)) condition.lastTransitionTime = ago(8.5);
      }
      return world;
    },
  },
  {
    name: 'autoscaler-scaled-down-to-its-minimum',
    kind: 'noisy',
    source: 'https://github.com/prometheus-operator/kube-prometheus/issues/2869',
    layers: [],
    roots: [],
    why: 'ScalingLimited is True because there is too little to do: TooFewReplicas.',
    build: () => {
      const world = healthy();
      const at = ago(6 * HOUR);
      autoscaler(world, 'checkout', {
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            reason: 'ReadyForNewScale',
            message: 'recommended size matches current size',
            lastTransitionTime: at,
          },
          {
            type: 'ScalingActive',
            status: 'True',
            reason: 'ValidMetricFound',
            message:
              'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
            lastTransitionTime: at,
          },
          {
            type: 'ScalingLimited',
            status: 'True',
            reason: 'TooFewReplicas',
            message: 'the desired replica count is less than the minimum replica count',
            lastTransitionTime: at,
          },
        ],
      });
      return world;
    },
  },
  {
    name: 'nightly-jobs-one-after-a-second-try',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kube-state-metrics/issues/2642',
    layers: [],
    roots: [],
    why: 'Completed Jobs leave their pods; one of them failed once and then succeeded.',
    build: () => {
      const world = healthy();
      for (const [n, age] of [8, 32].entries()) {
        const name = `report-2938${n}`;
        const done = [
          { type: 'SuccessCriteriaMet', status: 'True' },
          { type: 'Complete', status: 'True', lastTransitionTime: ago(age * HOUR - 5) },
        ];
        const made = job(
          world,
          name,
          {
            succeeded: 1,
            ready: 0,
            ...(n === 0 ? { failed: 1 } : {}),
            conditions: done,
            startTime: ago(age * HOUR),
            completionTime: ago(age * HOUR - 5),
          },
          age * HOUR,
        );
        const template = {
          metadata: { labels: { 'job-name': name } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'registry.example.com/report:3' }] },
        };
        if (n === 0) ended(podOf(world, made, template, { name: `${name}-b2x4v`, age: age * HOUR }), 1, age * HOUR - 2);
        ended(podOf(world, made, template, { name: `${name}-q8z7k`, age: age * HOUR - 3 }), 0, age * HOUR - 5);
      }
      return world;
    },
  },
  {
    name: 'out-of-memory-two-weeks-ago',
    kind: 'noisy',
    source: 'https://github.com/newrelic/opentelemetry-demo/pull/195',
    layers: [],
    roots: [],
    why: 'The restart count and the last state stay for the life of a pod; it has run for twelve days since.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        pod.metadata.creationTimestamp = ago(16 * DAY);
        if (pod.status) pod.status.startTime = ago(16 * DAY);
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          restartCount: 6,
          lastState: {
            terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: ago(13 * DAY), finishedAt: ago(12 * DAY) },
          },
          state: { running: { startedAt: ago(12 * DAY) } },
        });
      }
      return world;
    },
  },
  {
    name: 'spot-node-left-and-its-pods-were-replaced',
    kind: 'noisy',
    source: 'https://github.com/kubernetes-sigs/prow/pull/117',
    layers: [],
    roots: [],
    why: 'The records of the pods that went with the node are still there; their successors are ready for half an hour.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      const [first] = world.podsOf(checkout);
      if (!set || !first?.status) throw new Error('a pod');
      first.spec.nodeName = 'ip-10-0-1-99.ec2.internal';
      const message = 'Pod was terminated in response to imminent node shutdown.';
      first.status = {
        phase: 'Failed',
        reason: 'Terminated',
        message,
        startTime: ago(3 * DAY),
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'TerminationByKubelet',
            message,
            lastTransitionTime: ago(34),
          },
          { type: 'Ready', status: 'False', reason: 'PodFailed', lastTransitionTime: ago(33) },
        ],
        containerStatuses: [
          {
            name: 'checkout',
            ready: false,
            started: false,
            restartCount: 0,
            state: { terminated: { exitCode: 143, reason: 'Error', finishedAt: ago(33) } },
          },
        ],
      };
      world.event(first, 'Warning', 'NodeNotReady', 'Node is not ready', { from: 34, component: 'node-controller' });
      newPod(world, set, 1, 32);
      return world;
    },
  },
];
