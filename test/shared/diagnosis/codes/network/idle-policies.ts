import type { Snapshot } from '#shared/domain/snapshot.ts';
import { serviceOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';
import { addPolicy, DNS_RULE, egressOf, properAllows, toCollector } from '#test/support/policies.ts';
import { type Cases, the } from '../case.ts';
import { closedEgress } from './closing.ts';

const unread = [
  { why: 'policies may not be read', unread: ['networkpolicies'] },
  { why: 'there is no policy', build: healthyNamespace },
] as const;

/** On nodes of this kind. */
function onNodes(labels: Record<string, string>, snapshot: Snapshot): Snapshot {
  for (const { metadata } of snapshot.objects.nodes) metadata.labels = labels;
  return snapshot;
}

/** An EKS cluster, its Service before a policy for ingress. */
function onEks(port: number, targetPort: number | string, version = 'v1.33.1-eks-595af52'): Snapshot {
  const snapshot = addPolicy(healthyNamespace(), 'ingress', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{}],
  });
  snapshot.cluster.version = version;
  serviceOf(snapshot, 'otlp-app-service').spec.ports = [{ name: 'http', port, targetPort }];
  return snapshot;
}

/** A policy for pods that nobody runs by day. */
const nightly = (): Snapshot =>
  addPolicy(healthyNamespace(), 'nightly', {
    podSelector: { matchLabels: { app: 'nightly' } },
    policyTypes: ['Ingress'],
  });

/** Policies that do nothing, or not what they seem to. */
export const idlePolicies = {
  'netpol-selects-nothing': {
    positive: [
      {
        when: 'what it was made for is gone',
        at: the('NetworkPolicy', 'stale'),
        as: 'advice',
        target: wholeNamespace(),
        shows: '{"matchLabels":{"app":"gone"}}',
        build: () =>
          addPolicy(healthyNamespace(), 'stale', {
            podSelector: { matchLabels: { app: 'gone' } },
            policyTypes: ['Ingress'],
            ingress: [{}],
          }),
      },
      {
        when: 'it would open the way to the Collector, and asks for another label than the pods have',
        at: the('NetworkPolicy', 'to-collector'),
        severity: 'P2',
        shows: '{"matchLabels":{"app.kubernetes.io/name":"otlp-app"}}',
        build: () =>
          addPolicy(closedEgress(DNS_RULE), 'to-collector', {
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'otlp-app' } },
            policyTypes: ['Egress'],
            egress: [toCollector(4317)],
          }),
      },
      {
        when: 'it would let the application in, by a name that the Collector has no more',
        at: the('NetworkPolicy', 'from-app'),
        severity: 'P2',
        build: () => {
          const snapshot = addPolicy(healthyNamespace(), 'closed', {
            podSelector: { matchLabels: { app: 'otel-collector' } },
            policyTypes: ['Ingress'],
          });
          return addPolicy(snapshot, 'from-app', {
            podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['otel-collector-gateway'] }] },
            ingress: [{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }] }],
          });
        },
      },
      {
        when: 'it would open the way, and was made for others that are gone',
        at: the('NetworkPolicy', 'reports'),
        as: 'advice',
        target: wholeNamespace(),
        build: () =>
          addPolicy(closedEgress(DNS_RULE), 'reports', {
            podSelector: { matchLabels: { app: 'reports' } },
            policyTypes: ['Egress'],
            egress: [toCollector(4317)],
          }),
      },
    ],
    nearMiss: [
      {
        why: 'an empty selector is meant for whatever may come',
        roots: [],
        target: wholeNamespace(),
        build: () => addPolicy(healthyNamespace(), 'all', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }),
      },
      {
        why: 'a Job makes such pods now and then',
        roots: [],
        target: wholeNamespace(),
        build: () => {
          const snapshot = nightly();
          snapshot.objects.jobs.push({
            metadata: { name: 'nightly', namespace: NAMESPACE },
            spec: { template: { metadata: { labels: { app: 'nightly' } }, spec: { containers: [] } } },
          });
          return snapshot;
        },
      },
      {
        why: 'a CronJob will make such pods tonight',
        roots: [],
        target: wholeNamespace(),
        build: () => {
          const snapshot = nightly();
          snapshot.objects.cronjobs.push({
            metadata: { name: 'nightly', namespace: NAMESPACE },
            spec: {
              schedule: '0 3 * * *',
              jobTemplate: {
                spec: { template: { metadata: { labels: { app: 'nightly' } }, spec: { containers: [] } } },
              },
            },
          });
          return snapshot;
        },
      },
    ],
    notApplicable: [...unread, { why: 'pods may not be read', unread: ['pods'] }],
  },
  'netpol-peer-matches-nothing': {
    positive: [
      {
        when: 'the peer was renamed',
        at: the('NetworkPolicy', 'peer'),
        as: 'advice',
        shows: 'gone',
        build: () =>
          addPolicy(healthyNamespace(), 'peer', {
            podSelector: { matchLabels: { app: 'otel-collector' } },
            policyTypes: ['Ingress'],
            ingress: [
              {
                from: [
                  { podSelector: { matchLabels: { app: 'otlp-app' } } },
                  { podSelector: { matchLabels: { app: 'gone' } } },
                ],
              },
            ],
          }),
      },
    ],
    nearMiss: [
      {
        why: 'the peers are of a namespace that was not looked at',
        roots: [],
        build: () =>
          addPolicy(healthyNamespace(), 'peer', {
            podSelector: { matchLabels: { app: 'otlp-app' } },
            policyTypes: ['Ingress'],
            ingress: [
              {
                from: [
                  {
                    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } },
                    podSelector: { matchLabels: { app: 'nginx' } },
                  },
                ],
              },
            ],
          }),
      },
      {
        why: 'a range of addresses is nobody’s label',
        roots: [],
        build: () =>
          addPolicy(healthyNamespace(), 'peer', {
            podSelector: { matchLabels: { app: 'otlp-app' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }] }],
          }),
      },
    ],
    notApplicable: [...unread, { why: 'pods may not be read', unread: ['pods'] }],
  },
  'netpol-not-enforced': {
    positive: [
      {
        when: 'its pods are on Fargate',
        at: the('Deployment', 'otlp-app'),
        as: 'advice',
        shows: 'Fargate',
        build: () => onNodes({ 'eks.amazonaws.com/compute-type': 'fargate' }, closedEgress(DNS_RULE)),
      },
      {
        when: 'its pods are on Windows',
        at: the('Deployment', 'otlp-app'),
        as: 'advice',
        shows: 'Windows',
        build: () => onNodes({ 'kubernetes.io/os': 'windows' }, closedEgress(DNS_RULE)),
      },
    ],
    nearMiss: [
      {
        why: 'its pods are on Linux',
        roots: [],
        build: () => onNodes({ 'kubernetes.io/os': 'linux' }, properAllows(healthyNamespace())),
      },
      {
        why: 'no policy means them',
        roots: [],
        build: () =>
          onNodes(
            { 'eks.amazonaws.com/compute-type': 'fargate' },
            addPolicy(healthyNamespace(), 'other', egressOf('other')),
          ),
      },
    ],
    notApplicable: [...unread, { why: 'nodes may not be read', unread: ['nodes'] }],
  },
  'netpol-eks-port-mismatch': {
    positive: [
      {
        when: 'the Service renumbers the port',
        at: the('Service', 'otlp-app-service'),
        as: 'advice',
        shows: '8080',
        build: () => onEks(80, 8080),
      },
    ],
    nearMiss: [
      { why: 'the port is the same', roots: [], build: () => onEks(8080, 8080) },
      { why: 'it is no EKS', roots: [], build: () => onEks(80, 8080, 'v1.35.0') },
      {
        why: 'the policy is for egress',
        build: () => {
          const snapshot = onEks(80, 8080);
          snapshot.objects.networkpolicies = [];
          return addPolicy(snapshot, 'egress', egressOf('otlp-app', [{}]));
        },
      },
    ],
    notApplicable: [...unread],
  },
} satisfies Cases;
