import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { appContainer, BACKEND, healthy } from '../healthy.ts';
import { claim, policy, service } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment, NODES, newPod } from '../workloads.ts';
import { exporting, inEachPod } from './otlp.ts';

/** Healthy, and made the way it looks. */
export const noisyByDesign: CorpusCase[] = [
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
    source: 'https://github.com/operate-first/support/issues/404',
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
    source: 'https://github.com/open-telemetry/opentelemetry-collector/pull/15023',
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
          `${exporting('2026-11-20T08:12:44.318Z', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded')}
2026-11-20T08:40:00.001Z\tinfo\thealthcheck/handler.go:132\tHealth Check state change\t{"otelcol.component.id": "health_check", "status": "ready"}
2026-11-20T09:50:00.001Z\tinfo\tservice@v0.161.0/service.go:234\tEverything is ready. Begin running and processing data.`,
        );
      }
      return world;
    },
  },
];
