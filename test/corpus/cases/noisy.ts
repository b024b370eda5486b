import type { Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { rollOut } from '../faults.ts';
import { appContainer, BACKEND, healthy } from '../healthy.ts';
import { autoscaler, claim, policy, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, NODES, newPod, podOf } from '../workloads.ts';
import type { World } from '../world.ts';
import { exporting, inEachPod } from './otlp.ts';

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
    source: 'https://kubernetes.io/docs/tutorials/kubernetes-basics/update/update-intro/',
    layers: [],
    roots: [],
    why: 'The new pod is still pulling; everything is within its time.',
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
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
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
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy',
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
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy',
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
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/',
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
  {
    name: 'closed-namespace-with-every-way-that-it-needs',
    kind: 'noisy',
    source: 'https://github.com/aws/aws-network-policy-agent/issues/230',
    layers: [],
    roots: [],
    why: 'Denied by default, and DNS, Collector, backend and callers allowed.',
    build: () => {
      const world = healthy();
      policy(world, 'default-deny-all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      policy(world, 'allow-dns', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
              },
            ],
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 53, protocol: 'TCP' },
            ],
          },
        ],
      });
      policy(world, 'app-to-collector', {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }],
            ports: [{ port: 4317, protocol: 'TCP' }],
          },
        ],
      });
      policy(world, 'collector-from-inside', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 'otlp-grpc', protocol: 'TCP' }] }],
      });
      policy(world, 'collector-to-tempo', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': BACKEND } },
                podSelector: { matchLabels: { app: 'tempo' } },
              },
            ],
            ports: [{ port: 4317, protocol: 'TCP' }],
          },
        ],
      });
      policy(world, 'app-from-anywhere', {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
      });
      return world;
    },
  },
  {
    name: 'claim-that-waits-for-its-first-consumer',
    kind: 'noisy',
    source: 'https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode',
    layers: [],
    roots: [],
    why: 'No pod uses the claim yet; with WaitForFirstConsumer it stays Pending until one does.',
    build: () => {
      const world = healthy();
      const pvc = claim(world, 'spare', { phase: 'Pending', age: 3 * DAY });
      world.event(pvc, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', {
        count: 17000,
        from: 3 * DAY,
        to: 0.2,
        component: 'persistentvolume-controller',
      });
      return world;
    },
  },
  {
    name: 'proxy-as-a-native-sidecar',
    kind: 'noisy',
    source: 'https://github.com/argoproj/argo-rollouts/issues/3366',
    layers: [],
    roots: [],
    why: 'An init container with restartPolicy Always is meant to run on.',
    build: () => {
      const world = healthy();
      const cart = deployment(world, 'cart', {
        container: appContainer('cart'),
        more: {
          containers: [],
          initContainers: [
            {
              name: 'istio-proxy',
              image: 'docker.io/istio/proxyv2:1.28.0',
              restartPolicy: 'Always',
              resources: { requests: { cpu: '10m', memory: '40Mi' }, limits: { memory: '1Gi' } },
            },
          ],
        },
      });
      service(world, 'cart', { app: 'cart' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      if (world.podsOf(cart).length !== 2) throw new Error('two pods');
      return world;
    },
  },
  {
    name: 'sandbox-failed-once-while-security-groups-were-attached',
    kind: 'noisy',
    source: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/3494',
    layers: [],
    roots: [],
    why: 'The first try to get an address always fails there; seconds later the pod runs.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      for (const [n, gone] of world.podsOf(checkout).entries()) {
        world.remove(gone);
        if (!set) continue;
        const pod = newPod(world, set, n, 6.7);
        world.event(
          pod,
          'Normal',
          'SecurityGroupRequested',
          'Pod will get the following Security Groups [sg-0aeda9da2b88222e2]',
          { from: 6.7, component: 'vpc-resource-controller' },
        );
        world.event(
          pod,
          'Warning',
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0b8b83755004d7dfbe839f0db315a4775f4f41e683695f6d24d6cb8f5a1902bc": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
          { from: 6.6 },
        );
        world.event(pod, 'Normal', 'Started', 'Started container checkout', { from: 6.4 });
      }
      return world;
    },
  },
  {
    name: 'node-group-grew-for-the-new-pods',
    kind: 'noisy',
    source: 'https://github.com/aerospike/aerospike-kubernetes-operator/issues/80',
    layers: [],
    roots: [],
    why: 'The pods waited three minutes for a new node, twenty minutes ago; then they ran.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      for (const [n, gone] of world.podsOf(checkout).entries()) {
        world.remove(gone);
        if (!set) continue;
        const pod = newPod(world, set, n, 23);
        world.event(
          pod,
          'Warning',
          'FailedScheduling',
          '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
          { count: 2, from: 23, to: 21, component: 'default-scheduler' },
        );
        world.event(pod, 'Normal', 'TriggeredScaleUp', 'pod triggered scale-up: [{eks-apps-3cc7 2->3 (max: 6)}]', {
          from: 22.8,
          component: 'cluster-autoscaler',
        });
        world.event(pod, 'Normal', 'Scheduled', `Successfully assigned shop/${pod.metadata.name} to ${NODES[2]}`, {
          from: 20,
          component: 'default-scheduler',
        });
        for (const condition of pod.status?.conditions ?? []) condition.lastTransitionTime = ago(19.5);
      }
      return world;
    },
  },
  {
    name: 'errors-of-customers-in-the-log-and-one-retried-export',
    kind: 'noisy',
    source: 'https://opentelemetry.io/docs/collector/troubleshooting/',
    layers: [],
    roots: [],
    why: 'Business errors are no faults of the service, and one retry of an export that then succeeded is none either.',
    build: () => {
      const world = healthy();
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time} ERROR checkout::payment: card declined order=8812 reason="insufficient funds"\n${time}  WARN checkout::cart: item 77 is out of stock\n${time}  INFO checkout::http: POST /checkout 402 in 84 ms`,
      );
      const [pod] = world.podsOf(world.get('Deployment', 'otel-collector'));
      if (pod) {
        world.log(
          pod,
          `${exporting('2026-11-20T08:12:44.318Z', 'rpc error: code = Unavailable desc = error reading from server: EOF')}
2026-11-20T08:40:00.001Z\tinfo\thealthcheck/handler.go:132\tHealth Check state change\t{"otelcol.component.id": "health_check", "status": "ready"}
2026-11-20T09:50:00.001Z\tinfo\tservice@v0.161.0/service.go:234\tEverything is ready. Begin running and processing data.`,
        );
      }
      return world;
    },
  },
];
