import type { KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, imagePull, notServing } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { cordon, podsOn } from '../nodes.ts';
import { remade } from '../remade.ts';
import { claim, policy, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, NODES, podOf, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';
import { unavailable } from './open-d-parts.ts';

/** A budget that allows no eviction at the moment. */
function budget(
  world: World,
  name: string,
  spec: { minAvailable?: number; maxUnavailable?: number; selector: object },
  status: { currentHealthy: number; desiredHealthy: number; expectedPods: number },
  minutes: number,
): KubeObject {
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    lastTransitionTime: ago(minutes),
    observedGeneration: 1,
  };
  return thing(world, 'policy/v1', 'PodDisruptionBudget', name, {
    spec,
    status: { ...status, disruptionsAllowed: 0, observedGeneration: 1, conditions: [condition] },
  });
}

/** What could be moved has left this node. */
function drained(world: World, name: string, minutes: number): void {
  cordon(world, name, minutes);
  const [first = ''] = NODES;
  for (const pod of podsOn(world, name))
    if (pod.metadata.ownerReferences?.[0]?.kind !== 'DaemonSet') remade(pod, minutes - 1).spec.nodeName = first;
}

const LAST = NODES[2] ?? '';

/** Nodes that cannot be emptied, and two faults beside which something else catches the eye. */
export const openFMisleading: CorpusCase[] = [
  {
    name: 'finalizer-of-a-reporter-keeps-a-pod-and-its-node',
    kind: 'single',
    source: 'https://github.com/kubernetes/test-infra/issues/26611',
    layers: ['application', 'platform'],
    roots: [['pod-stuck-terminating']],
    why: 'The pod was deleted days ago and its containers have ended; only a finalizer holds it, whose owner does not look at pods that a person has made. The autoscaler cannot take the node away.',
    build: () => {
      const world = healthy();
      drained(world, LAST, 2 * DAY);
      const name = 'fc584015-b409-11ec-8086-0a580a80ce60-debug';
      const tools = {
        name: 'clonerefs',
        image: 'gcr.io/k8s-prow/clonerefs:v20220328-6b2f5fb5a4',
        command: ['/bin/sh'],
      };
      const template = {
        metadata: { labels: { 'created-by-prow': 'true', 'prow.k8s.io/type': 'periodic' } },
        spec: { restartPolicy: 'Never', containers: [tools] },
      };
      const pod: Pod = podOf(world, world.get('Namespace', 'shop'), template, { name, node: LAST, age: 9 * DAY });
      delete pod.metadata.ownerReferences;
      pod.metadata.namespace = world.namespace;
      Object.assign(pod.metadata, {
        finalizers: ['prow.x-k8s.io/gcsk8sreporter'],
        deletionTimestamp: ago(2 * DAY),
        deletionGracePeriodSeconds: 30,
        annotations: { 'debug.openshift.io/source-container': 'clonerefs' },
      });
      if (pod.status) {
        pod.status.phase = 'Failed';
        for (const condition of pod.status.conditions ?? [])
          if (condition.type === 'Ready' || condition.type === 'ContainersReady')
            Object.assign(condition, { status: 'False', reason: 'PodFailed', lastTransitionTime: ago(2 * DAY) });
        const terminated = { exitCode: 137, reason: 'Error', startedAt: ago(9 * DAY), finishedAt: ago(2 * DAY) };
        for (const status of pod.status.containerStatuses ?? [])
          Object.assign(status, { ready: false, started: false, state: { terminated } });
      }
      world.event(
        world.get('Node', LAST, ''),
        'Warning',
        'ScaleDownFailed',
        `failed to drain the node, aborting ScaleDown: pods remaining after timeout: shop/${name}`,
        { count: 5, from: 55, to: 6, component: 'cluster-autoscaler' },
      );
      return world;
    },
  },
  {
    name: 'budget-that-never-allows-an-eviction-holds-a-node-for-a-day',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/karpenter/issues/2802',
    layers: ['configuration', 'platform'],
    roots: [['pdb-blocking-disruption']],
    why: 'The budget says that no pod may be unavailable, so each eviction is refused however many replicas are well, and the node stays half drained.',
    build: () => {
      const world = healthy();
      drained(world, LAST, 23 * HOUR);
      const nginx = deployment(world, 'nginx-test', {
        age: 20 * DAY,
        container: {
          name: 'nginx',
          image: 'nginx:1.29',
          ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { memory: '64Mi' } },
        },
      });
      const [, kept] = world.podsOf(nginx);
      if (kept) kept.spec.nodeName = LAST;
      const counts = { currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 };
      const selector = { matchLabels: { app: 'nginx-test' } };
      budget(world, 'nginx-test-pdb', { maxUnavailable: 0, selector }, counts, 20 * DAY);
      const node = world.get<KubeObject>('Node', LAST, '');
      Object.assign(node.metadata, { deletionTimestamp: ago(23 * HOUR), finalizers: ['karpenter.sh/termination'] });
      const said = { count: 690, from: 23 * HOUR, to: 0.5, component: 'karpenter' };
      world.event(node, 'Normal', 'DisruptionBlocked', 'Pdb "shop/nginx-test-pdb" prevents pod evictions', said);
      world.event(node, 'Warning', 'FailedDraining', 'Failed to drain node, 1 pods are waiting to be evicted', said);
      return world;
    },
  },
  {
    name: 'drain-stops-at-a-mesh-whose-image-the-new-registry-has-not',
    kind: 'trap',
    source: 'https://github.com/gravitational/gravity/issues/1277 https://github.com/gravitational/gravity/issues/2682',
    layers: ['application', 'platform'],
    roots: [['image-not-found']],
    why: 'The budget refuses the eviction only because no pod of istiod is healthy; it is not, because the registry of the node that leads now has no such image.',
    build: () => {
      const world = healthy();
      drained(world, LAST, 14);
      const image = 'leader.telekube.local:5000/istio/pilot:1.5.0';
      const labels = { app: 'istiod', istio: 'pilot' };
      const istiod = deployment(world, 'istiod', {
        labels,
        replicas: 1,
        container: {
          name: 'discovery',
          image,
          args: ['discovery', '--monitoringAddr=:15014'],
          ports: [
            { name: 'grpc', containerPort: 15010, protocol: 'TCP' },
            { name: 'webhook', containerPort: 15017, protocol: 'TCP' },
          ],
          resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
          readinessProbe: { httpGet: { path: '/ready', port: 15014 }, periodSeconds: 5 },
        },
      });
      service(world, 'istiod', labels, [{ name: 'grpc', port: 15010, targetPort: 'grpc' }]);
      unavailable(istiod, 22);
      for (const pod of world.podsOf(istiod)) {
        remade(pod, 22).spec.nodeName = LAST;
        imagePull(
          world,
          pod,
          `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
          22,
        );
      }
      const counts = { currentHealthy: 0, desiredHealthy: 1, expectedPods: 1 };
      budget(world, 'istiod', { minAvailable: 1, selector: { matchLabels: labels } }, counts, 40 * DAY);
      return world;
    },
  },
  {
    name: 'policy-that-selects-no-pod-beside-a-kernel-setting',
    kind: 'trap',
    source:
      'https://github.com/opensearch-project/helm-charts/issues/348 https://github.com/opensearch-project/helm-charts/issues/287',
    layers: ['application', 'network'],
    roots: [['container-exit-error']],
    why: 'The policy of the chart selects no pod and so closes nothing. OpenSearch ends by itself, for the node allows too few memory maps, and the dashboards wait for it.',
    build: () => {
      const world = healthy();
      const name = 'opensearch-cluster-master';
      const labels = { 'app.kubernetes.io/name': 'opensearch', 'app.kubernetes.io/instance': 'opensearch' };
      const minutes = 37;
      claim(world, `${name}-${name}-0`, { age: minutes });
      const master: Workload = statefulSet(world, name, {
        labels,
        age: minutes,
        revised: minutes,
        claim: name,
        container: {
          name: 'opensearch',
          image: 'opensearchproject/opensearch:2.4.0',
          ports: [
            { name: 'http', containerPort: 9200, protocol: 'TCP' },
            { name: 'transport', containerPort: 9300, protocol: 'TCP' },
          ],
          resources: { requests: { cpu: '1', memory: '100Mi' }, limits: { memory: '2Gi' } },
          readinessProbe: { tcpSocket: { port: 9200 }, periodSeconds: 5 },
          volumeMounts: [{ name, mountPath: '/usr/share/opensearch/data' }],
        },
      });
      service(world, name, labels, [{ name: 'http', port: 9200, targetPort: 'http' }], { age: minutes });
      policy(
        world,
        `${name}-opensearch-net`,
        {
          podSelector: { matchLabels: { [`${name}-transport-client`]: 'true' } },
          ingress: [{ from: [{ podSelector: { matchLabels: { [`${name}-http-client`]: 'true' } } }] }],
          policyTypes: ['Ingress'],
        },
        { age: minutes },
      );
      for (const pod of world.podsOf(master))
        crashLoop(world, pod, {
          exitCode: 78,
          restarts: 8,
          minutes,
          log: `[2026-11-20T09:57:44,172][INFO ][o.o.b.BootstrapChecks    ] [${name}-0] bound or publishing to a non-loopback address, enforcing bootstrap checks
ERROR: [1] bootstrap checks failed
[1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
ERROR: OpenSearch did not exit normally - check the logs at /usr/share/opensearch/logs/opensearch-cluster.log
[2026-11-20T09:57:44,180][INFO ][o.o.n.Node               ] [${name}-0] stopping ...
[2026-11-20T09:57:44,206][INFO ][o.o.n.Node               ] [${name}-0] stopped`,
        });
      const boards = deployment(world, 'opensearch-dashboards', {
        replicas: 1,
        container: {
          name: 'dashboards',
          image: 'opensearchproject/opensearch-dashboards:2.4.0',
          env: [{ name: 'OPENSEARCH_HOSTS', value: `https://${name}:9200` }],
          ports: [{ name: 'http', containerPort: 5601, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
          readinessProbe: { httpGet: { path: '/api/status', port: 'http' } },
        },
      });
      service(world, 'opensearch-dashboards', { app: 'opensearch-dashboards' }, [{ port: 5601, targetPort: 'http' }]);
      for (const pod of world.podsOf(boards)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 503', minutes);
        world.log(
          pod,
          '{"type":"log","@timestamp":"2026-11-20T09:59:41Z","tags":["error","opensearch","data"],"pid":1,"message":"[ConnectionError]: connect ECONNREFUSED 172.20.119.112:9200"}',
        );
      }
      return world;
    },
  },
];
