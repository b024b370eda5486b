import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/'], write: ['incidents/'] },
  probes: true,
  kubernetes: 'otlp-medic:readers',
  timeoutSeconds: 60,
  memoryMb: 1024,
};
