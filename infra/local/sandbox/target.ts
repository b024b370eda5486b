import type * as z from 'zod';
import type { target } from '#shared/domain/target.ts';

/** The target that always exists: the guide's names, and limits that fit the sandbox's shortened waits. */
export const sandboxTarget: z.input<typeof target> = {
  name: 'sandbox',
  cluster: 'sandbox',
  // Its pods have no addresses that this machine reaches.
  otlp: [{ endpoint: 'http://otel-collector:4318', protocol: 'http/protobuf', vantage: 'apiserver' }],
  policy: { response: 'auto', cooldownMinutes: 0, settleSeconds: 2, recoveryLimitSeconds: 30 },
};
