import type { Code } from './catalogue.ts';
import {
  asIfCutOff,
  asSeen,
  behindService,
  endsItself,
  isRelayed,
  lacksRequests,
  mayAnswerUnwell,
  namesDevice,
  namesDirectory,
  namesNobody,
  namesPipeline,
  ranOut,
  refusedFor,
  refusesCertificate,
  saidByIt,
  saidByReceiver,
  sameWay,
  timesOut,
  unanswered,
  type When,
} from './edge-conditions.ts';
import {
  CLAIMS,
  DENIED,
  DOWN,
  ENDS,
  IMAGE,
  LOST,
  MISSING,
  NODE,
  NOT_READY,
  REFUSED,
  SYNTAX,
  TOLD,
  UNSCHEDULABLE,
  UNWRITABLE,
  WAY,
} from './fault-groups.ts';

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

const own = (...stages: Code[][]): Chain => ({ reach: 'own', stages });
const downstream = (...stages: Code[][]): Chain => ({ reach: 'downstream', stages });
const missing = (...stages: Code[][]): Chain => ({ reach: 'missing', stages });

export const CHAINS: Chain[] = [
  own(['storageclass-missing'], ['pvc-pending']),
  own(['pv-failed-or-released'], CLAIMS, ['volume-attach-failed', 'volume-mount-failed'], ...DOWN),
  own(NODE, [...LOST, 'pod-stuck-terminating', 'pod-disrupted-by-platform', 'volume-attach-failed'], ...DOWN),
  own(LOST, UNSCHEDULABLE),
  own(NODE, UNSCHEDULABLE),
  // An eviction passes; what keeps the successor from starting does not.
  own([...IMAGE, ...MISSING], LOST),
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
  // Not the state of its Service: that a webhook has nobody behind it says so itself.
  {
    ...missing(
      [...REFUSED, ...MISSING, ...UNSCHEDULABLE, ...IMAGE, ...ENDS, 'deployment-scaled-to-zero'],
      ['webhook-unavailable'],
    ),
    when: behindService,
  },
  // A Job that others wait for.
  own([...REFUSED, ...UNSCHEDULABLE, ...IMAGE, ...ENDS], ['job-failed']),
  missing(
    [...REFUSED, ...MISSING, ...UNSCHEDULABLE, ...IMAGE, 'pvc-missing', 'job-failed'],
    ['init-container-stuck', ...ENDS],
  ),
  { ...missing(['service-no-ready-endpoints'], ['external-endpoint-unreachable']), when: namesNobody },
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
  { ...downstream(['otlp-tls-mismatch'], ['otlp-export-failing']), when: saidByReceiver },
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
    ['init-container-stuck', ...ENDS, ...NOT_READY],
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
  // Those that are left bear the work of those that cannot be made.
  { ...own([...REFUSED, ...UNSCHEDULABLE], NOT_READY), when: timesOut },
  { ...own(['node-health-custom'], ENDS), when: namesDevice },
  { ...own(['otlp-endpoint-unset'], ['external-endpoint-unreachable']), when: namesPipeline },
  // The replicas that it is to share its work with find no room.
  own(UNSCHEDULABLE, ['collector-memory-limited', 'collector-queue-full', 'cpu-saturated']),
  { ...own(['resources-unset'], ['hpa-metrics-unavailable']), when: lacksRequests },
  own(['metrics-server-unavailable'], ['hpa-metrics-unavailable']),
  downstream(['service-port-unexpected'], ['otlp-export-failing', 'collector-export-failing']),
  // One isolation for egress keeps both away; the command for the root allows both.
  own(['netpol-egress-denies-collector', 'netpol-egress-denies-backend'], ['netpol-egress-denies-dns']),
  { ...own(['netpol-selects-nothing'], DENIED), when: sameWay },
  own(DENIED, ['otlp-export-failing', 'collector-export-failing']),
  {
    ...own(DENIED, ['dns-resolution-failing', 'external-endpoint-unreachable', 'aws-credentials-failing']),
    when: asSeen,
  },
  { ...own(DENIED, ENDS), when: namesPipeline },
  { ...own(DENIED, [...ENDS, ...NOT_READY, 'init-container-stuck']), when: saidByIt },
  { ...own(DENIED, [...ENDS, ...NOT_READY]), when: asIfCutOff },
  { ...own(['otlp-endpoint-unknown-host'], ENDS), when: namesPipeline },
  own(TOLD, ['log-error-burst']),
  missing(['service-no-ready-endpoints'], ['log-error-burst']),
  { ...downstream(['collector-down', 'service-no-ready-endpoints'], ENDS), when: namesPipeline },
  { ...downstream(['collector-down', 'service-no-ready-endpoints'], NOT_READY), when: mayAnswerUnwell },
];
