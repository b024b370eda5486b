import type { Needs } from '#shared/domain/needs.ts';

export const needs: Needs = {
  store: { read: [] },
  kubernetes: 'otlp-medic:probers',
  probes: true,
  timeoutSeconds: 60,
  memoryMb: 1024,
};
