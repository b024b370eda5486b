import type { Attempt, Report } from './model.ts';
import { OUTCOMES, type Tone, VERDICTS } from './words.ts';

export interface Standing {
  word: string;
  tone: Tone;
  meaning: string;
}

/** A flow in plan mode ends as refused; that it was never to act is the better word. */
export const isPlanned = (attempts: readonly Attempt[]): boolean =>
  attempts.some(({ result }) => result === 'planned') && attempts.every(({ result }) => result !== 'done');

/** How it stands: the outcome of the flow, or the verdict where there is none. */
export function standing({ outcome, verdict, attempts }: Report): Standing {
  if (outcome === 'refused' && isPlanned(attempts))
    return { word: 'Planned', tone: 'unknown', meaning: 'an action would help; in plan mode nothing was changed' };
  return outcome ? OUTCOMES[outcome] : VERDICTS[verdict];
}
