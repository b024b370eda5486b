import {
  type OtlpProtocol,
  type ProbeResult,
  type RungName,
  type RungOutcome,
  rungName,
  type Signal,
} from '#shared/domain/probe-result.ts';
import { redactText } from '#shared/redaction/text.ts';
import { words } from './answer.ts';
import { type Found, outcomeOf, PROBE_CODES } from './codes.ts';
import { NOT_PART } from './ungiven.ts';

/** What one rung came to. */
export interface RungReport {
  name: RungName;
  /** its worst; absent = passed */
  found?: Found | undefined;
  /** whose finding it is, where the signals differ */
  signal?: Signal | undefined;
  durationMs: number;
  detail: string;
  /** what is wrong though it stops nothing: shown as a degradation of the rung, and no matter of the verdict */
  flaw?: string;
  signals?: Partial<Record<Signal, { outcome: RungOutcome; detail: string }>>;
}

export interface LadderRun {
  endpoint: string;
  protocol: OtlpProtocol;
  signals: Signal[];
  vantage: ProbeResult['vantage'];
  at: Date;
  durationMs: number;
  /** in the order of the rungs */
  reports: RungReport[];
  /** why a rung was left out though nothing failed below it */
  notChecked: Partial<Record<RungName, string>>;
  /** header values in every form, the longest first: never to be shown, whoever echoes them */
  secrets: readonly string[];
}

/** Of one detail: what a server says is shorter, and other words come with it. */
const MOST_TOLD = 400;

/** Whatever a server says may hold what was sent to it. */
const cleaner = (secrets: readonly string[]) => {
  const long = secrets.filter((secret) => secret.length > 3);
  return (text: string) =>
    words(
      redactText(long.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[redacted]'), text)).slice(0, 600),
      MOST_TOLD,
    );
};

const shown = (found: Found | undefined): RungOutcome => {
  if (!found) return 'pass';
  const outcome = outcomeOf(found);
  // A rung that could not be looked at has neither passed nor failed.
  return outcome === 'unknown' ? 'not-checked' : outcome;
};

const ends = (found: Found | undefined) => found !== undefined && ['fail', 'unknown'].includes(outcomeOf(found));

const inOrder = (reports: readonly RungReport[]) =>
  rungName.options.flatMap((name) => reports.filter((one) => one.name === name));

/** The verdict is the first failure over all signals, else the first degradation, else how far the proof reaches. */
function verdictOf({ reports, signals }: LadderRun): ProbeResult['verdict'] {
  const ordered = inOrder(reports);
  const decisive = ordered.find(({ found }) => ends(found)) ?? ordered.find(({ found }) => found !== undefined);
  const code = decisive?.found?.code ?? 'otlp-healthy';
  const { title, remedy } = PROBE_CODES[code];
  const signal = decisive?.signal;
  return {
    code,
    rung: decisive?.name ?? ordered.findLast(({ found }) => !found)?.name ?? 'lint',
    outcome: decisive?.found ? outcomeOf(decisive.found) : 'pass',
    ...(signal && signals.length > 0 && { signal }),
    title,
    remedy,
  };
}

/** One run as it is told: rungs above a failed one are not reached, and what was left out says why. */
export function ladderResult(run: LadderRun): ProbeResult {
  const clean = cleaner(run.secrets);
  let over = false;
  const rungs = rungName.options.map((name): ProbeResult['rungs'][number] => {
    const report = run.reports.find((one) => one.name === name);
    if (!report || over)
      return {
        name,
        outcome: over ? 'not-reached' : 'not-checked',
        durationMs: 0,
        detail: over ? '' : clean(run.notChecked[name] ?? NOT_PART),
      };
    const { found, durationMs, detail, flaw, signals } = report;
    over = ends(found);
    return {
      name,
      outcome: found || flaw === undefined ? shown(found) : 'degraded',
      durationMs: Math.round(durationMs),
      detail: clean(found?.detail ?? (flaw === undefined ? detail : `${detail}; ${flaw}`)),
      ...(signals && {
        signals: Object.fromEntries(
          Object.entries(signals).map(([of, one]) => [of, { ...one, detail: clean(one.detail) }]),
        ),
      }),
    };
  });
  return {
    schemaVersion: 1,
    endpoint: clean(run.endpoint),
    protocol: run.protocol,
    signals: run.signals,
    vantage: run.vantage,
    at: run.at.toISOString(),
    durationMs: Math.round(run.durationMs),
    verdict: verdictOf(run),
    rungs,
  };
}
