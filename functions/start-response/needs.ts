import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['open/'], write: ['incidents/'] },
  starts: ['p0-response'],
  alarms: true,
  timeoutSeconds: 20,
  memoryMb: 512,
};
