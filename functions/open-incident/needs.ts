import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/'], write: ['incidents/', 'open/'] },
  timeoutSeconds: 20,
  memoryMb: 512,
};
