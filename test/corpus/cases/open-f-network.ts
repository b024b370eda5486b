import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute } from '../collector-log.ts';
import { healthy } from '../healthy.ts';
import { clusterThing, ingress, policy, service, thing } from '../things.ts';
import { DAY, HOUR } from '../time.ts';
import { deployment } from '../workloads.ts';
import { application } from './open-d-parts.ts';

/** Rules that name pods and namespaces by labels which those do not have; names that nobody upstream answers for. */
export const openFNetwork: CorpusCase[] = [
  {
    name: 'provider-looks-for-the-labels-of-the-pods-on-their-namespace',
    kind: 'single',
    source: 'https://github.com/akash-network/node/issues/911 https://github.com/akash-network/node/pull/913',
    layers: ['network'],
    roots: [['netpol-peer-matches-nothing', 'netpol-ingress-denies-client']],
    why: 'The policy lets in the ingress controller by a label of its pods, asked of its namespace, which has only its name. The pods of the tenant are ready, for probes come from the node.',
    build: () => {
      const world = healthy();
      const namespace = 'ingress-nginx';
      clusterThing(
        world,
        'v1',
        'Namespace',
        namespace,
        { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
        { labels: { name: namespace, 'kubernetes.io/metadata.name': namespace } },
      );
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
      const labels = {
        'app.kubernetes.io/name': 'ingress-nginx',
        'app.kubernetes.io/instance': 'ingress-nginx',
        'app.kubernetes.io/component': 'controller',
      };
      clusterThing(world, 'networking.k8s.io/v1', 'IngressClass', 'nginx', {
        spec: { controller: 'k8s.io/ingress-nginx' },
      });
      const controller = deployment(world, 'ingress-nginx-controller', {
        namespace,
        labels,
        container: {
          name: 'controller',
          image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3',
          ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '90Mi' }, limits: { memory: '512Mi' } },
        },
      });
      service(world, 'ingress-nginx-controller', labels, [{ name: 'http', port: 80, targetPort: 'http' }], {
        namespace,
      });
      const tenant = { 'akash.network': 'true', 'akash.network/manifest-service': 'web' };
      deployment(world, 'web', {
        labels: tenant,
        replicas: 1,
        age: 3 * HOUR,
        revised: 3 * HOUR,
        revision: 1,
        container: {
          name: 'web',
          image: 'ovrclk/lunie-light:latest',
          ports: [{ name: 'http', containerPort: 3000, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } },
          readinessProbe: { httpGet: { path: '/', port: 'http' } },
        },
      });
      service(world, 'web', tenant, [{ name: '0-80', port: 80, targetPort: 3000 }], { age: 3 * HOUR });
      ingress(world, 'web', {
        className: 'nginx',
        backend: 'web',
        port: { number: 80 },
        host: 'web.ingress.example.com',
      });
      const selected = { podSelector: { matchLabels: { 'akash.network': 'true' } } };
      const made = { age: 3 * HOUR };
      policy(
        world,
        'ingress-allow-from-same-namespace',
        {
          ...selected,
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }] }],
        },
        made,
      );
      policy(
        world,
        'ingress-allow-from-ingress-controller',
        {
          ...selected,
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [
                {
                  namespaceSelector: {
                    matchLabels: {
                      'app.kubernetes.io/name': 'ingress-nginx',
                      'app.kubernetes.io/instance': 'ingress-nginx',
                    },
                  },
                },
              ],
            },
          ],
        },
        made,
      );
      const [web] = world.podsOf(world.get('Deployment', 'web'));
      saysEveryHalfMinute(
        world,
        controller,
        (time) =>
          `${time.slice(0, 19).replace('T', ' ').replaceAll('-', '/')} [error] 41#41: *88213 upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.0.3.7, server: web.ingress.example.com, request: "GET / HTTP/1.1", upstream: "http://${web?.status?.podIP}:3000/", host: "web.ingress.example.com"`,
      );
      return world;
    },
  },
  {
    name: 'label-that-the-chart-never-writes-cuts-off-the-workers',
    kind: 'single',
    source: 'https://github.com/immortal71/openoncology/pull/143',
    layers: ['network', 'application'],
    roots: [['netpol-selects-nothing']],
    why: 'The rule that lets the workers out selects by part-of, which the chart gives to no pod; so of the three policies only the one that closes everything and the one for DNS apply to them.',
    build: () => {
      const world = healthy();
      const common = { 'app.kubernetes.io/name': 'openoncology', 'app.kubernetes.io/instance': 'onco' };
      const component = (name: string) => ({ ...common, 'app.kubernetes.io/component': name });
      const redis = { app: 'onco-redis-master' };
      deployment(world, 'onco-redis-master', {
        labels: redis,
        replicas: 1,
        container: {
          name: 'redis',
          image: 'docker.io/bitnamilegacy/redis:7.4.3',
          ports: [{ name: 'redis', containerPort: 6379, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '192Mi' } },
        },
      });
      service(world, 'onco-redis-master', redis, [{ name: 'redis', port: 6379, targetPort: 'redis' }]);
      const queues = ['worker-genomic', 'worker-notify'];
      for (const name of queues) {
        const worker = deployment(world, `onco-openoncology-${name}`, {
          labels: component(name),
          replicas: 1,
          container: {
            name: 'worker',
            image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/openoncology-api:1.14.0',
            command: ['celery', '-A', 'app.worker', 'worker', '-Q', name.replace('worker-', '')],
            env: [{ name: 'CELERY_BROKER_URL', value: 'redis://onco-redis-master:6379/0' }],
            resources: { requests: { cpu: '200m', memory: '512Mi' }, limits: { memory: '2Gi' } },
          },
        });
        saysEveryHalfMinute(
          world,
          worker,
          (time, _, n) =>
            `[${time.slice(0, 19).replace('T', ' ')},318: ERROR/MainProcess] consumer: Cannot connect to redis://onco-redis-master:6379/0: Error 110 connecting to onco-redis-master:6379. Connection timed out..\nTrying again in 32.00 seconds... (${21 + n}/100)`,
        );
      }
      const made = { age: 65 };
      const own = { podSelector: { matchLabels: common }, policyTypes: ['Egress'] };
      policy(world, 'onco-openoncology-default-deny', own, made);
      policy(
        world,
        'onco-openoncology-allow-dns',
        {
          ...own,
          egress: [
            {
              to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
              ports: [
                { protocol: 'UDP', port: 53 },
                { protocol: 'TCP', port: 53 },
              ],
            },
          ],
        },
        made,
      );
      policy(
        world,
        'allow-workers-egress',
        {
          podSelector: {
            matchLabels: { 'app.kubernetes.io/part-of': 'openoncology', 'app.kubernetes.io/component': 'worker' },
          },
          policyTypes: ['Egress'],
          egress: [{ to: [{ podSelector: { matchLabels: redis } }], ports: [{ protocol: 'TCP', port: 6379 }] }],
        },
        made,
      );
      return world;
    },
  },
  {
    name: 'cluster-dns-asks-a-server-that-does-not-answer',
    kind: 'single',
    source: 'https://github.com/coredns/coredns/issues/3982 https://github.com/kubernetes/kubernetes/issues/86762',
    layers: ['network', 'application'],
    roots: [['dns-coredns-errors']],
    why: 'Names of the cluster are answered; every other one is forwarded to a server that is not reached, and times out. CoreDNS itself is ready all the time.',
    build: () => {
      const world = healthy();
      const dns = world.get<Workload>('Deployment', 'coredns', 'kube-system');
      saysEveryHalfMinute(world, dns, (_, pod, n) =>
        ['api.pay.example.com', 'hooks.example.net', 'api.pay.example.com']
          .map(
            (name, at) =>
              `[ERROR] plugin/errors: 2 ${name}. ${at === 1 ? 'AAAA' : 'A'}: read udp ${pod.status?.podIP}:${40671 + 311 * n + at}->132.120.200.49:53: i/o timeout`,
          )
          .join('\n'),
      );
      const payments = application(
        world,
        'payments',
        {
          OTEL_SERVICE_NAME: 'payments',
          OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
          OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
          PAYMENT_API: 'https://api.pay.example.com/v2',
        },
        { age: 20 * DAY },
      );
      saysEveryHalfMinute(
        world,
        payments,
        (time) =>
          `${time} ERROR payments::client: request failed url=https://api.pay.example.com/v2/charges error=dns error: failed to lookup address information: Temporary failure in name resolution`,
      );
      return world;
    },
  },
];
