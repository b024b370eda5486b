import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: [], write: ['probes/'] },
  kubernetes: 'otlp-medic:probers',
  probes: true,
  schedule: 'rate(5 minutes)',
  scheduledFor: 'otlp-endpoints',
  timeoutSeconds: 60,
  memoryMb: 1024,
};
