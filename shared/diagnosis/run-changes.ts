import { isAbout } from '#shared/domain/coverage.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { RunRecord } from '#shared/domain/history.ts';
import type { KnownFault, RunChanges } from '#shared/domain/run-changes.ts';
import { RESOURCE_NAMES } from '#shared/domain/snapshot.ts';

const KINDS = [...RESOURCE_NAMES, 'secrets'];

/**
 * A run compared with the one before it, by the fingerprints of what fails. What it could not read, though the run
 * before it could, may hide a fault: such faults are neither resolved nor seen again, and stay as they were.
 */
export function compareRuns(
  { target, at, verdict, findings, coverage }: Pick<Diagnosis, 'target' | 'at' | 'verdict' | 'findings' | 'coverage'>,
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
  const notRead = KINDS.filter((kind) => coverage.notChecked.some(({ check }) => isAbout(check, kind)));
  const blind = verdict === 'unknown' || notRead.some((kind) => !before?.notRead.includes(kind));
  const hidden = blind ? unseen : [];
  return {
    record: {
      schemaVersion: 1,
      target,
      at,
      verdict,
      faults: [...now, ...hidden],
      // With faults of an earlier run go the gaps of that run: the present ones go on hiding them.
      notRead: hidden.length > 0 && before ? before.notRead : notRead,
    },
    changes: {
      ...(before ? { since: before.at } : {}),
      new: now.filter(({ fingerprint }) => !known.has(fingerprint)),
      persisting: now.filter(({ fingerprint }) => known.has(fingerprint)),
      resolved: blind ? [] : unseen,
    },
  };
}

/** `1 new, 2 persisting`; empty where there is nothing to tell. At the first run everything would be new. */
export function changesInShort({ since, new: fresh, persisting, resolved }: RunChanges): string {
  if (since === undefined) return '';
  const counts = { new: fresh.length, persisting: persisting.length, resolved: resolved.length };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}
