import type { Snapshot } from '#shared/domain/snapshot.ts';
import { withCoreDns } from '#test/support/cluster-dns.ts';
import { addLog, crashLoop, event, everWith, podsOf, setCondition, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type NearMiss, type Positive, the } from '../case.ts';

const inApp = inPodsOf('otlp-app', 'app');
const unreadLogs = { why: 'logs may not be read', unread: ['logs'] } as const;

/** The application runs, and says that so many minutes ago, a line for each. */
const says = (line: string, minutes = [4, 3, 2]): Snapshot => {
  const snapshot = healthyNamespace();
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(snapshot, pod, minutes.map((each) => `${ago(each)} ERROR ${line}`).join('\n'));
  return snapshot;
};

/** It ends over that at every start. */
const endsOver = (line: string): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: line });
};

const said = (when: string, line: string, shows: string): Positive => ({
  when,
  at: inApp,
  shows,
  build: () => says(line),
});
const noise = (why: string, line: string, minutes?: number[]): NearMiss => ({
  why,
  roots: [],
  build: () => says(line, minutes),
});

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

/** The pods wait for their network. */
function withoutNetwork(message: string): Snapshot {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, 'ContainerCreating', undefined, 6);
  for (const pod of pods) event(snapshot, pod, 'FailedCreatePodSandBox', message);
  return snapshot;
}

const sandbox = (why: string) =>
  `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0f1e2d3c": plugin type="aws-cni" name="aws-cni" failed (add): ${why}`;

/** No node takes the pods. */
function unplaced(message: string): Snapshot {
  const snapshot = healthyNamespace();
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    delete pod.spec.nodeName;
    pod.status = {
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: ago(6) },
      ],
    };
    event(snapshot, pod, 'FailedScheduling', message);
  }
  return settle(snapshot);
}

/** Names, and the ways of pods to others. */
export const namesAndWays = {
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
    notApplicable: [unreadLogs],
  },
  'external-endpoint-unreachable': {
    positive: [
      said('Go: refused', 'dial tcp 203.0.113.9:5432: connect: connection refused', '203.0.113.9:5432'),
      said('Go: dropped', 'dial tcp 203.0.113.9:5432: i/o timeout', 'i/o timeout'),
      said(
        'Rust: refused',
        'pool: error connecting to db.example.com:5432: Connection refused (os error 111)',
        'os error 111',
      ),
      said(
        'Rust: dropped',
        'pool: error connecting to db.example.com:5432: Connection timed out (os error 110)',
        'os error 110',
      ),
      said('Node', 'Error: connect ETIMEDOUT 203.0.113.9:6379', 'ETIMEDOUT'),
      said(
        'libpq',
        'connection to server at "db.example.com" (203.0.113.9), port 5432 failed: Connection refused',
        'Connection refused',
      ),
      said(
        'Java',
        'org.apache.http.conn.HttpHostConnectException: Connect to api.example.com:443 [api.example.com/203.0.113.9] failed: Connection refused',
        'Connection refused',
      ),
      said(
        'reset in the midst',
        'read tcp 10.0.1.5:41234->203.0.113.9:5432: read: connection reset by peer',
        'connection reset by peer',
      ),
      {
        when: 'the application ends over it',
        at: inApp,
        severity: 'P0',
        build: () => endsOver('Error: dial tcp 203.0.113.9:5432: connect: connection refused'),
      },
    ],
    nearMiss: [
      noise('twice, from a program that goes on', 'dial tcp 203.0.113.9:5432: connect: connection refused', [3, 2]),
      noise('itself, at localhost', 'dial tcp 127.0.0.1:9090: connect: connection refused'),
      noise('a Service that is known has faults of its own', 'connect to otel-collector:4317: connection refused'),
      noise('a pod that is known', 'dial tcp 10.0.1.5:8080: connect: connection refused'),
      noise('a client that went away', 'write response to client: broken pipe'),
    ],
    notApplicable: [unreadLogs],
  },
  'pod-sandbox-failed': {
    positive: [
      {
        when: 'the subnet has no address left',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'failed to assign an IP address',
        build: () => withoutNetwork(sandbox('add cmd: failed to assign an IP address to container')),
      },
      {
        when: 'the network plugin does not run on the node',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'connection refused',
        build: () =>
          withoutNetwork(
            sandbox(
              'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"',
            ),
          ),
      },
      {
        when: 'Calico does not know the node',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        build: () =>
          withoutNetwork(
            'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0f1e2d3c": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'it was set up at the second attempt',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          for (const pod of podsOf(snapshot, 'otlp-app'))
            event(
              snapshot,
              pod,
              'FailedCreatePodSandBox',
              sandbox('add cmd: failed to assign an IP address to container'),
              { since: 3, last: 3 },
            );
          return snapshot;
        },
      },
      {
        why: 'the sandbox was made, and a volume does not come',
        roots: ['volume-mount-failed'],
        build: () => {
          const snapshot = healthyNamespace();
          const pods = podsOf(snapshot, 'otlp-app');
          waiting(snapshot, pods, 'ContainerCreating', undefined, 6);
          for (const pod of pods)
            event(
              snapshot,
              pod,
              'FailedMount',
              'MountVolume.SetUp failed for volume "shared" : mount failed: exit status 32 Output: mount.nfs4: Connection timed out',
            );
          return snapshot;
        },
      },
    ],
    notApplicable: [
      { why: 'events may not be read', unread: ['events'] },
      { why: 'pods may not be read', unread: ['pods'] },
    ],
  },
  'host-port-conflict': {
    positive: [
      {
        when: 'every node has another pod at the port',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: "didn't have free ports",
        build: () =>
          unplaced(
            "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
          ),
      },
      {
        when: 'beside a node for the control plane',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        build: () =>
          unplaced(
            "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't have free ports for the requested pod ports. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.",
          ),
      },
    ],
    nearMiss: [
      {
        why: 'the nodes are full',
        roots: ['unschedulable-insufficient-cpu'],
        build: () =>
          unplaced(
            '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          ),
      },
      {
        why: 'the process finds its own port in use',
        roots: ['container-exit-error'],
        build: () => endsOver('Error: listen tcp :8080: bind: address already in use'),
      },
    ],
    notApplicable: [{ why: 'pods may not be read', unread: ['pods'] }],
  },
} satisfies Cases;
