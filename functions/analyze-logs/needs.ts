import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/', 'snapshots/', 'logs/'], write: ['incidents/', 'reports/'] },
  kubernetes: 'otlp-medic:readers',
  timeoutSeconds: 60,
  memoryMb: 1024,
};
