import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: ['incidents/', 'open/'], write: ['incidents/'] },
  notices: true,
  timeoutSeconds: 30,
  memoryMb: 512,
};
