import type { Code } from './catalogue.ts';

/** Faults that lead to the same, or follow from the same. */

export const REFUSED: Code[] = [
  'quota-exceeded',
  'limitrange-violation',
  'resources-request-exceeds-limit',
  'webhook-denied',
  'webhook-unavailable',
  'pod-security-violation',
  'serviceaccount-missing',
];
export const MISSING: Code[] = ['configmap-missing', 'configmap-key-missing', 'secret-missing', 'secret-key-missing'];
export const SYNTAX: Code[] = ['config-yaml-invalid', 'config-toml-invalid', 'config-json-invalid'];
export const IMAGE: Code[] = [
  'image-not-found',
  'image-pull-unauthorized',
  'image-pull-rate-limited',
  'image-registry-unreachable',
  'image-name-invalid',
  'image-never-pull',
  'image-arch-mismatch',
];
export const UNSCHEDULABLE: Code[] = [
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
export const CLAIMS: Code[] = ['pvc-missing', 'pvc-pending', 'pvc-lost', 'storageclass-missing'];
export const LOST: Code[] = ['pod-evicted', 'pod-preempted', 'ephemeral-storage-exceeded'];
export const UNWRITABLE: Code[] = [
  'volume-full',
  'volume-read-only',
  'volume-permission-denied',
  'collector-persistent-queue-unwritable',
];
export const ENDS: Code[] = [
  'container-exit-error',
  'container-panic',
  'container-exit-zero-loop',
  'init-container-failed',
];
export const NOT_READY: Code[] = ['readiness-probe-failing'];
export const NODE: Code[] = [
  'node-not-ready',
  'node-network-unavailable',
  'node-health-custom',
  'node-memory-pressure',
  'node-disk-pressure',
  'node-pid-pressure',
];

/** What the configuration of a sender gets wrong about the way to its receiver. */
export const WAY: Code[] = [
  'otlp-endpoint-unknown-host',
  'otlp-endpoint-unset',
  'otlp-protocol-port-mismatch',
  'otlp-tls-mismatch',
  'otlp-http-path-wrong',
];

export const DENIED: Code[] = [
  'netpol-egress-denies-collector',
  'netpol-egress-denies-dns',
  'netpol-egress-denies-backend',
  'netpol-ingress-denies-client',
];

/** What every fault of pods leads to. */
export const DOWN: Code[][] = [
  ['deployment-progress-deadline'],
  ['rollout-mixed-revisions'],
  ['collector-down'],
  ['deployment-unavailable'],
  ['service-no-ready-endpoints', 'service-endpoints-partial'],
];

/** What a program that suffers from it logs again and again. */
export const TOLD: Code[] = [
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
