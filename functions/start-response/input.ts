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
  .describe(
    'Starts the P0 flow for an alarm, once for each change of its state; its return to OK is noted in the open incident.',
  );
export type Input = z.infer<typeof input>;

export interface Output {
  /** noted: it is OK again, and the open incident says so; ignored: nothing is to be done, or no target names it */
  result: 'started' | 'already-started' | 'noted' | 'planned' | 'ignored';
  reason: string;
  target?: string;
  /** the open incident in which it is noted */
  incidentId?: string;
  /** name of the flow's execution: the same for each delivery of the same change */
  execution?: string;
}
