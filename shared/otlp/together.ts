import { type Signal, signal } from '#shared/domain/probe-result.ts';
import { type Found, outcomeOf } from './codes.ts';

/** What each signal's front door answered; null = a good answer. */
export type PerSignal = Partial<Record<Signal, Found | null>>;

const missing = (found: Found | null | undefined) =>
  found?.code === 'path-not-found' || found?.code === 'signal-pipeline-missing';

/**
 * One signal that is not known beside others that are has no pipeline; where none is known, the path is wrong, or it is
 * another server.
 */
export function judgeTogether(answers: PerSignal, path: (of: Signal) => string): PerSignal {
  const all = signal.options.flatMap((one) => (one in answers ? [answers[one]] : []));
  const someMissing = all.some((found) => !missing(found));
  return Object.fromEntries(
    Object.entries(answers).map(([one, found]) => {
      if (!found || !missing(found)) return [one, found];
      if (someMissing) return [one, { ...found, code: 'signal-pipeline-missing', detail: `${one}: ${found.detail}` }];
      if (found.code === 'path-not-found')
        return [one, { ...found, detail: `${path(one as Signal)}: ${found.detail}, the same for all signals` }];
      return [one, { ...found, code: 'not-an-otlp-server', detail: `${found.detail}, the same for all signals` }];
    }),
  );
}

const RANK = { fail: 0, unknown: 1, degraded: 2, pass: 3 } as const;

/** The worst of them, in the order of the signals. */
export function worst(answers: PerSignal): { of: Signal; found: Found } | undefined {
  const found = signal.options.flatMap((of) => (answers[of] ? [{ of, found: answers[of] }] : []));
  return found.toSorted((a, b) => RANK[outcomeOf(a.found)] - RANK[outcomeOf(b.found)])[0];
}
