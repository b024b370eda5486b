import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import { configMapOf } from './faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace, NAMESPACE } from './namespace.ts';

/** Puts a policy into a snapshot, as one that was made some minutes ago. */
export function addPolicy(
  snapshot: Snapshot,
  name: string,
  spec: NetworkPolicy['spec'],
  namespace = NAMESPACE,
): Snapshot {
  snapshot.objects.networkpolicies.push({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, uid: `uid-${name}`, creationTimestamp: ago(30) },
    spec,
  });
  return snapshot;
}

export const CLOSED: NetworkPolicy['spec'] = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };

export const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** What a namespace that denies by default needs to be well: DNS, the app to its Collector, callers to the app. */
export function properAllows(snapshot: Snapshot): Snapshot {
  addPolicy(snapshot, 'default-deny', CLOSED);
  addPolicy(snapshot, 'allow-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [DNS_RULE] });
  addPolicy(snapshot, 'app-to-collector', {
    podSelector: { matchLabels: { app: 'otlp-app' } },
    policyTypes: ['Egress'],
    egress: [
      { to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }], ports: [{ port: 4317 }, { port: 4318 }] },
    ],
  });
  return addPolicy(snapshot, 'collector-from-app', {
    podSelector: { matchLabels: { app: 'otel-collector' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }], ports: [{ port: 'otlp-grpc' }] }],
  });
}

/** The pods of an app may connect to these and nobody else. */
export const egressOf = (app: string, egress: object[] = []): NetworkPolicy['spec'] => ({
  podSelector: { matchLabels: { app } },
  policyTypes: ['Egress'],
  egress,
});

export const toCollector = (port: number | string) => ({
  to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }],
  ports: [{ port }],
});

/** A Collector that exports there, and may connect to the DNS and these. */
export function exporting(endpoint: string, egress: object[]): Snapshot {
  const snapshot = addPolicy(healthyNamespace(), 'collector', egressOf('otel-collector', [DNS_RULE, ...egress]));
  configMapOf(snapshot, 'otel-collector-config').data = {
    'collector.yaml': COLLECTOR_CONFIG.replace('debug: {}', `otlp/backend:\n    endpoint: ${endpoint}`).replace(
      '[debug]',
      '[otlp/backend]',
    ),
  };
  return snapshot;
}
