import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { type Finding, fingerprintOf, type Owner, type Subject } from '#shared/domain/finding.ts';

/** What reports are made of in the tests, as the rules word it. */
const NAMESPACE = 'otlp-system';
export const APP: Owner = { kind: 'Deployment', namespace: NAMESPACE, name: 'otlp-app' };
export const COLLECTOR: Owner = { kind: 'Deployment', namespace: NAMESPACE, name: 'otel-collector' };
export const pod = (name: string, container?: string): Subject => ({
  kind: 'Pod',
  namespace: NAMESPACE,
  name,
  ...(container && { container }),
});

export function findingOf(given: Pick<Finding, 'code' | 'subject' | 'title' | 'cause'> & Partial<Finding>): Finding {
  return {
    layer: 'application',
    severity: 'P1',
    confidence: 'certain',
    evidence: [{ source: 'Deployment/otlp-system/otlp-app', path: 'status.availableReplicas', value: '0' }],
    remedy: { text: 'Follow the cause.', commands: [] },
    actions: [],
    fingerprint: fingerprintOf(given.code, given.subject, given.owner),
    ...given,
  };
}

export const oomKilled = findingOf({
  code: 'container-oom-killed',
  severity: 'P0',
  subject: pod('otlp-app-6d8f9c7b5-x2v9k', 'otlp-app'),
  owner: APP,
  title: 'Container otlp-app was killed for using more memory than its limit of 256Mi',
  cause: 'The process grew past its memory limit: either the limit is too low for the load or memory leaks.',
  evidence: [
    {
      source: 'Pod/otlp-system/otlp-app-6d8f9c7b5-x2v9k',
      path: 'status.containerStatuses[0].lastState.terminated.reason',
      value: 'OOMKilled',
      at: '2026-11-25T00:58:41.000Z',
    },
    {
      source: 'Pod/otlp-system/otlp-app-6d8f9c7b5-x2v9k',
      path: 'status.containerStatuses[0].lastState.terminated.exitCode',
      value: '137',
    },
    {
      source: 'Deployment/otlp-system/otlp-app',
      path: 'spec.template.spec.containers[0].resources.limits.memory',
      value: '256Mi',
    },
  ],
  remedy: {
    text: 'Raise the memory limit above the observed peak, then look for the leak in the metrics of the last day.',
    commands: [
      'kubectl -n otlp-system set resources deployment/otlp-app -c otlp-app --limits=memory=512Mi',
      'kubectl -n otlp-system top pods -l app=otlp-app --containers',
    ],
  },
  actions: ['restart', 'scale'],
});

export const crashLoop = findingOf({
  code: 'container-crash-loop',
  subject: pod('otlp-app-6d8f9c7b5-x2v9k', 'otlp-app'),
  owner: APP,
  title: 'Container otlp-app restarts again and again (7 restarts)',
  cause: 'The container ends soon after each start, so Kubernetes waits longer before each new one.',
  evidence: [
    {
      source: 'Pod/otlp-system/otlp-app-6d8f9c7b5-x2v9k',
      path: 'status.containerStatuses[0].state.waiting.reason',
      value: 'CrashLoopBackOff',
    },
  ],
  explainedBy: oomKilled.fingerprint,
});

export const unavailable = findingOf({
  code: 'deployment-unavailable',
  subject: APP,
  owner: APP,
  title: 'Deployment otlp-app has 0 of 3 replicas available',
  cause: 'Its pods are not Ready.',
  explainedBy: crashLoop.fingerprint,
});

export const noEndpoints = findingOf({
  code: 'service-no-ready-endpoints',
  layer: 'network',
  subject: { kind: 'Service', namespace: NAMESPACE, name: 'otlp-app-service' },
  title: 'Service otlp-app-service has no ready endpoint',
  cause: 'No pod behind the Service is Ready.',
  explainedBy: unavailable.fingerprint,
});

export const latestTag = findingOf({
  code: 'image-tag-latest',
  layer: 'configuration',
  severity: 'P3',
  subject: COLLECTOR,
  owner: COLLECTOR,
  title: 'Deployment otel-collector runs an image tagged latest',
  cause: 'A restart may bring another version.',
});

export function diagnosisOf(given: Partial<Diagnosis> = {}): Diagnosis {
  return {
    schemaVersion: 1,
    target: 'checkout-telemetry',
    at: '2026-11-25T01:02:08.000Z',
    durationMs: 412,
    verdict: 'failed',
    layer: 'application',
    rootCauses: [oomKilled],
    findings: [oomKilled, crashLoop, unavailable, noEndpoints, latestTag],
    ignored: [],
    action: { class: 'restart', reason: 'a restart frees the leaked memory and buys time' },
    coverage: {
      checked: ['pods', 'deployments', 'replicasets', 'services', 'endpointslices', 'configmaps', 'events', 'logs'],
      notChecked: [
        { check: 'podmetrics', why: 'metrics.k8s.io is not installed in this cluster' },
        { check: 'secret keys', why: 'forbidden: secrets "otlp-app-secrets" is not granted to the reader (RBAC)' },
      ],
    },
    snapshot: { key: 'incidents/2026/11/20261125-010203-ab12cd/snapshot-1.json.gz', sha256: 'ab'.repeat(32) },
    ...given,
  };
}

export const healthy = diagnosisOf({
  at: '2026-11-25T01:03:30.000Z',
  verdict: 'healthy',
  rootCauses: [],
  findings: [latestTag],
  action: { class: 'none', reason: 'nothing is failing' },
});
