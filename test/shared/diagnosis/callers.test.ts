import { describe, expect, it } from 'vitest';
import { keyOf } from '#shared/diagnosis/model.ts';
import { withDatabase } from '#test/support/database.ts';
import { codes, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, crashLoop, deploymentOf, everWith, podsOf, setState, unready } from '#test/support/faults.ts';
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
