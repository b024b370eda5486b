import * as z from 'zod';
import { mode } from '#shared/domain/mode.ts';
import { targetName } from '#shared/domain/target-name.ts';
import type { Delivery, Message } from '#shared/ports/notifier.ts';
import { noticeKind } from '#shared/report/notice.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z
      .string()
      .optional()
      .describe('the incident to tell about; default: the one that is open for the target'),
    kind: noticeKind.default('opened'),
    execution: z
      .string()
      .optional()
      .describe('name of the flow that sends it: it may go on with a notice that it was sending when it died'),
    mode,
  })
  .describe('Sends one notice about an incident to the configured channels, at most once for each kind.');
export type Input = z.infer<typeof input>;

export interface Output {
  /**
   * failed: no channel took it, and it may be tried again until it is given up; already-sent: by an earlier or a concurrent call;
   * planned: mode is plan, `message` is what would be sent; no-incident: nothing to tell about
   */
  result: 'sent' | 'failed' | 'already-sent' | 'planned' | 'no-incident';
  reason: string;
  incidentId?: string;
  kind: Input['kind'];
  deliveries: Delivery[];
  message?: Message;
}
