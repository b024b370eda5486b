import type { Code } from '#shared/diagnosis/catalogue.ts';

/** Codes whose cases are still to be written, layer by layer; it may only shrink, and must be empty in the end. */
export const AWAITED: readonly Code[] = [
  // application
  // network
  // storage
  // otlp
  'collector-down',
  'collector-config-invalid',
  'collector-bound-to-localhost',
  'otlp-endpoint-unknown-host',
  'otlp-protocol-port-mismatch',
  'collector-port-not-exposed',
  'collector-signal-pipeline-missing',
  'collector-health-check-failing',
  'collector-exporter-endpoint-dns',
  'collector-export-failing',
  'collector-export-permanent',
  'collector-queue-full',
  'collector-memory-limited',
  'otlp-endpoint-unset',
  'otlp-http-path-wrong',
  'otlp-tls-mismatch',
];
