import * as z from 'zod';
import { trigger } from '#shared/domain/incident.ts';
import { mode } from '#shared/domain/mode.ts';
import { severity } from '#shared/domain/severity.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    trigger: trigger.optional().describe('what started it; default: a person at the console'),
    mode,
    drill: z.boolean().default(false).describe('an exercise: recorded as such'),
    severity: severity.default('P0'),
    execution: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('name of the flow that works on the incident; the same name resumes it'),
  })
  .describe('Opens the one incident of a fault, or finds the one that is open already.');
export type Input = z.infer<typeof input>;

export interface Output {
  /** planned: this is what would be opened; nothing was written */
  opened: 'new' | 'resumed' | 'duplicate' | 'planned';
  incidentId: string;
  severity: Input['severity'];
  target: string;
  mode: Input['mode'];
  /** ISO 8601 UTC */
  openedAt: string;
  acknowledgeBy: string;
  resolveBy: string;
  reason: string;
}
