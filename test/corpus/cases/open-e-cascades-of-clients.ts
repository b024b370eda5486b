import type { KubeNode, Workload } from '#shared/domain/kubernetes.ts';
import { podWebhook, surgeRefused } from '../admission.ts';
import type { CorpusCase } from '../case.ts';
import { everywhere } from '../environment.ts';
import { crashLoop, unready, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { initRuns } from '../init-containers.ts';
import { ingress, policy, secret, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import { application, rolledOut, says, unavailable } from './open-d-parts.ts';
import { database, firstOf, namespaceOf, noMore, server, unwell } from './open-e-parts.ts';

/** What everybody else waits for: names, admission, a schema, the control plane of a mesh. */
export const openECascadesOfClients: CorpusCase[] = [
  {
    name: 'policy-opens-the-port-of-the-service-and-dns-listens-on-another',
    kind: 'cascade',
    source: 'https://github.com/istio/istio/issues/14736',
    layers: ['network', 'application'],
    roots: [['netpol-egress-denies-dns']],
    why: 'CoreDNS was made anew so that it listens on 8053 behind port 53 of its Service; the policy counts at the pod, and lets only 53 out. The worker finds no database, the storefront no worker.',
    build: () => {
      const world = healthy();
      const coredns = world.get<Workload>('Deployment', 'coredns', 'kube-system');
      rolledOut(world, coredns, 47, (container) => {
        container.image = 'registry.k8s.io/coredns/coredns:v1.12.4';
        container.ports = [
          { name: 'dns', containerPort: 8053, protocol: 'UDP' },
          { name: 'dns-tcp', containerPort: 8053, protocol: 'TCP' },
        ];
      });
      const named = (name: string) => ({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      });
      const both = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
      policy(
        world,
        'allow-egress-to-own-namespace-and-dns',
        {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [
            { to: [{ podSelector: {} }] },
            { to: [named('kube-system')], ports: both },
            { to: [named('observability')], ports: [{ protocol: 'TCP', port: 4317 }] },
          ],
        },
        { age: 120 * DAY },
      );
      database(world, 'postgres', { container: server('postgres', 'postgres:16.10', { postgres: 5432 }) });
      const worker = application(world, 'worker', { DATABASE_HOST: 'postgres', DATABASE_PORT: '5432' });
      for (const pod of world.podsOf(worker))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 44,
          restarts: 12,
          log: `> worker@4.1.0 start
Error: getaddrinfo EAI_AGAIN postgres
    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26) {
  errno: -3001,
  code: 'EAI_AGAIN',
  syscall: 'getaddrinfo',
  hostname: 'postgres'
}`,
        });
      unavailable(worker, 44);
      const notExported =
        'name="BatchSpanProcessor.ExportError" error="dns error: failed to lookup address information"';
      for (const pod of world.podsOf(world.get('Deployment', 'checkout')))
        says(world, pod, (time) => `${time} ERROR opentelemetry_sdk: ${notExported}`);
      unwell(world, application(world, 'storefront', { WORKER_URL: 'http://worker' }), '/ready', 43);
      return world;
    },
  },
  {
    name: 'injector-of-secrets-finds-no-room-and-nobody-may-start',
    kind: 'cascade',
    source:
      'https://github.com/hashicorp/vault-helm/issues/1078 https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1563',
    layers: ['platform', 'configuration', 'application', 'network'],
    roots: [['unschedulable-too-many-pods']],
    why: 'The only pod of the injector was moved and finds every node full of pods. Its webhook must agree to each pod of the cluster, so a lost pod of the orders is not made again, and a rollout stands still.',
    build: () => {
      const world = healthy();
      for (const node of world.all<KubeNode>('Node')) {
        Object.assign(node.metadata.labels ?? {}, { 'node.kubernetes.io/instance-type': 't4g.small' });
        Object.assign(node.status ?? {}, {
          capacity: { cpu: '2', memory: '1893704Ki', pods: '11' },
          allocatable: { cpu: '1930m', memory: '1437000Ki', pods: '11' },
        });
      }
      namespaceOf(world, 'vault');
      const name = 'vault-agent-injector';
      const injector = deployment(world, name, {
        namespace: 'vault',
        replicas: 1,
        container: server('sidecar-injector', 'hashicorp/vault-k8s:1.6.2', { https: 8080 }),
      });
      service(world, `${name}-svc`, { app: name }, [{ name: 'https', port: 443, targetPort: 'https' }], {
        namespace: 'vault',
      });
      podWebhook(world, `${name}-cfg`, {
        webhook: 'vault.hashicorp.com',
        service: { namespace: 'vault', name: `${name}-svc`, path: '/mutate' },
        timeoutSeconds: 30,
      });
      unschedulable(
        world,
        firstOf(world, injector)[0],
        '0/3 nodes are available: 3 Too many pods. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
        57,
      );
      unavailable(injector, 57);
      const refusal = `Internal error occurred: failed calling webhook "vault.hashicorp.com": failed to call webhook: Post "https://${name}-svc.vault.svc:443/mutate?timeout=30s": no endpoints available for service "${name}-svc"`;
      const orders = application(world, 'orders', { RUST_LOG: 'info' }, { replicas: 1 });
      world.remove(...world.podsOf(orders));
      noMore(world, orders, refusal, 51);
      unavailable(orders, 51);
      const change = (container: { image?: string }) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.7.1';
      };
      surgeRefused(world, world.get<Workload>('Deployment', 'checkout'), change, () => refusal, 35);
      const cart = application(world, 'cart', { ORDERS_URL: 'http://orders' });
      for (const pod of world.podsOf(cart))
        says(world, pod, (time) => `${time} ERROR cart: GET http://orders/open: connect ECONNREFUSED 172.20.71.12:80`);
      return world;
    },
  },
  {
    name: 'migrations-of-the-gateway-are-a-job-that-the-quota-refuses',
    kind: 'cascade',
    source: 'https://github.com/Kong/charts/issues/264',
    layers: ['configuration', 'application', 'network'],
    roots: [['quota-exceeded']],
    why: 'The chart gives resources to the gateway and none to its migrations; the quota demands them, so the Job never gets a pod. The gateway waits in an init container, and what calls through it is refused.',
    build: () => {
      const world = healthy();
      const hard = { 'requests.cpu': '6', 'requests.memory': '12Gi', 'limits.cpu': '12', 'limits.memory': '24Gi' };
      const used = { 'requests.cpu': '2', 'requests.memory': '4Gi', 'limits.cpu': '6', 'limits.memory': '8Gi' };
      thing(world, 'v1', 'ResourceQuota', 'kong-rq-test', { spec: { hard }, status: { hard, used } }, { age: 9 * DAY });
      database(world, 'kong-postgresql', {
        age: 31,
        revised: 31,
        container: server('postgresql', 'docker.io/bitnami/postgresql:11.9.0', { 'tcp-postgresql': 5432 }),
      });
      secret(world, 'kong-kong-postgresql', ['password'], { age: 31 });
      const image = 'kong:2.3';
      const name = 'kong-kong-init-migrations';
      const migrations = { name: 'kong-migrations', image, args: ['kong', 'migrations', 'bootstrap'] };
      const template = { spec: { restartPolicy: 'OnFailure', containers: [migrations] } };
      const job = thing(
        world,
        'batch/v1',
        'Job',
        name,
        {
          spec: { backoffLimit: 6, completions: 1, parallelism: 1, template },
          status: { ready: 0, startTime: ago(31) },
        },
        {
          age: 31,
          labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/component': 'init-migrations' },
        },
      );
      world.event(
        job,
        'Warning',
        'FailedCreate',
        `Error creating: pods "${name}-7m2xd" is forbidden: failed quota: kong-rq-test: must specify limits.cpu for: kong-migrations; limits.memory for: kong-migrations; requests.cpu for: kong-migrations; requests.memory for: kong-migrations`,
        { count: 9, from: 31, to: 2, component: 'job-controller' },
      );
      const resources = { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
      const gateway = deployment(world, 'kong-kong', {
        age: 31,
        revised: 31,
        revision: 1,
        container: server('proxy', image, { proxy: 8000, status: 8100 }, { resources }),
        more: {
          initContainers: [
            {
              name: 'wait-for-db',
              image,
              resources,
              command: ['/bin/sh', '-c', 'until kong start; do echo waiting for db; sleep 1; done; kong stop'],
            },
          ],
        },
      });
      service(world, 'kong-kong-proxy', { app: 'kong-kong' }, [{ name: 'proxy', port: 80, targetPort: 'proxy' }]);
      for (const pod of world.podsOf(gateway))
        initRuns(
          world,
          pod,
          'wait-for-db',
          30,
          `Error: /usr/local/share/lua/5.1/kong/cmd/start.lua:37: Database needs bootstrapping or is older than Kong 1.0.

To start a new installation from scratch, run 'kong migrations bootstrap'.

  Run with --v (verbose) or --vv (debug) for more details
waiting for db`,
        );
      neverAvailable(world, gateway, 31);
      ingress(world, 'kong', { backend: 'kong-kong-proxy', port: { number: 80 } });
      const mobile = application(world, 'mobile-api', { GATEWAY_URL: 'http://kong-kong-proxy' });
      for (const pod of world.podsOf(mobile))
        says(
          world,
          pod,
          (time) => `${time} ERROR mobile_api: POST http://kong-kong-proxy/pay: connection refused (os error 111)`,
        );
      return world;
    },
  },
  {
    name: 'control-plane-of-the-mesh-has-too-little-memory-for-its-services',
    kind: 'cascade',
    source: 'https://github.com/istio/istio/issues/14205',
    layers: ['application', 'network'],
    roots: [['container-oom-killed']],
    why: 'istiod is killed for its memory again and again. Proxies that have their configuration go on; those of the pods that were made since never get one, so the pods are not ready though the applications in them are.',
    build: () => {
      const world = healthy();
      namespaceOf(world, 'istio-system');
      const istiod = deployment(world, 'istiod', {
        namespace: 'istio-system',
        container: server(
          'discovery',
          'docker.io/istio/pilot:1.24.3',
          { 'grpc-xds': 15010, 'https-dns': 15012, webhook: 15017 },
          { resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '512Mi' } } },
        ),
      });
      service(
        world,
        'istiod',
        { app: 'istiod' },
        [
          { name: 'grpc-xds', port: 15010, targetPort: 15010 },
          { name: 'https-dns', port: 15012, targetPort: 15012 },
        ],
        { namespace: 'istio-system' },
      );
      for (const [n, pod] of world.podsOf(istiod).entries())
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', minutes: 88 - 7 * n, restarts: 17 - n });
      unavailable(istiod, 80);
      const proxy = {
        name: 'istio-proxy',
        image: 'docker.io/istio/proxyv2:1.24.3',
        args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local'],
        env: [{ name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' }],
        ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
        readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 }, periodSeconds: 15, failureThreshold: 4 },
      };
      const reviews = deployment(world, 'reviews', {
        revised: 42,
        container: appContainer('reviews', { env: [] }),
        more: { containers: [proxy] },
      });
      service(world, 'reviews', { app: 'reviews' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(reviews)) {
        unready(pod, 42, 'istio-proxy');
        const unhealthy = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
        world.event(pod, 'Warning', 'Unhealthy', unhealthy, { count: 166, from: 41, to: 0.2 });
        world.log(
          pod,
          `2026-11-20T09:59:04.118203Z	warn	ca	ca request failed, starting attempt 4 in 812ms
2026-11-20T09:59:05.323650Z	warn	sds	failed to warm certificate: failed to generate workload certificate: create certificate: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 172.20.83.19:15012: connect: connection refused"
2026-11-20T09:59:06.011021Z	info	Envoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected`,
          { container: 'istio-proxy' },
        );
      }
      unavailable(reviews, 42);
      const product = application(world, 'productpage', { REVIEWS_URL: 'http://reviews' });
      everywhere(world, product, ({ containers }) => containers.push(structuredClone(proxy)));
      for (const pod of world.podsOf(product)) {
        const [status] = pod.status?.containerStatuses ?? [];
        if (status) pod.status?.containerStatuses?.push({ ...status, name: proxy.name, image: proxy.image });
        says(world, pod, (time) => `${time} ERROR productpage: http://reviews/reviews/0 503 no healthy upstream`);
      }
      return world;
    },
  },
];
