import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/', 'open/'], write: ['incidents/'] },
  timeoutSeconds: 20,
  memoryMb: 512,
};
