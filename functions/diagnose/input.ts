import * as z from 'zod';
import type { Diagnosis, RecommendedAction, Verdict } from '#shared/domain/diagnosis.ts';
import type { Layer } from '#shared/domain/finding.ts';
import { lookInput } from '#shared/domain/look-input.ts';

export const input = lookInput
  .extend({
    brief: z.boolean().default(false).describe('answer with verdict, codes and action alone'),
  })
  .describe('Says what is wrong with a target, why, and what would help. Never writes to a cluster.');
export type Input = z.infer<typeof input>;

/** What a flow needs to go on; the whole is in the store. */
export interface Brief {
  /** absent without an incident: then the diagnosis is not stored */
  diagnosisKey?: string;
  verdict: Verdict;
  layer?: Layer;
  /** codes, best first */
  rootCauses: string[];
  action: RecommendedAction;
  /** how many things could not be looked at */
  notChecked: number;
}

export type Output = Diagnosis | Brief;
