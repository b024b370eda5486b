import * as z from 'zod';
import { outcome } from '#shared/domain/incident.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z
      .string()
      .optional()
      .describe('the incident to report on; default: the one that is open for the target'),
    outcome: outcome.optional().describe('how the flow ended; default: what the record of the incident shows'),
  })
  .describe('Writes the report of an incident (JSON, HTML, Markdown) from all that is stored of it.');
export type Input = z.infer<typeof input>;

type Formats = Record<'json' | 'html' | 'markdown', string>;

export interface Output {
  /** no-incident: none is open for the target, so there is nothing to report on */
  result: 'written' | 'no-incident';
  incidentId?: string;
  /** store keys */
  reports?: Formats;
  /** where a person finds them: paths or URLs */
  locations?: Formats;
  headline: string;
}
