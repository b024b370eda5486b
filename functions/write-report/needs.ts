import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/', 'open/'], write: ['incidents/'] },
  timeoutSeconds: 30,
  memoryMb: 1024,
};
