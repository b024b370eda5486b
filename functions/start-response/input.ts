import * as z from 'zod';
import { alarm } from '#shared/domain/alarm.ts';
import { mode } from '#shared/domain/mode.ts';
import { severity } from '#shared/domain/severity.ts';

export const input = z
  .strictObject({
    target: z
      .string()
      .optional()
      .describe(
        'name of a target in medic.config.ts; default: the one that names the alarm, without an alarm the first',
      ),
    alarm: alarm
      .optional()
      .describe('the change of state that asks for it; default: a person at the console. CloudWatch sends it as it is'),
    mode,
    severity: severity.default('P0'),
  })
  .describe('Starts the P0 flow for an alarm, once for each change of its state.');
export type Input = z.infer<typeof input>;

export interface Output {
  /** ignored: it is not in ALARM, or no target names it */
  result: 'started' | 'already-started' | 'planned' | 'ignored';
  reason: string;
  target?: string;
  /** name of the flow's execution: the same for each delivery of the same change */
  execution?: string;
}
