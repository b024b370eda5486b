import type { KnownFault, RunChanges } from '#shared/domain/run-changes.ts';
import type { Report } from './model.ts';
import { counted, duration, type Tone, utc } from './words.ts';

/** One fault of a comparison with the run before, in words for any rendering; `title` is untrusted. */
export interface ChangeRow {
  change: 'new' | 'persisting' | 'resolved';
  tone: Tone;
  severity: string;
  title: string;
  code: string;
  /** for how long; empty for what is new */
  how: string;
}

/** `since` is there: at a first run everything would be new. */
type Compared = RunChanges & { since: string };

export function changesOf({ diagnosis }: Pick<Report, 'diagnosis'>): Compared | undefined {
  const { since, ...changes } = diagnosis?.changes ?? {};
  return since === undefined ? undefined : ({ since, ...changes } as Compared);
}

/** What is new first: that is what a person looks for. */
export function changeRows({ new: fresh, resolved, persisting }: RunChanges): ChangeRow[] {
  const row = (change: ChangeRow['change'], tone: Tone, how: (of: KnownFault) => string) => (fault: KnownFault) => {
    const { severity, title, code } = fault;
    return { change, tone, severity, title, code, how: how(fault) };
  };
  const lasted = ({ firstSeen, lastSeen }: KnownFault) => duration(Date.parse(lastSeen) - Date.parse(firstSeen));
  return [
    ...fresh.map(row('new', 'bad', () => '')),
    ...resolved.map(row('resolved', 'good', (of) => `after ${counted(of.runs, 'run')}, last seen ${utc(of.lastSeen)}`)),
    ...persisting.map(row('persisting', 'warn', (of) => `${counted(of.runs, 'run')}, for ${lasted(of)}`)),
  ];
}

/** 1 new, 2 persisting, 0 resolved */
export const changesInWords = ({ new: fresh, persisting, resolved }: RunChanges): string =>
  `${fresh.length} new, ${persisting.length} persisting, ${resolved.length} resolved`;

/** Since the last run, 2026-11-25 09:25:00 UTC */
export const sinceWhen = ({ since }: Compared): string => `Since the last run, ${utc(since)}`;
