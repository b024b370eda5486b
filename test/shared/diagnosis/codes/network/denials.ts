import type { Snapshot } from '#shared/domain/snapshot.ts';
import { withDatabase } from '#test/support/database.ts';
import { addLog, crashLoop, podsOf, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { addPolicy, CLOSED, DNS_RULE, egressOf, exporting, properAllows, toCollector } from '#test/support/policies.ts';
import { says } from '#test/support/telling.ts';
import type { Cases, Place } from '../case.ts';
import { closedEgress } from './closing.ts';

const policy = (name: string, owner = 'otlp-app'): Place => ({
  subject: { kind: 'NetworkPolicy', name },
  owner: { kind: 'Deployment', name: owner },
});

const unread = [
  { why: 'policies may not be read', unread: ['networkpolicies'] },
  { why: 'there is no policy', build: healthyNamespace },
] as const;

/** The application says that its exports time out. */
const timesOut = (snapshot: Snapshot): Snapshot =>
  says(snapshot, 'opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation timed out after 10s"');

/** Nobody may come to the database but those; the application is not ready for want of it, and says so. */
function databaseClosed(ingress: object[] = []): Snapshot {
  const snapshot = addPolicy(withDatabase(false), 'orders-db', {
    podSelector: { matchLabels: { app: 'orders-db' } },
    policyTypes: ['Ingress'],
    ingress,
  });
  const pods = podsOf(snapshot, 'otlp-app');
  unready(snapshot, pods, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  for (const pod of pods)
    addLog(snapshot, pod, `${ago(1)} ERROR pool: orders-db:5432: Connection timed out (os error 110)`);
  return snapshot;
}

/** Policies that close a way. */
export const denials = {
  'netpol-egress-denies-collector': {
    positive: [
      {
        when: 'egress is closed but for the DNS, and exports time out',
        at: policy('egress'),
        shows: '{"matchLabels":{"app":"otlp-app"}}',
        build: () => timesOut(closedEgress(DNS_RULE)),
      },
      {
        when: 'the rule is for another port',
        at: policy('egress'),
        build: () => timesOut(closedEgress(DNS_RULE, toCollector(4318))),
      },
      {
        when: 'the namespace denies by default',
        at: policy('default-deny'),
        build: () => timesOut(addPolicy(healthyNamespace(), 'default-deny', CLOSED)),
      },
      { when: 'nobody complains yet', at: policy('egress'), build: () => closedEgress(DNS_RULE) },
    ],
    nearMiss: [
      {
        why: 'denied by default, and all that is needed allowed',
        roots: [],
        build: () => properAllows(healthyNamespace()),
      },
      {
        why: 'the same policy in another namespace',
        roots: [],
        build: () => {
          const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [DNS_RULE]), 'staging');
          snapshot.namespaces.push('staging');
          return snapshot;
        },
      },
      {
        why: 'the Collector itself keeps it out',
        roots: ['netpol-ingress-denies-client'],
        build: () =>
          addPolicy(healthyNamespace(), 'collector', {
            podSelector: { matchLabels: { app: 'otel-collector' } },
            policyTypes: ['Ingress'],
            ingress: [],
          }),
      },
      {
        why: 'ingress alone is closed',
        roots: [],
        build: () =>
          addPolicy(healthyNamespace(), 'ingress', {
            podSelector: { matchLabels: { app: 'otlp-app' } },
            policyTypes: ['Ingress'],
          }),
      },
    ],
    notApplicable: [...unread],
  },
  'netpol-egress-denies-dns': {
    positive: [
      { when: 'no rule for port 53', at: policy('egress'), build: () => closedEgress(toCollector(4317)) },
      {
        when: 'the rule means pods of its own namespace',
        at: policy('egress'),
        build: () =>
          closedEgress(toCollector(4317), {
            ...DNS_RULE,
            to: [{ podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
          }),
      },
      {
        when: 'TCP alone',
        at: policy('egress'),
        build: () => closedEgress(toCollector(4317), { ports: [{ port: 53 }] }),
      },
      {
        when: 'the application says that it cannot resolve',
        at: policy('egress'),
        build: () =>
          says(
            closedEgress(toCollector(4317)),
            'request failed: dns error: failed to lookup address information: Temporary failure in name resolution',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'all of kube-system is allowed',
        roots: [],
        build: () =>
          closedEgress(toCollector(4317), {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
          }),
      },
      {
        why: 'the DNS of the node is allowed',
        roots: [],
        build: () =>
          closedEgress(toCollector(4317), {
            to: [{ ipBlock: { cidr: '169.254.20.10/32' } }],
            ports: [{ protocol: 'UDP', port: 53 }],
          }),
      },
      {
        why: 'the Collector sends to nobody by name',
        roots: [],
        build: () => addPolicy(healthyNamespace(), 'collector', egressOf('otel-collector')),
      },
    ],
    notApplicable: [...unread],
  },
  'netpol-egress-denies-backend': {
    positive: [
      {
        when: 'the vendor is outside, and no rule has its port',
        at: policy('collector', 'otel-collector'),
        build: () => exporting('otlp.vendor.example.com:4317', [{ ports: [{ port: 443 }] }]),
      },
      {
        when: 'an address that no range holds',
        at: policy('collector', 'otel-collector'),
        build: () => exporting('203.0.113.9:4317', [{ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }]),
      },
      {
        when: 'the application misses its database',
        at: policy('egress'),
        severity: 'P0',
        shows: 'orders-db:5432',
        build: () => addPolicy(databaseClosed([{}]), 'egress', egressOf('otlp-app', [DNS_RULE, toCollector(4317)])),
      },
    ],
    nearMiss: [
      {
        why: 'any address outside is allowed',
        roots: [],
        build: () => exporting('otlp.vendor.example.com:4317', [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]),
      },
      {
        why: 'the port of https is allowed, and that is the one',
        roots: [],
        build: () => exporting('https://otlp.vendor.example.com', [{ ports: [{ port: 443 }] }]),
      },
      {
        why: 'the application ends over something else',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = addPolicy(
            withDatabase(false),
            'egress',
            egressOf('otlp-app', [
              DNS_RULE,
              toCollector(4317),
              { to: [{ podSelector: { matchLabels: { app: 'orders-db' } } }] },
            ]),
          );
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: cannot parse /etc/otlp-app/rules' });
        },
      },
    ],
    notApplicable: [...unread],
  },
  'netpol-ingress-denies-client': {
    positive: [
      {
        when: 'the Collector takes in those of an earlier name',
        at: policy('collector'),
        shows: '{"matchLabels":{"app":"otel-collector"}}',
        build: () =>
          timesOut(
            addPolicy(healthyNamespace(), 'collector', {
              podSelector: { matchLabels: { app: 'otel-collector' } },
              policyTypes: ['Ingress'],
              ingress: [{ from: [{ podSelector: { matchLabels: { app: 'old-app' } } }] }],
            }),
          ),
      },
      {
        when: 'it takes them in at another port',
        at: policy('collector'),
        build: () =>
          addPolicy(healthyNamespace(), 'collector', {
            podSelector: { matchLabels: { app: 'otel-collector' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }], ports: [{ port: 4318 }] }],
          }),
      },
      {
        when: 'the database lets nobody in',
        at: policy('orders-db'),
        severity: 'P0',
        shows: 'orders-db:5432',
        build: () => databaseClosed(),
      },
    ],
    nearMiss: [
      { why: 'it is let in by the name of the port', roots: [], build: () => properAllows(healthyNamespace()) },
      {
        why: 'the database lets it in, and is not well',
        build: () => databaseClosed([{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }] }]),
      },
      {
        why: 'its own egress is closed',
        roots: ['netpol-egress-denies-collector'],
        build: () => closedEgress(DNS_RULE),
      },
    ],
    notApplicable: [...unread],
  },
} satisfies Cases;
