import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Outcome } from '#shared/domain/incident.ts';
import type { Attempt } from './model.ts';
import { isPlanned } from './standing.ts';
import { capital, counted } from './words.ts';

interface Known {
  outcome?: Outcome | undefined;
  /** the one before any action */
  diagnosis?: Diagnosis | undefined;
  attempts: readonly Attempt[];
  why?: string | undefined;
}

function ofDiagnosis(diagnosis: Diagnosis | undefined, why: string | undefined): string {
  if (!diagnosis) return why ?? 'Not examined yet';
  const root = diagnosis.rootCauses[0];
  if (root) return root.title;
  const count = diagnosis.findings.length;
  switch (diagnosis.verdict) {
    case 'healthy':
      return count ? `No fault found, ${counted(count, 'piece')} of advice` : 'No fault found';
    case 'unknown':
      return `Too little could be checked to say${why ? `: ${why}` : ''}`;
    default:
      return `${counted(count, 'finding')}, and none of them explains the others`;
  }
}

/** The one sentence that a person reads first; the outcome's word stands beside it. */
export const headline = (known: Known): string => capital(words(known));

function words({ outcome, diagnosis, attempts, why }: Known): string {
  const about = ofDiagnosis(diagnosis, why);
  const tried = attempts.findLast(({ result }) => result !== 'not-tried')?.action ?? 'restart';
  switch (outcome) {
    case 'recovered':
      return diagnosis?.rootCauses.length ? `A ${tried} cured: ${about}` : `Healthy again after a ${tried}`;
    case 'refused':
      return `${about} (${isPlanned(attempts) ? `a ${tried} would be tried` : `the ${tried} was refused`})`;
    case 'could-not-work':
      return `The medic could not do its work${why ? `: ${why}` : ''}`;
    case 'nothing-to-do':
      return 'Healthy when looked at; nothing was changed';
    default:
      return about;
  }
}
