import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['history/'], write: ['status/', 'history/', 'probes/'], remove: ['history/'] },
  probes: true,
  kubernetes: 'otlp-medic:readers',
  schedule: 'rate(5 minutes)',
  timeoutSeconds: 60,
  memoryMb: 1024,
};
