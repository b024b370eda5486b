import type { Workload } from '#shared/domain/kubernetes.ts';
import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute, willRetry } from '../collector-log.ts';
import { inCluster, setEnvironment } from '../environment.ts';
import { crashLoop, notServing } from '../faults.ts';
import { appContainer, BACKEND, collectorContainer, healthy } from '../healthy.ts';
import { configMap, ingress, policy, service } from '../things.ts';
import { DAY } from '../time.ts';
import { daemonSet, deployment } from '../workloads.ts';
import type { World } from '../world.ts';
import { bound, store } from './field-b-volumes.ts';

const TEMPO = inCluster('tempo', BACKEND);
const DNS_PORTS = [
  { port: 53, protocol: 'UDP' },
  { port: 53, protocol: 'TCP' },
];

/** A pod on the host network has the address of its node. */
const onTheHost = (world: World, workload: Workload): void => {
  for (const { spec, status } of world.podsOf(workload)) {
    const address = /^ip-(\d+)-(\d+)-(\d+)-(\d+)\./.exec(spec.nodeName ?? '')?.slice(1);
    if (status && address) status.podIP = address.join('.');
  }
};

const namesNotFound = (world: World): void =>
  saysEveryHalfMinute(
    world,
    world.get<Workload>('Deployment', 'checkout'),
    (time) =>
      `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: tonic::transport::Error(Transport, ConnectError(ConnectError(\\"dns error\\", Custom { kind: Uncategorized, error: \\"failed to lookup address information: Temporary failure in name resolution\\" })))"`,
  );

const lookupFails = (world: World, how: string): void =>
  saysEveryHalfMinute(world, world.get<Workload>('Deployment', 'otel-collector'), (time, _pod, n) =>
    willRetry(
      time,
      'otlp/tempo',
      'traces',
      `rpc error: code = Unavailable desc = name resolver error: produced zero addresses: lookup ${TEMPO} on ${how.replace('PORT', String(41_234 + 977 * n))}`,
    ),
  );

/** Names that do not resolve and ways that are closed, from the cluster's side. */
export const fieldBNames: CorpusCase[] = [
  {
    name: 'cluster-dns-forwards-to-itself',
    kind: 'cascade',
    source: 'https://github.com/coredns/coredns/issues/2391',
    layers: ['application', 'network', 'otlp'],
    roots: [['container-exit-error', 'dns-coredns-unavailable']],
    why: 'resolv.conf of the nodes names a local resolver since their reboot: CoreDNS sees its own question come back and ends. No name resolves.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('Deployment', 'coredns', 'kube-system'))) {
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 31,
          restarts: 11,
          log: `.:53
[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5f046dd37f1cf888b953814040d180f52594972691cd6ff41be96639138a43908
CoreDNS-1.12.1
linux/arm64, go1.24.1, 707c7c1
[FATAL] plugin/loop: Loop (127.0.0.1:34614 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 6074102630077018525.5798689655824409358."`,
        });
      }
      namesNotFound(world);
      lookupFails(world, '172.20.0.10:53: read udp 10.0.2.23:PORT->172.20.0.10:53: read: connection refused');
      return world;
    },
  },
  {
    name: 'agents-on-the-host-network-ask-the-resolver-of-the-node',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/2357',
    layers: ['network', 'otlp'],
    roots: [['dns-config-invalid']],
    why: 'With hostNetwork the policy ClusterFirst means the resolver of the node, which knows no Services; ClusterFirstWithHostNet was meant.',
    build: () => {
      const world = healthy();
      backend(world, 'loki', { image: 'grafana/loki:3.5.3', ports: { http: 3100 } });
      const endpoint = `http://${inCluster('loki', BACKEND)}:3100/otlp`;
      configMap(
        world,
        'log-collector',
        { 'collector.yaml': exportingTo('logs', 'otlphttp/loki', `endpoint: ${endpoint}`) },
        { changed: 70 },
      );
      const agent = daemonSet(world, 'log-collector', {
        age: 70,
        revised: 70,
        configMap: 'log-collector',
        container: collectorContainer({
          ports: [
            { name: 'otlp-grpc', containerPort: 4317, hostPort: 4317, protocol: 'TCP' },
            { name: 'otlp-http', containerPort: 4318, hostPort: 4318, protocol: 'TCP' },
            { name: 'health', containerPort: 13133, hostPort: 13133, protocol: 'TCP' },
          ],
        }),
        more: { containers: [], hostNetwork: true, dnsPolicy: 'ClusterFirst' },
      });
      onTheHost(world, agent);
      saysEveryHalfMinute(world, agent, (time) =>
        willRetry(
          time,
          'otlphttp/loki',
          'logs',
          `failed to make an HTTP request: Post "${endpoint}/v1/logs": dial tcp: lookup ${inCluster('loki', BACKEND)} on 10.0.0.2:53: no such host`,
        ),
      );
      return world;
    },
  },
  {
    name: 'policy-knows-coredns-and-not-the-cache-of-the-node',
    kind: 'cascade',
    source: 'https://github.com/restatedev/restate-operator/pull/88',
    layers: ['network', 'otlp'],
    roots: [['netpol-egress-denies-dns']],
    why: 'Since NodeLocal DNSCache came, pods ask 169.254.20.10; the policy opens port 53 to the pods of CoreDNS only, which nobody asks any more.',
    build: () => {
      const world = healthy();
      const namespace = 'kube-system';
      const cache = daemonSet(world, 'node-local-dns', {
        namespace,
        labels: { 'k8s-app': 'node-local-dns' },
        age: 95,
        revised: 95,
        container: {
          name: 'node-cache',
          image: 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.5',
          args: ['-localip', '169.254.20.10', '-conf', '/etc/Corefile', '-upstreamsvc', 'kube-dns-upstream'],
          ports: [
            { name: 'dns', containerPort: 53, hostPort: 53, protocol: 'UDP' },
            { name: 'dns-tcp', containerPort: 53, hostPort: 53, protocol: 'TCP' },
          ],
        },
        more: { containers: [], hostNetwork: true, dnsPolicy: 'Default' },
      });
      onTheHost(world, cache);
      service(
        world,
        'kube-dns-upstream',
        { 'k8s-app': 'kube-dns' },
        [
          { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, targetPort: 53 },
        ],
        { namespace, age: 95 },
      );
      const inNamespace = (name: string) => ({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      });
      policy(
        world,
        'allow-egress-to-kube-dns',
        {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [
            {
              to: [{ ...inNamespace(namespace), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
              ports: DNS_PORTS,
            },
            { to: [{ podSelector: {} }, inNamespace(BACKEND)] },
          ],
        },
        { age: 30 * DAY },
      );
      namesNotFound(world);
      lookupFails(world, '169.254.20.10:53: read udp 10.0.2.23:PORT->169.254.20.10:53: i/o timeout');
      return world;
    },
  },
  {
    name: 'denied-by-default-and-the-chart-of-redis-opens-nothing',
    kind: 'cascade',
    source: 'https://github.com/DandyDeveloper/charts/issues/83',
    layers: ['network', 'application'],
    roots: [['netpol-ingress-denies-client']],
    why: 'The namespace was closed for ingress; the services got policies of their own, Redis did not: whoever needs it is not ready, and the Ingress has nowhere to send.',
    build: () => {
      const world = healthy();
      store(world, { name: 'redis-ha', image: 'redis:8.2-alpine', port: 6379 });
      bound(world, 'data-redis-ha-0');
      const basket = deployment(world, 'basket', { container: appContainer('basket') });
      setEnvironment(world, basket, {
        OTEL_SERVICE_NAME: 'basket',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
        REDIS_URL: 'redis://redis-ha:6379/0',
      });
      service(world, 'basket', { app: 'basket' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      ingress(world, 'basket', { backend: 'basket', port: { name: 'http' } });
      policy(world, 'default.deny-all-ingress-traffic', { podSelector: {}, policyTypes: ['Ingress'] }, { age: 35 });
      for (const [app, port] of [
        ['basket', 8080],
        ['checkout', 8080],
        ['otel-collector', 4317],
      ] as const) {
        policy(
          world,
          `${app}-from-anywhere`,
          {
            podSelector: { matchLabels: { app } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ port, protocol: 'TCP' }] }],
          },
          { age: 35 },
        );
      }
      for (const pod of world.podsOf(basket)) notServing(world, pod, 'HTTP probe failed with statuscode: 503', 33);
      saysEveryHalfMinute(
        world,
        basket,
        (time) =>
          `${time} ERROR basket::store: readiness: redis://redis-ha:6379/0: Connection timed out (os error 110)\n${time}  WARN basket::http: GET /ready 503`,
      );
      return world;
    },
  },
];
