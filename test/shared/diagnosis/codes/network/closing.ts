import type { Snapshot } from '#shared/domain/snapshot.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { addPolicy, egressOf } from '#test/support/policies.ts';

export const closedEgress = (...egress: object[]): Snapshot =>
  addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', egress));
