import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { KnownFault, RunChanges, RunRecord } from '#shared/domain/history.ts';

/**
 * A run compared with the one before it, by the fingerprints of what fails. A run that could not look says nothing about
 * what it did not see: the faults stay as they were.
 */
export function compareRuns(
  { target, at, verdict, findings }: Pick<Diagnosis, 'target' | 'at' | 'verdict' | 'findings'>,
  before: RunRecord | undefined,
): { record: RunRecord; changes: RunChanges } {
  const known = new Map((before?.faults ?? []).map((fault) => [fault.fingerprint, fault]));
  const now = findings
    .filter(({ severity }) => severity !== 'P3')
    .map(({ fingerprint, code, severity, title, firstSeen = at }): KnownFault => {
      const last = known.get(fingerprint);
      const began = last && last.firstSeen < firstSeen ? last.firstSeen : firstSeen;
      return { fingerprint, code, severity, title, firstSeen: began, lastSeen: at, runs: (last?.runs ?? 0) + 1 };
    });
  const seen = new Set(now.map(({ fingerprint }) => fingerprint));
  const unseen = [...known.values()].filter(({ fingerprint }) => !seen.has(fingerprint));
  const blind = verdict === 'unknown';
  return {
    record: { schemaVersion: 1, target, at, verdict, faults: [...now, ...(blind ? unseen : [])] },
    changes: {
      ...(before ? { since: before.at } : {}),
      new: now.filter(({ fingerprint }) => !known.has(fingerprint)),
      persisting: now.filter(({ fingerprint }) => known.has(fingerprint)),
      resolved: blind ? [] : unseen,
    },
  };
}
