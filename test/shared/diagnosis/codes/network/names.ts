import type { Snapshot } from '#shared/domain/snapshot.ts';
import { withCoreDns } from '#test/support/cluster-dns.ts';
import { everWith, setCondition } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, the, UNREAD_LOGS } from '../case.ts';
import { endsOver, noise, said, says } from './saying.ts';

const inApp = inPodsOf('otlp-app', 'app');

const withSpec = (spec: object): Snapshot =>
  everWith(healthyNamespace(), 'otlp-app', (_, pod) => Object.assign(pod, spec));

/** No server of the cluster DNS is there; `wanted` = how many should be. */
function withoutDns(snapshot: Snapshot, wanted = 2): Snapshot {
  withCoreDns(snapshot, { lines: [] });
  const coredns = snapshot.objects.deployments.at(-1);
  Object.assign(coredns?.spec ?? {}, { replicas: wanted });
  Object.assign(coredns?.status ?? {}, { replicas: wanted, availableReplicas: 0 });
  const [server] = snapshot.objects.pods.filter(({ metadata }) => metadata.namespace === 'kube-system');
  if (wanted === 0) snapshot.objects.pods = snapshot.objects.pods.filter((pod) => pod !== server);
  else if (server?.status) {
    setCondition(server.status.conditions, { type: 'Ready', status: 'False' }, 8);
    const ended = { exitCode: 1, reason: 'Error', finishedAt: ago(1) };
    server.status.containerStatuses = [
      {
        name: 'coredns',
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: ended },
      },
    ];
  }
  return snapshot;
}

/** Names that do not resolve. */
export const names = {
  'dns-coredns-unavailable': {
    positive: [
      {
        when: 'its servers crash',
        at: the('Deployment', 'coredns'),
        shows: '0 of 2',
        build: () => withoutDns(healthyNamespace()),
      },
      {
        when: 'it is scaled to zero',
        at: the('Deployment', 'coredns'),
        shows: '0 of 0',
        build: () => withoutDns(healthyNamespace(), 0),
      },
      {
        when: 'the application says that it cannot resolve',
        at: the('Deployment', 'coredns'),
        build: () =>
          withoutDns(says('dns error: failed to lookup address information: Temporary failure in name resolution')),
      },
      {
        when: 'the application ends over that',
        at: the('Deployment', 'coredns'),
        severity: 'P0',
        build: () => withoutDns(endsOver('Error: getaddrinfo EAI_AGAIN orders.example.com')),
      },
    ],
    nearMiss: [
      { why: 'one server of two is left', roots: [], build: () => withCoreDns(healthyNamespace(), { lines: [] }) },
      {
        why: 'a Deployment of that name elsewhere',
        roots: [],
        build: () => {
          const snapshot = withoutDns(healthyNamespace());
          for (const { metadata } of [...snapshot.objects.deployments, ...snapshot.objects.pods])
            if (metadata.name.startsWith('coredns')) metadata.namespace = 'sandbox';
          return snapshot;
        },
      },
    ],
    notApplicable: [
      { why: 'DNS runs on the nodes, and there is no such Deployment', build: healthyNamespace },
      { why: 'Deployments may not be read', unread: ['deployments'] },
    ],
  },
  'dns-config-invalid': {
    positive: [
      {
        when: 'the DNS of the node does not know the names of Services',
        at: the('Deployment', 'otlp-app'),
        shows: 'Default',
        build: () => withSpec({ dnsPolicy: 'Default' }),
      },
      {
        when: 'none at all',
        at: the('Deployment', 'otlp-app'),
        shows: /^None/,
        build: () => withSpec({ dnsPolicy: 'None' }),
      },
      {
        when: 'on the host network',
        at: the('Deployment', 'otlp-app'),
        build: () => withSpec({ hostNetwork: true, dnsPolicy: 'ClusterFirst' }),
      },
      {
        when: 'it says that it cannot resolve',
        at: the('Deployment', 'otlp-app'),
        build: () =>
          everWith(
            says('dns error: failed to lookup address information: Name or service not known'),
            'otlp-app',
            (_, pod) => {
              pod.dnsPolicy = 'Default';
            },
          ),
      },
    ],
    nearMiss: [
      {
        why: 'on the host network, with the policy for it',
        roots: [],
        build: () => withSpec({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      },
      {
        why: 'none, with servers of its own',
        roots: [],
        build: () => withSpec({ dnsPolicy: 'None', dnsConfig: { nameservers: ['10.100.0.2'] } }),
      },
      {
        why: 'it calls no Service by name',
        roots: [],
        build: () =>
          everWith(healthyNamespace(), 'otlp-app', (container, pod) => {
            pod.dnsPolicy = 'Default';
            for (const one of container.env ?? [])
              if (one.name.endsWith('ENDPOINT')) one.value = 'https://otlp.vendor.example.com';
          }),
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'dns-resolution-failing': {
    positive: [
      said(
        'Rust',
        'request failed: error sending request for url (https://api.example.com/): client error (Connect): dns error: failed to lookup address information: Name or service not known',
        'failed to lookup address information',
      ),
      said(
        'Go',
        'Get "https://api.example.com/": dial tcp: lookup api.example.com on 10.100.0.10:53: no such host',
        'no such host',
      ),
      said(
        'Go, where the server fails',
        'dial tcp: lookup api.example.com on 10.100.0.10:53: server misbehaving',
        'server misbehaving',
      ),
      said('Node', 'Error: getaddrinfo ENOTFOUND cache.example.com', 'ENOTFOUND'),
      said('Java', 'java.net.UnknownHostException: db.example.com: Name or service not known', 'UnknownHostException'),
      said(
        'Python',
        "urllib3.connection.HTTPSConnection object: Failed to resolve 'api.example.com' ([Errno -3] Temporary failure in name resolution)",
        'Temporary failure in name resolution',
      ),
      said(
        'libpq',
        'could not translate host name "db.example.com" to address: Name or service not known',
        'could not translate host name',
      ),
      said('curl', 'curl: (6) Could not resolve host: api.example.com', 'Could not resolve host'),
      said(
        '.NET',
        'System.Net.Http.HttpRequestException: Name or service not known (api.example.com:443)',
        'Name or service not known',
      ),
      said(
        'Ruby',
        'SocketError: Failed to open TCP connection to api.example.com:443 (getaddrinfo: Name or service not known)',
        'getaddrinfo',
      ),
      said(
        'PHP',
        'php_network_getaddresses: getaddrinfo for api.example.com failed: Name or service not known',
        'getaddrinfo for',
      ),
      said(
        'Elixir',
        'Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (db.example.com:5432): non-existing domain - :nxdomain',
        ':nxdomain',
      ),
      said(
        'Kafka',
        "Couldn't resolve server kafka-0.example.com:9092 from bootstrap.servers as DNS resolution failed for kafka-0.example.com",
        'DNS resolution failed',
      ),
      said(
        'nginx',
        'api.example.com could not be resolved (3: Host not found), client: 10.0.1.9, server: _',
        'could not be resolved',
      ),
      said('MySQL', "Unknown MySQL server host 'db.example.com' (-2)", 'Unknown MySQL server host'),
      said('busybox', "wget: bad address 'api.example.com'", 'bad address'),
      {
        when: 'nginx ends over it',
        at: inApp,
        severity: 'P0',
        build: () =>
          endsOver(
            '2026/11/20 09:58:58 [emerg] 1#1: host not found in upstream "orders.example.com" in /etc/nginx/conf.d/default.conf:2',
          ),
      },
      {
        when: 'the application ends over it',
        at: inApp,
        severity: 'P0',
        build: () => endsOver('Error: getaddrinfo EAI_AGAIN orders.example.com'),
      },
      {
        when: 'the cluster DNS is gone, and that is the cause',
        at: inApp,
        severity: 'P2',
        as: 'symptom of dns-coredns-unavailable',
        build: () =>
          withoutDns(says('dns error: failed to lookup address information: Temporary failure in name resolution')),
      },
    ],
    nearMiss: [
      noise('twice, from a program that goes on', 'dial tcp: lookup api.example.com: no such host', [3, 2]),
      noise('an hour ago', 'dial tcp: lookup api.example.com: no such host', [70, 65, 60]),
      noise(
        'a host that a user typed in is an answer of its own',
        'validation: field "host" must be a valid host name',
      ),
    ],
    notApplicable: [UNREAD_LOGS],
  },
} satisfies Cases;
