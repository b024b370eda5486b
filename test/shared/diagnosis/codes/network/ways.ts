import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, podsOf, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';
import { isTold } from '#test/support/telling.ts';
import { type Cases, inPodsOf, UNREAD_LOGS } from '../case.ts';
import { endsOver, noise, said } from './saying.ts';

const inApp = inPodsOf('otlp-app', 'app');

/** The pods wait for their network. */
function withoutNetwork(message: string): Snapshot {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, 'ContainerCreating', undefined, 6);
  for (const pod of pods) event(snapshot, pod, 'FailedCreatePodSandBox', message);
  return snapshot;
}

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

const sandbox = (why: string) =>
  `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0f1e2d3c": plugin type="aws-cni" name="aws-cni" failed (add): ${why}`;

/** Ways of pods to others, and into the network. */
export const ways = {
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
        'MySQL',
        "ERROR 2003 (HY000): Can't connect to MySQL server on 'db.example.com:3306' (111)",
        "Can't connect",
      ),
      said(
        'JDBC',
        'org.postgresql.util.PSQLException: Connection to db.example.com:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
        'refused',
      ),
      said(
        'Kafka',
        '[AdminClient clientId=shop] Connection to node -1 (kafka-0.example.com/203.0.113.9:9092) could not be established. Node may not be available.',
        'could not be established',
      ),
      said(
        'Python',
        "HTTPConnectionPool(host='api.example.com', port=80): Max retries exceeded with url: / (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
        'Errno 111',
      ),
      said(
        'Redis',
        'redis.exceptions.ConnectionError: Error 111 connecting to redis.example.com:6379. Connection refused.',
        'redis.example.com:6379',
      ),
      said(
        'psycopg',
        'connection timeout expired: connection to server at "203.0.113.9", port 5432 failed',
        'timeout expired',
      ),
      said(
        'curl',
        'curl: (28) Failed to connect to api.example.com port 443 after 30001 ms: Connection timed out',
        'timed out',
      ),
      said(
        'OkHttp',
        'java.net.ConnectException: Failed to connect to api.example.com/203.0.113.9:443',
        'Failed to connect',
      ),
      said(
        'nginx',
        'connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.1.7, server: _, request: "GET / HTTP/1.1", upstream: "http://203.0.113.9:8080/"',
        '111: Connection refused',
      ),
      said(
        'nginx on Alpine, whose C library has other words',
        'upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.0.1.7, server: _, upstream: "http://203.0.113.9:8080/"',
        '110: Operation timed out',
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
      noise(
        'itself, beside a time of day in the line',
        '2026/11/20 09:58:52 dial tcp 127.0.0.1:9090: connect: connection refused',
      ),
      noise(
        'a Service that is known, beside a time of day in the line',
        '[2026-11-20 09:58:52,318: ERROR/MainProcess] consumer: Cannot connect to redis://otel-collector:6379/0: Error 111 connecting to otel-collector:6379. Connection refused..',
      ),
      noise('a pod that is known', 'dial tcp 10.0.1.5:8080: connect: connection refused'),
      noise('a client that went away', 'write response to client: broken pipe'),
    ],
    notApplicable: [UNREAD_LOGS],
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
        when: 'the runtime that its class names is not on the node',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        because: /no runtime for/,
        build: () =>
          withoutNetwork(
            'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
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
        build: () =>
          isTold(
            healthyNamespace(),
            'FailedCreatePodSandBox',
            sandbox('add cmd: failed to assign an IP address to container'),
            { since: 3, last: 3 },
          ),
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
