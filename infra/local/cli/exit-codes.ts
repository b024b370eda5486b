import type { Verdict } from '#shared/domain/diagnosis.ts';
import type { Outcome } from '#shared/domain/incident.ts';

/** The exit codes are a contract of the CLI: 0 well, 1 not well, 2 the work could not be done or its answer is unknown. */
export type ExitCode = 0 | 1 | 2;

export const COULD_NOT_WORK = 2;

const VERDICTS: Readonly<Record<Verdict, ExitCode>> = { healthy: 0, degraded: 1, failed: 1, unknown: 2 };

export const OUTCOMES: Readonly<Record<Outcome, ExitCode>> = {
  recovered: 0,
  'nothing-to-do': 0,
  escalated: 1,
  refused: 1,
  'could-not-work': 2,
};

const ANSWERS: Readonly<Record<string, ExitCode>> = {
  ...VERDICTS,
  ...OUTCOMES,
  pass: 0,
  fail: 1,
  'not-recovered': 1,
  failed: 1,
};

/** The exit code that a function's answer stands for: its verdict, outcome or result, where it has one. */
export function exitCodeOf(output: unknown): ExitCode {
  if (typeof output !== 'object' || output === null) return 0;
  const { verdict, outcome, result, reachable } = output as Record<string, unknown>;
  if (reachable === false) return COULD_NOT_WORK;
  // A probe's verdict is an object with the outcome in it.
  const said = typeof verdict === 'object' && verdict !== null ? (verdict as { outcome?: unknown }).outcome : verdict;
  const answer = [said, outcome, result].find((one) => typeof one === 'string');
  return typeof answer === 'string' ? (ANSWERS[answer] ?? 0) : 0;
}
