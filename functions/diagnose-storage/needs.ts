import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: {
    read: ['incidents/', 'snapshots/', 'history/'],
    write: ['incidents/', 'snapshots/', 'history/', 'reports/'],
    remove: ['history/'],
  },
  kubernetes: 'otlp-medic:readers',
  schedule: 'when-configured',
  timeoutSeconds: 60,
  memoryMb: 1024,
};
