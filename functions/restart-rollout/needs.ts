import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/', 'state/'], write: ['incidents/'] },
  kubernetes: 'otlp-medic:actors',
  timeoutSeconds: 60,
  memoryMb: 512,
};
