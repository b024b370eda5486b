import type { KubeNode, KubeObject, Pod, PodSpec, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute, willRetry } from '../collector-log.ts';
import { everywhere } from '../environment.ts';
import { imagePull } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { remade } from '../remade.ts';
import { clusterThing, policy, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { NODES, newPod } from '../workloads.ts';
import type { Whole, World } from '../world.ts';
import { application, newestSet, says, unavailable } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

const LEFT = 'ip-10-0-3-13.ec2.internal';
const CAME = 'ip-10-0-3-87.ec2.internal';

/** The spot instance under the third node was taken back so many minutes ago; Karpenter has brought another one. */
function spotReplaced(world: World, minutes: number): void {
  const gone = world.get<KubeObject & { spec: object; status: object }>('Node', LEFT, '');
  const labels = { ...gone.metadata.labels, 'karpenter.sh/capacity-type': 'spot', 'karpenter.sh/nodepool': 'default' };
  const spot = 'Spot interruption warning was triggered';
  world.event(gone, 'Warning', 'SpotInterrupted', spot, { from: minutes, component: 'karpenter' });
  world.event(gone, 'Warning', 'TerminatingOnInterruption', 'Interruption triggered termination for the Node', {
    from: minutes,
    component: 'karpenter',
  });
  world.event(gone, 'Normal', 'NodeNotReady', `Node ${LEFT} status is now: NodeNotReady`, {
    from: minutes - 3,
    component: 'node-controller',
  });
  world.remove(gone);
  const came = clusterThing(
    world,
    'v1',
    'Node',
    CAME,
    { spec: { providerID: 'aws:///us-east-1c/i-0cfeed0123456789a' }, status: structuredClone(gone.status) },
    { age: minutes - 1, labels: { ...labels, 'kubernetes.io/hostname': CAME } },
  ) as Whole & { status: { conditions: { type: string; lastTransitionTime: string }[] } };
  for (const condition of came.status.conditions) condition.lastTransitionTime = ago(minutes - 2);
  for (const pod of world.podsOf(world.get('DaemonSet', 'aws-node', 'kube-system')))
    if (pod.spec.nodeName === LEFT) remade(pod, minutes - 1).spec.nodeName = CAME;
}

/** For the pod that was on the node that left, its ReplicaSet has made another one, on the node that came. */
function successorOn(world: World, each: Workload, minutes: number): Pod {
  const made = newPod(world, newestSet(world, each), 8, minutes - 0.2);
  made.spec.nodeName = CAME;
  world.event(
    made,
    'Warning',
    'FailedScheduling',
    '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    { from: minutes - 0.2, component: 'default-scheduler' },
  );
  return made;
}

/** What the webhook of IRSA adds to a pod whose account names a role; templates do not have it. */
function injectRole({ containers, volumes }: PodSpec): void {
  const audience = { audience: 'sts.amazonaws.com', expirationSeconds: 86_400, path: 'token' };
  const sources: object[] = [{ serviceAccountToken: audience }];
  volumes?.push({ name: 'aws-iam-token', projected: { sources } });
  const mountPath = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
  for (const container of containers) {
    container.volumeMounts?.push({ name: 'aws-iam-token', mountPath, readOnly: true });
    container.env = [
      { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
      { name: 'AWS_DEFAULT_REGION', value: 'eu-west-2' },
      { name: 'AWS_REGION', value: 'eu-west-2' },
      { name: 'AWS_ROLE_ARN', value: 'arn:aws:iam::111122223333:role/shop-otel' },
      { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${mountPath}/token` },
    ];
  }
}

/** Something points the wrong way, or nothing is wrong at all. */
export const openDMisleading: CorpusCase[] = [
  {
    name: 'credentials-that-fail-because-a-policy-has-old-addresses-of-sts',
    kind: 'trap',
    source: 'https://github.com/ministryofjustice/cloud-platform-environments/pull/44439',
    layers: ['network', 'otlp'],
    roots: [['netpol-egress-denies-backend', 'external-endpoint-unreachable']],
    why: 'The exporter speaks of credentials, but role, trust and account are right: STS has addresses that the egress policy does not list, and the request for the token times out.',
    build: () => {
      const world = healthy();
      const account = thing(world, 'v1', 'ServiceAccount', 'otel-collector');
      account.metadata.annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/shop-otel' };
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      everywhere(world, collector, (spec) => {
        spec.serviceAccountName = 'otel-collector';
      });
      for (const { spec } of world.podsOf(collector)) injectRole(spec);
      writeCollector(world, exportingTo('metrics', 'awsemf', 'region: eu-west-2\nnamespace: Shop'), 10 * DAY);
      const https = [{ protocol: 'TCP', port: 443 }];
      policy(
        world,
        'otel-collector-egress',
        {
          podSelector: { matchLabels: { app: 'otel-collector' } },
          policyTypes: ['Egress'],
          egress: [
            {
              to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
              ports: [
                { protocol: 'UDP', port: 53 },
                { protocol: 'TCP', port: 53 },
              ],
            },
            {
              to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } }],
              ports: [{ protocol: 'TCP', port: 4317 }],
            },
            { to: [{ ipBlock: { cidr: '52.94.0.0/16' } }, { ipBlock: { cidr: '3.253.224.0/22' } }], ports: https },
          ],
        },
        { age: 95 },
      );
      saysEveryHalfMinute(world, collector, (time) =>
        willRetry(
          time,
          'awsemf',
          'metrics',
          'operation error CloudWatch Logs: PutLogEvents, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://sts.eu-west-2.amazonaws.com/": dial tcp 13.43.48.77:443: i/o timeout',
        ),
      );
      return world;
    },
  },
  {
    name: 'node-after-a-spot-interruption-may-not-pull-from-the-registry',
    kind: 'trap',
    source: 'https://github.com/aws-quickstart/quickstart-amazon-eks/issues/490',
    layers: ['application', 'platform'],
    roots: [['image-pull-unauthorized']],
    why: 'The interruption is over and the node that came is Ready, with all that its machine image brings along. Its role lacks the read-only policy of ECR: the same image runs on the other nodes.',
    build: () => {
      const world = healthy();
      const orders = application(world, 'orders', { RUST_LOG: 'info' }, { replicas: 3 });
      const [, , third] = world.podsOf(orders);
      if (!third) throw new Error('three pods');
      spotReplaced(world, 41);
      const evicted = 'Evicted pod: Interruption triggered termination for the Node';
      world.event(third, 'Normal', 'Evicted', evicted, { from: 40, component: 'karpenter' });
      world.remove(third);
      const made = successorOn(world, orders, 40);
      unavailable(orders, 40);
      const image = made.spec.containers[0]?.image ?? '';
      imagePull(
        world,
        made,
        `failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status from HEAD request to https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/orders/manifests/2.7.0: 403 Forbidden`,
        38,
      );
      return world;
    },
  },
  {
    name: 'spot-interruption-and-consolidation-of-the-last-hour',
    kind: 'noisy',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/8160',
    layers: [],
    roots: [],
    why: 'A spot instance was taken back and its pods run elsewhere; of one that was killed at once only events are left. Now a second node is being consolidated, and the pod on it ends while its successor is ready.',
    build: () => {
      const world = healthy();
      const orders = application(world, 'orders', { RUST_LOG: 'info' }, { replicas: 3 });
      const [first, , third] = world.podsOf(orders);
      if (!first || !third) throw new Error('three pods');
      spotReplaced(world, 41);
      successorOn(world, orders, 39);
      world.event(third, 'Normal', 'Killing', 'Stopping container orders', { from: 40 });
      world.event(third, 'Warning', 'NodeNotReady', 'Node is not ready', { from: 38, component: 'node-controller' });
      world.remove(third);
      const node = world.get<KubeObject & { spec: { taints?: object[] } }>('Node', NODES[0] ?? '', '');
      node.spec.taints = [{ key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }];
      world.event(node, 'Normal', 'DisruptionTerminating', 'Disrupting Node: Underutilized', {
        from: 1,
        component: 'karpenter',
      });
      const successor = remade(newPod(world, newestSet(world, orders), 9, 1), 1);
      successor.spec.nodeName = NODES[1] ?? '';
      const late =
        'Readiness probe failed: Get "http://10.0.2.40:8080/ready": dial tcp 10.0.2.40:8080: connect: connection refused';
      world.event(successor, 'Warning', 'Unhealthy', late, { count: 2, from: 0.9, to: 0.8 });
      first.metadata.deletionTimestamp = ago(-0.2);
      first.metadata.deletionGracePeriodSeconds = 30;
      first.status?.conditions?.push({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
        lastTransitionTime: ago(0.3),
      });
      world.event(first, 'Normal', 'Killing', 'Stopping container orders', { from: 0.3 });
      return world;
    },
  },
  {
    name: 'cni-that-restarts-once-on-every-new-node',
    kind: 'noisy',
    source: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/1930',
    layers: [],
    roots: [],
    why: 'All nodes were replaced this morning. On each the CNI started before kube-proxy had written its rules, ended once and has run since; sandboxes failed for a minute, exporters tried again.',
    build: () => {
      const world = healthy();
      const since = 48;
      for (const node of world.all<KubeNode>('Node')) {
        node.metadata.creationTimestamp = ago(since + 2);
        for (const condition of node.status?.conditions ?? []) condition.lastTransitionTime = ago(since);
      }
      for (const pod of world.all<Pod>('Pod')) remade(pod, since - 2);
      for (const pod of world.podsOf(world.get('DaemonSet', 'aws-node', 'kube-system'))) {
        remade(pod, since + 1);
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          restartCount: 1,
          lastState: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: ago(since + 1), finishedAt: ago(since) },
          },
          state: { running: { startedAt: ago(since) } },
        });
        world.event(
          pod,
          'Warning',
          'Unhealthy',
          'Readiness probe failed: {"level":"info","ts":"2026-11-20T09:11:33.063Z","caller":"/root/sdk/go1.24.4/src/runtime/proc.go:283","msg":"timeout: failed to connect service \\":50051\\" within 5s"}',
          { count: 3, from: since, to: since - 1 },
        );
      }
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      const checkout = world.get<Workload>('Deployment', 'checkout');
      for (const pod of [...world.podsOf(collector), ...world.podsOf(checkout)])
        world.event(
          pod,
          'Warning',
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "5b1e02": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"',
          { count: 4, from: since - 2, to: since - 3 },
        );
      for (const pod of world.podsOf(collector))
        world.log(
          pod,
          `${willRetry('2026-11-20T09:14:20.118Z', 'otlp/tempo', 'traces', 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 172.20.83.12:4317: i/o timeout"')}\n2026-11-20T09:16:02.731Z\tinfo\thealthcheck/handler.go:132\tHealth Check state change\t{"status": "ready"}`,
        );
      for (const pod of world.podsOf(checkout))
        says(world, pod, (time, n) => `${time}  INFO checkout::http: POST /cart 200 latency_ms=${31 + n}`);
      return world;
    },
  },
];
