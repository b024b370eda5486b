import type { Code } from './catalogue.ts';
import {
  answersUnwell,
  asIfCutOff,
  asSeen,
  endsItself,
  isRelayed,
  lacksRequests,
  namesDirectory,
  namesPipeline,
  ranOut,
  refusedFor,
  refusesCertificate,
  saidByIt,
  timesOut,
  unanswered,
  type When,
} from './edge-conditions.ts';

/**
 * Cause -> symptom, from left to right: each stage explains all stages to its right. An `own` chain stays with one
 * workload, what it uses and the Services in front of it; a `downstream` chain leads from there to those who send to
 * such a Service, a `missing` chain to those who say themselves that they do not reach it.
 */
export interface Chain {
  reach: 'own' | 'downstream' | 'missing';
  stages: Code[][];
  /** the last stage is a symptom of the one before it only where its evidence, or that of the cause, fits */
  when?: When;
}

const REFUSED: Code[] = [
  'quota-exceeded',
  'limitrange-violation',
  'resources-request-exceeds-limit',
  'webhook-denied',
  'webhook-unavailable',
  'pod-security-violation',
  'serviceaccount-missing',
];
const MISSING: Code[] = ['configmap-missing', 'configmap-key-missing', 'secret-missing', 'secret-key-missing'];
const SYNTAX: Code[] = ['config-yaml-invalid', 'config-toml-invalid', 'config-json-invalid'];
const IMAGE: Code[] = [
  'image-not-found',
  'image-pull-unauthorized',
  'image-pull-rate-limited',
  'image-registry-unreachable',
  'image-name-invalid',
  'image-never-pull',
  'image-arch-mismatch',
];
const UNSCHEDULABLE: Code[] = [
  'unschedulable-insufficient-cpu',
  'unschedulable-insufficient-memory',
  'unschedulable-taint',
  'unschedulable-affinity',
  'unschedulable-topology-spread',
  'unschedulable-too-many-pods',
  'unschedulable-nodes-cordoned',
  'scheduling-gated',
  'host-port-conflict',
  'volume-zone-conflict',
];
const CLAIMS: Code[] = ['pvc-missing', 'pvc-pending', 'pvc-lost', 'storageclass-missing'];
const LOST: Code[] = ['pod-evicted', 'pod-preempted', 'ephemeral-storage-exceeded'];
const UNWRITABLE: Code[] = [
  'volume-full',
  'volume-read-only',
  'volume-permission-denied',
  'collector-persistent-queue-unwritable',
];
const ENDS: Code[] = ['container-exit-error', 'container-panic', 'container-exit-zero-loop', 'init-container-failed'];
const NOT_READY: Code[] = ['readiness-probe-failing'];
const NODE: Code[] = [
  'node-not-ready',
  'node-network-unavailable',
  'node-health-custom',
  'node-memory-pressure',
  'node-disk-pressure',
  'node-pid-pressure',
];

/** What the configuration of a sender gets wrong about the way to its receiver. */
const WAY: Code[] = [
  'otlp-endpoint-unknown-host',
  'otlp-endpoint-unset',
  'otlp-protocol-port-mismatch',
  'otlp-tls-mismatch',
  'otlp-http-path-wrong',
];

const DENIED: Code[] = [
  'netpol-egress-denies-collector',
  'netpol-egress-denies-dns',
  'netpol-egress-denies-backend',
  'netpol-ingress-denies-client',
];

/** What every fault of pods leads to. */
const DOWN: Code[][] = [
  ['deployment-progress-deadline'],
  ['rollout-mixed-revisions'],
  ['collector-down'],
  ['deployment-unavailable'],
  ['service-no-ready-endpoints', 'service-endpoints-partial'],
];

/** What a program that suffers from it logs again and again. */
const TOLD: Code[] = [
  ...NOT_READY,
  'liveness-probe-failing',
  'dns-resolution-failing',
  'external-endpoint-unreachable',
  'rbac-forbidden',
  'aws-credentials-failing',
  'otlp-export-failing',
  'otlp-export-rejected',
  'otlp-export-throttled',
  'otlp-data-dropped-in-app',
  'collector-export-failing',
  'collector-export-permanent',
  'collector-queue-full',
  'collector-memory-limited',
  ...UNWRITABLE,
  ...DENIED,
  ...WAY,
];

const own = (...stages: Code[][]): Chain => ({ reach: 'own', stages });
const downstream = (...stages: Code[][]): Chain => ({ reach: 'downstream', stages });
const missing = (...stages: Code[][]): Chain => ({ reach: 'missing', stages });

export const CHAINS: Chain[] = [
  own(['storageclass-missing'], ['pvc-pending']),
  own(['pv-failed-or-released'], CLAIMS, ['volume-attach-failed', 'volume-mount-failed'], ...DOWN),
  own(NODE, [...LOST, 'pod-stuck-terminating', 'pod-disrupted-by-platform', 'volume-attach-failed'], ...DOWN),
  own(LOST, UNSCHEDULABLE),
  own(['pod-stuck-terminating'], ['volume-attach-failed'], ['volume-mount-failed'], ...DOWN),
  own(UNWRITABLE, [...ENDS, ...NOT_READY], ['container-crash-loop'], ...DOWN),
  own(['image-pull-secret-missing'], ['image-pull-unauthorized', 'image-not-found']),
  own(['init-container-stuck', 'readiness-gate-pending'], ...DOWN),
  own(['container-setup-failed'], [...ENDS, 'container-sigkill-not-oom'], ['container-crash-loop'], ...DOWN),
  own(['probe-port-mismatch'], ['startup-probe-failing', 'liveness-probe-failing', ...NOT_READY]),
  own(['deployment-paused'], ['rollout-mixed-revisions']),
  { ...own(['cpu-saturated'], ['startup-probe-failing', 'liveness-probe-failing', ...NOT_READY]), when: timesOut },
  { ...downstream(['collector-down', 'service-no-ready-endpoints'], ['init-container-stuck']), when: namesPipeline },
  missing(
    ['service-no-ready-endpoints', 'service-selector-matches-nothing', 'service-target-port-mismatch'],
    ['dns-resolution-failing', 'init-container-stuck', ...ENDS, ...NOT_READY],
  ),
  own(['namespace-missing-or-terminating'], ['workload-missing', 'service-missing', ...MISSING, ...REFUSED]),
  own(['pod-disrupted-by-platform'], ['deployment-unavailable']),
  own(['workload-missing'], ['service-selector-matches-nothing'], ['service-no-ready-endpoints']),
  own(NODE, ['container-sigkill-not-oom', ...NOT_READY, 'deployment-unavailable']),
  own(REFUSED, ['deployment-replica-failure'], ...DOWN),
  own([...MISSING, 'volume-mount-failed', ...IMAGE, ...UNSCHEDULABLE], ...DOWN),
  own([...MISSING, 'pvc-missing', 'serviceaccount-missing'], ['job-failed']),
  own([...MISSING, ...SYNTAX], ['collector-config-invalid'], ENDS, ['container-crash-loop'], ...DOWN),
  // The Collector calls a directory that it cannot use a fault of its configuration.
  { ...own(['collector-persistent-queue-unwritable'], ['collector-config-invalid']), when: namesDirectory },
  own(SYNTAX, NOT_READY),
  own(['container-oom-killed'], ['container-crash-loop']),
  // The logs of a few replicas are read: what those say holds for the others of the workload.
  own(
    ['container-command-not-found', 'container-permission-denied-exec', 'image-arch-mismatch', 'container-panic'],
    ['container-exit-error'],
    ['container-crash-loop'],
  ),
  // A process that handles SIGTERM ends in its own way when the probe has it killed.
  own(
    ['startup-probe-failing', 'liveness-probe-failing'],
    [...ENDS, 'container-sigkill-not-oom', ...NOT_READY],
    ['container-crash-loop'],
    ...DOWN,
  ),
  own(['container-sigkill-not-oom'], ['container-crash-loop']),
  own(NOT_READY, ...DOWN),
  own(['deployment-paused'], ['deployment-progress-deadline']),
  own(['deployment-scaled-to-zero', 'service-selector-matches-nothing'], ['service-no-ready-endpoints']),
  own(['config-stale-in-pods'], ['otlp-export-failing']),
  // What ends and is started again has the newest.
  {
    ...own(['config-stale-in-pods'], [...NOT_READY, 'dns-resolution-failing', 'external-endpoint-unreachable']),
    when: saidByIt,
  },
  {
    ...downstream(
      ['config-stale-in-pods', 'tls-cert-expired'],
      ['otlp-tls-mismatch', 'otlp-export-failing', 'collector-export-failing'],
    ),
    when: ranOut,
  },
  {
    ...downstream(['dns-resolution-failing', 'external-endpoint-unreachable'], ['dns-resolution-failing']),
    when: isRelayed,
  },
  {
    ...own(
      ['config-stale-in-pods'],
      ['otlp-export-rejected', 'collector-export-permanent', 'collector-export-failing'],
    ),
    when: refusedFor,
  },
  own(['service-target-port-mismatch'], ['service-no-ready-endpoints']),
  own(WAY, ['otlp-export-failing', 'otlp-export-rejected'], ['otlp-data-dropped-in-app']),
  own(['otlp-export-throttled', 'otlp-emit-after-shutdown'], ['otlp-data-dropped-in-app']),
  own(['otlp-message-too-large', 'otlp-partial-success'], ['otlp-export-rejected', 'collector-export-permanent']),
  own(
    ['collector-exporter-endpoint-dns', ...WAY],
    ['collector-export-failing', 'collector-export-permanent'],
    ['collector-queue-full'],
    ['collector-memory-limited'],
  ),
  own(
    ['collector-health-check-failing'],
    ['probe-port-mismatch'],
    ['startup-probe-failing', 'liveness-probe-failing', ...NOT_READY],
  ),
  downstream(['service-missing'], ['otlp-endpoint-unknown-host']),
  downstream(
    ['collector-down', 'collector-bound-to-localhost', 'service-target-port-mismatch', 'service-no-ready-endpoints'],
    ['otlp-export-failing', 'collector-export-failing'],
  ),
  downstream(['deployment-scaled-to-zero', 'workload-missing'], ['otlp-export-failing', 'collector-export-failing']),
  downstream(['service-missing'], ['collector-exporter-endpoint-dns']),
  downstream(['collector-port-not-exposed'], ['otlp-export-failing', 'collector-export-failing']),
  downstream(['collector-signal-pipeline-missing'], ['otlp-export-rejected', 'collector-export-permanent']),
  downstream(
    ['collector-memory-limited', 'collector-queue-full'],
    ['otlp-export-throttled', 'otlp-export-failing', 'collector-export-failing'],
  ),
  own(
    ['dns-coredns-unavailable', 'dns-config-invalid', 'netpol-egress-denies-dns'],
    ['dns-resolution-failing'],
    ['otlp-export-failing', 'collector-exporter-endpoint-dns', 'collector-export-failing'],
  ),
  {
    ...own(
      ['dns-coredns-errors'],
      ['dns-resolution-failing', 'collector-exporter-endpoint-dns', 'otlp-export-failing', 'collector-export-failing'],
    ),
    when: unanswered,
  },
  { ...own(['dns-coredns-errors'], ENDS), when: endsItself },
  own(['otlp-endpoint-unknown-host'], ['dns-resolution-failing']),
  own(
    [
      'dns-coredns-unavailable',
      'dns-resolution-failing',
      'external-endpoint-unreachable',
      'rbac-forbidden',
      'aws-credentials-failing',
      'config-env-invalid',
      'config-required-key-missing',
    ],
    [...ENDS, ...NOT_READY],
    ['container-crash-loop'],
    ...DOWN,
  ),
  own(['dns-coredns-unavailable'], ['liveness-probe-failing', 'external-endpoint-unreachable']),
  own(
    ['aws-credentials-failing', 'external-endpoint-unreachable'],
    ['collector-export-failing', 'collector-export-permanent'],
  ),
  own(['config-env-invalid'], ['otlp-protocol-port-mismatch', 'otlp-export-failing']),
  own(['node-not-ready', 'node-network-unavailable', 'node-health-custom'], ['pod-sandbox-failed']),
  own(['pod-sandbox-failed'], ...DOWN),
  ...[own, downstream].map((reach) => ({
    ...reach(
      ['tls-cert-expired', 'tls-cert-invalid'],
      ['otlp-tls-mismatch', 'otlp-export-failing', 'collector-export-failing', ...NOT_READY, ...ENDS],
    ),
    when: refusesCertificate,
  })),
  own(['service-missing'], ['ingress-backend-service-missing']),
  own(
    ['ingress-class-missing', 'ingress-backend-service-missing', 'ingress-backend-port-mismatch'],
    ['ingress-no-address'],
  ),
  own(['hpa-metrics-unavailable', 'hpa-at-max'], ['cpu-saturated']),
  { ...own(['resources-unset'], ['hpa-metrics-unavailable']), when: lacksRequests },
  own(['metrics-server-unavailable'], ['hpa-metrics-unavailable']),
  downstream(['service-port-unexpected'], ['otlp-export-failing', 'collector-export-failing']),
  // One isolation for egress keeps both away; the command for the root allows both.
  own(['netpol-egress-denies-collector', 'netpol-egress-denies-backend'], ['netpol-egress-denies-dns']),
  own(DENIED, ['otlp-export-failing', 'collector-export-failing']),
  { ...own(DENIED, ['dns-resolution-failing', 'external-endpoint-unreachable']), when: asSeen },
  { ...own(DENIED, ENDS), when: namesPipeline },
  { ...own(DENIED, [...ENDS, ...NOT_READY, 'init-container-stuck']), when: saidByIt },
  { ...own(DENIED, [...ENDS, ...NOT_READY]), when: asIfCutOff },
  { ...own(['otlp-endpoint-unknown-host'], ENDS), when: namesPipeline },
  own(TOLD, ['log-error-burst']),
  missing(['service-no-ready-endpoints'], ['log-error-burst']),
  { ...downstream(['collector-down', 'service-no-ready-endpoints'], ENDS), when: namesPipeline },
  { ...downstream(['collector-down', 'service-no-ready-endpoints'], NOT_READY), when: answersUnwell },
];
