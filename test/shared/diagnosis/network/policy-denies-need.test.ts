import { describe, expect, it } from 'vitest';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { withDatabase } from '#test/support/database.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, crashLoop, everWith, podsOf, serviceOf, setState, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';
import { addPolicy, CLOSED, DNS_RULE } from '#test/support/policies.ts';

const TIMED_OUT = `${ago(1)} ERROR pool: orders-db:5432: Connection timed out (os error 110)`;
const database = { podSelector: { matchLabels: { app: 'orders-db' } } };

/** Nobody may come to the database; the application is not ready for want of it, and says so. */
function closed(ingress: object[] = [], log = TIMED_OUT): Snapshot {
  const snapshot = addPolicy(withDatabase(false), 'closed', { ...database, policyTypes: ['Ingress'], ingress });
  const pods = podsOf(snapshot, 'otlp-app');
  unready(snapshot, pods, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  for (const pod of pods) addLog(snapshot, pod, log);
  return snapshot;
}

describe('a Service that a workload says it misses', () => {
  it('is behind a policy that keeps it out: the policy is the root, and the command that mends it is at hand', () => {
    const snapshot = closed();
    for (const target of [undefined, wholeNamespace()])
      expect(roots(snapshot, target)).toEqual(['netpol-ingress-denies-client']);
    const found = findingOf(snapshot, 'netpol-ingress-denies-client');
    expect(found).toMatchObject({ severity: 'P0', confidence: 'likely', subject: { name: 'closed' } });
    expect(found.title).toContain('from service orders-db:5432');
    expect(found.evidence.map(({ path }) => path)).toContain('log of app');
    expect(found.remedy.commands[0]).toContain('"from":[{"podSelector":{"matchLabels":{"app":"otlp-app"}}}]');
  });

  it('is out of reach by the egress of the workload itself', () => {
    const snapshot = closed([{}]);
    addPolicy(snapshot, 'egress', {
      podSelector: { matchLabels: { app: 'otlp-app' } },
      policyTypes: ['Egress'],
      egress: [DNS_RULE, { to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }] }],
    });
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-backend']);
  });

  it('is not found by name where the DNS is closed too', () => {
    const snapshot = closed([{}], `${ago(1)} Error: getaddrinfo EAI_AGAIN orders-db`);
    everWith(snapshot, 'otlp-app', (container) => {
      container.env = [];
    });
    addPolicy(snapshot, 'egress', { ...CLOSED, podSelector: { matchLabels: { app: 'otlp-app' } } });
    expect(codes(snapshot)).toContain('netpol-egress-denies-dns');
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-backend']);
  });

  it('is waited for by an init container', () => {
    const snapshot = closed([], '');
    everWith(snapshot, 'otlp-app', (_, spec) => {
      const resources = { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '2Mi' } };
      const command = ['sh', '-c', 'until nc -z orders-db 5432; do sleep 2; done'];
      spec.initContainers = [{ name: 'wait', image: 'busybox', command, resources }];
    });
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      setState(snapshot, [pod], { started: false, state: { waiting: { reason: 'PodInitializing' } } }, 30);
      if (pod.status) pod.status.initContainerStatuses = [{ name: 'wait', state: { running: { startedAt: ago(30) } } }];
    }
    expect(roots(snapshot)).toEqual(['netpol-ingress-denies-client']);
  });

  it.each([
    ['lets everybody in', [{}]],
    ['lets the client in', [{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }] }]],
    ['lets everybody in to the port', [{ ports: [{ port: 5432 }] }]],
  ])('is open where the policy %s', (_, ingress) => {
    expect(roots(closed(ingress))).toEqual(['readiness-probe-failing']);
  });

  it('may be reached at a port of the Service that is open', () => {
    const snapshot = closed(
      [{ ports: [{ port: 5433 }] }],
      `${ago(1)} ERROR pool: connection to server at "orders-db" failed: Connection timed out`,
    );
    expect(codes(snapshot)).toContain('netpol-ingress-denies-client');
    serviceOf(snapshot, 'orders-db').spec?.ports?.push({ name: 'pooler', port: 5433 });
    expect(codes(snapshot)).not.toContain('netpol-ingress-denies-client');
  });

  it('is none of those that other namespaces close', () => {
    const snapshot = closed([{}]);
    addPolicy(snapshot, 'default-deny', CLOSED, 'staging');
    snapshot.namespaces.push('staging');
    expect(roots(snapshot)).toEqual(['readiness-probe-failing']);
  });
});

/** The controller of the Ingresses, in its own namespace, says which backend it does not reach. */
function withController(snapshot: Snapshot, backend: string): Snapshot {
  const { objects } = snapshot;
  const labels = { 'app.kubernetes.io/name': 'ingress-nginx' };
  const metadata = { namespace: 'ingress-nginx', creationTimestamp: ago(900) };
  const spec = { containers: [{ name: 'controller', image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3' }] };
  objects.daemonsets.push({
    metadata: { ...metadata, name: 'controller', uid: 'uid-controller' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: { desiredNumberScheduled: 1, numberAvailable: 1, numberReady: 1 },
  });
  const pod: Pod = {
    metadata: {
      ...metadata,
      name: 'controller-x2x4z',
      uid: 'uid-controller-x2x4z',
      labels,
      ownerReferences: [{ kind: 'DaemonSet', name: 'controller', uid: 'uid-controller', controller: true }],
    },
    spec: { ...spec, nodeName: 'node-a' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(800) }],
      containerStatuses: [{ name: 'controller', ready: true, state: { running: { startedAt: ago(800) } } }],
    },
  };
  objects.pods.push(pod);
  objects.namespaces.push({ metadata: { name: 'ingress-nginx', labels: { name: 'ingress-nginx' } } });
  snapshot.namespaces.push('ingress-nginx');
  const lines = [3, 2, 1].map(
    (minutes) =>
      `${ago(minutes)} [error] 41#41: *882 upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.0.3.7, server: shop.example.com, upstream: "http://${backend}/"`,
  );
  const of = { namespace: 'ingress-nginx', pod: pod.metadata.name, container: 'controller' };
  snapshot.logs.push({ ...of, previous: false, text: lines.join('\n'), truncated: false });
  return snapshot;
}

describe('a Service of the target that somebody elsewhere says he misses', () => {
  const fromOwn = { podSelector: { matchLabels: { app: 'otlp-app' } }, policyTypes: ['Ingress'] };
  const addressOf = (snapshot: Snapshot) => {
    for (const [n, { status }] of podsOf(snapshot, 'otlp-app').entries()) if (status) status.podIP = `10.0.4.${n}`;
    return '10.0.4.0:8080';
  };

  it('is closed to him by a policy that asks his namespace for the labels of his pods', () => {
    const snapshot = addPolicy(healthyNamespace(), 'from-ingress', {
      ...fromOwn,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'app.kubernetes.io/name': 'ingress-nginx' } } }] }],
    });
    withController(snapshot, addressOf(snapshot));
    for (const target of [undefined, wholeNamespace()])
      expect(roots(snapshot, target)).toEqual(['netpol-ingress-denies-client']);
    expect(findingOf(snapshot, 'netpol-ingress-denies-client').title).toContain('daemonset controller');
  });

  it('is open where the policy asks his namespace for its name', () => {
    const snapshot = addPolicy(healthyNamespace(), 'from-ingress', {
      ...fromOwn,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: 'ingress-nginx' } } }] }],
    });
    expect(codes(withController(snapshot, addressOf(snapshot)))).not.toContain('netpol-ingress-denies-client');
  });

  it('is not that of a neighbour, whoever misses it', () => {
    const snapshot = addPolicy(healthyNamespace(), 'from-nobody', fromOwn);
    expect(codes(withController(snapshot, '10.0.9.9:8080'))).not.toContain('netpol-ingress-denies-client');
  });
});

describe('a Service that only the configuration of an unwell workload names', () => {
  const named = (log = '') =>
    everWith(closed([], log), 'otlp-app', (container) => {
      container.env?.push({ name: 'DATABASE_URL', value: 'postgres://orders-db:5432/orders' });
    });

  it('explains, if nothing else does, why the workload answers that it is not ready', () => {
    expect(roots(named())).toEqual(['netpol-ingress-denies-client']);
    expect(findingOf(named(), 'netpol-ingress-denies-client').confidence).toBe('possible');
  });

  it('explains no crash that speaks of something else', () => {
    const snapshot = named();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: missing field `tenant`' });
    snapshot.objects.events = [];
    expect(roots(snapshot)).toEqual(['container-exit-error']);
  });

  it('is left alone while the workload is well', () => {
    const snapshot = everWith(withDatabase(false), 'otlp-app', (container) => {
      container.env?.push({ name: 'DATABASE_URL', value: 'postgres://orders-db:5432/orders' });
    });
    addPolicy(snapshot, 'closed', { ...database, policyTypes: ['Ingress'] });
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', findings: [] });
  });
});
