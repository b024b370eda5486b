import { describe, expect, it } from 'vitest';
import { keyOf } from '#shared/diagnosis/model.ts';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { withDatabase } from '#test/support/database.ts';
import { codes, judge, roots } from '#test/support/diagnosing.ts';
import {
  addLog,
  containerOf,
  crashLoop,
  deploymentOf,
  everWith,
  podsOf,
  serviceOf,
  setState,
  unready,
} from '#test/support/faults.ts';
import { ago, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';

const REFUSED = [
  'ERROR orders::db: error connecting to server: orders-db:5432: Connection refused (os error 111)\nError: giving up after 5 tries',
  `dial tcp 10.100.7.7:5432: connect: connection refused\nexit status 1`,
  `psql: error: connection to server at "orders-db.${NAMESPACE}.svc" (10.100.7.7), port 5432 failed: Connection refused`,
  'Error: connect ECONNREFUSED 10.100.7.7:5432',
  `java.net.ConnectException: orders-db.${NAMESPACE}.svc.cluster.local:5432: Connection refused`,
];

describe('a Service that a log names', () => {
  it.each(REFUSED)('leads from the exit to the claim that its pod waits for: %s', (log) => {
    const snapshot = withDatabase(true);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
    for (const target of [undefined, wholeNamespace()]) {
      expect(roots(snapshot, target)).toEqual(['pvc-pending']);
      expect(codes(snapshot, target)).toContain('container-exit-error');
    }
    const service = judge(snapshot).findings.find(({ subject }) => keyOf(subject) === `Service/${NAMESPACE}/orders-db`);
    expect(service).toMatchObject({ code: 'service-no-ready-endpoints' });
    expect(service?.evidence.map(({ path }) => path)).toContain('log of app (previous)');
  });

  it('explains a readiness that fails for want of it', () => {
    const snapshot = withDatabase(true);
    const pods = podsOf(snapshot, 'otlp-app');
    unready(snapshot, pods, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    for (const pod of pods) addLog(snapshot, pod, `${ago(1)} ERROR pool: orders-db:5432: Connection refused`);
    expect(roots(snapshot)).toEqual(['pvc-pending']);
  });

  it('explains a name without an address: a headless Service has none while no pod is ready', () => {
    const snapshot = withDatabase(true, 'None');
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: getaddrinfo ENOTFOUND orders-db' });
    expect(roots(snapshot)).toEqual(['pvc-pending']);
  });

  it.each(['orders-db-0.orders-db:5432', `orders-db-0.orders-db.${NAMESPACE}.svc.cluster.local:5432`])(
    'may be named by one pod of its StatefulSet: %s',
    (address) => {
      const snapshot = withDatabase(true, 'None');
      crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: `Error: ${address}: Connection refused` });
      expect(roots(snapshot)).toEqual(['pvc-pending']);
      expect(codes(snapshot)).not.toContain('external-endpoint-unreachable');
    },
  );

  it('may be named by the address of a pod behind it', () => {
    const snapshot = withDatabase(false, 'None');
    const pods = podsOf(snapshot, 'orders-db');
    crashLoop(snapshot, pods, { log: 'FATAL: could not map anonymous shared memory' });
    for (const { status } of pods) if (status) status.podIP = '10.0.7.7';
    for (const { metadata, status } of snapshot.objects.statefulsets)
      if (metadata.name === 'orders-db' && status) Object.assign(status, { readyReplicas: 0, availableReplicas: 0 });
    const log = 'Error: dial tcp 10.0.7.7:5432: connect: connection refused';
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
    const found = judge(snapshot).rootCauses;
    expect(found.map(({ code, subject }) => [code, subject.name])).toEqual([['container-exit-error', 'orders-db-0']]);
  });

  it('is no reason while it answers', () => {
    const snapshot = withDatabase(false);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: REFUSED[0] ?? '' });
    expect(roots(snapshot)).toEqual(['container-exit-error']);
  });

  it('is no reason for who does not name it', () => {
    const snapshot = withDatabase(true);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: missing field `tenant`' });
    expect(roots(snapshot, wholeNamespace()).toSorted()).toEqual(['container-exit-error', 'pvc-pending']);
    expect(roots(snapshot)).toEqual(['container-exit-error']);
  });

  it('is no reason where the same name in another namespace is meant', () => {
    const snapshot = withDatabase(true);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), {
      log: 'Error: orders-db.staging.svc.cluster.local:5432: Connection refused',
    });
    expect(roots(snapshot)[0]).not.toBe('pvc-pending');
  });
});

describe('an init container that waits for a Service', () => {
  const waiting = (command: string[]) => {
    const snapshot = withDatabase(true);
    everWith(snapshot, 'otlp-app', (_, spec) => {
      spec.initContainers = [
        {
          name: 'wait',
          image: 'busybox',
          command,
          resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '2Mi' } },
        },
      ];
    });
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      setState(snapshot, [pod], { started: false, state: { waiting: { reason: 'PodInitializing' } } }, 30);
      if (pod.status) pod.status.initContainerStatuses = [{ name: 'wait', state: { running: { startedAt: ago(30) } } }];
    }
    return snapshot;
  };

  it.each([
    [['sh', '-c', 'until nc -z orders-db 5432; do echo waiting; sleep 2; done']],
    [['sh', '-c', 'until pg_isready -h orders-db -p 5432; do sleep 2; done']],
    [['sh', '-c', `until nslookup orders-db.${NAMESPACE}.svc.cluster.local; do sleep 2; done`]],
    [['/wait-for-it.sh', 'orders-db:5432', '--timeout=0']],
  ])('leads to what its command asks for: %j', (command) => {
    expect(roots(waiting(command))).toEqual(['pvc-pending']);
  });

  it('stands for itself where it asks for something else', () => {
    expect(roots(waiting(['sh', '-c', 'until test -f /run/orders-db-ready; do sleep 2; done']))).toEqual([
      'init-container-stuck',
    ]);
  });
});

it('a workload that runs well and only once lost a connection needs nothing', () => {
  const snapshot = withDatabase(true);
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(snapshot, pod, `${ago(2)} WARN orders-db:5432: Connection refused`);
  expect(deploymentOf(snapshot, 'otlp-app').status?.availableReplicas).toBe(2);
  expect(codes(snapshot)).toEqual([]);
});

describe('a line that names nobody', () => {
  const GONE = '10.0.44.44:5432';
  const withUrl = (snapshot: Snapshot, value = 'postgres://orders-db:5432/orders') => {
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'DATABASE_URL', value });
    return snapshot;
  };

  it('means the name that it says beside the address', () => {
    const snapshot = withDatabase(true);
    const log = `GET http://orders-db/status failed: connect ECONNREFUSED ${GONE}`;
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
    expect(roots(snapshot)).toEqual(['pvc-pending']);
  });

  it.each([
    `dial tcp ${GONE}: connect: connection refused`,
    'sqlalchemy: could not connect to server',
    'openai.APIConnectionError: Connection error.',
  ])('means what the configuration names and is down: %s', (log) => {
    const snapshot = withUrl(withDatabase(true));
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: `Error: ${log}` });
    expect(roots(snapshot)).toEqual(['pvc-pending']);
  });

  it('does not mean what listens on another port', () => {
    const snapshot = withUrl(withDatabase(true));
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: dial tcp 10.0.44.44:6379: connection refused' });
    expect(roots(snapshot)).toContain('external-endpoint-unreachable');
  });

  it('does not mean what answers', () => {
    const snapshot = withUrl(withDatabase(false));
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: `Error: dial tcp ${GONE}: connection refused` });
    expect(roots(snapshot)).toEqual(['external-endpoint-unreachable']);
  });

  it('is no line that names somebody outside', () => {
    const snapshot = withUrl(withDatabase(true));
    const log = 'Error: connect ECONNREFUSED payments.example.com:443';
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
    expect(roots(snapshot)).toContain('external-endpoint-unreachable');
  });
});

describe('what is behind a gateway that is well', () => {
  /** The gateway stands before the database; the app calls the gateway, and is not ready. */
  function behindGateway(waits: boolean, said: string[]): Snapshot {
    const snapshot = withDatabase(waits);
    const { objects } = snapshot;
    const labels = { app: 'gateway' };
    const metadata = { name: 'gateway', namespace: NAMESPACE, uid: 'uid-gateway', creationTimestamp: ago(90) };
    const env = [{ name: 'UPSTREAM', value: 'http://orders-db:5432' }];
    const spec = { containers: [{ name: 'gateway', image: 'gateway:1', env }] };
    objects.statefulsets.push({
      kind: 'StatefulSet',
      metadata,
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
    });
    const pod: Pod = {
      metadata: {
        ...metadata,
        name: 'gateway-1',
        labels,
        ownerReferences: [{ kind: 'StatefulSet', name: 'gateway', uid: 'uid-gateway', controller: true }],
      },
      spec: { ...spec, nodeName: 'node-a' },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(80) }],
        containerStatuses: [{ name: 'gateway', ready: true, state: { running: { startedAt: ago(80) } } }],
      },
    };
    objects.pods.push(pod);
    const service = structuredClone(serviceOf(snapshot, 'orders-db'));
    service.metadata = { ...metadata, uid: 'uid-service-gateway' };
    service.spec = { clusterIP: '10.100.8.8', selector: labels, ports: [{ port: 80 }] };
    objects.services.push(service);
    objects.endpointslices.push({
      metadata: { ...metadata, name: 'gateway-1', labels: { 'kubernetes.io/service-name': 'gateway' } },
      endpoints: [{ addresses: ['10.0.8.8'], conditions: { ready: true } }],
    });
    if (said.length > 0) addLog(snapshot, pod, said.join('\n'));
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'GATEWAY_URL', value: 'http://gateway' });
    unready(snapshot, podsOf(snapshot, 'otlp-app'), 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    return snapshot;
  }

  it.each(['ERROR upstream http://orders-db:5432 refused: connection refused', 'ERROR All connection attempts failed'])(
    'is why its clients are not ready, when the gateway says that it misses it: %s',
    (line) => {
      const said = [3, 2, 1].map((minutes) => `${ago(minutes)} ${line}`);
      expect(roots(behindGateway(true, said))).toEqual(['pvc-pending']);
    },
  );

  it('is not, when the gateway misses nothing', () => {
    expect(roots(behindGateway(true, []))).toEqual(['readiness-probe-failing']);
  });
});
