import type { Evidence } from '#shared/domain/finding.ts';
import { type Change, changesOf } from './changes.ts';
import type { Fault } from './finding.ts';
import { millis, type WorkloadView } from './model.ts';
import { evidence } from './rule.ts';
import type { ClusterView } from './view.ts';

/** What changed longer before a fault is no longer near enough to be named as its likely reason. */
export const NEAR_MS = 3_600_000;

/** A sentence about one revision names this many changes; the evidence has the rest. */
const MOST_NAMED = 4;

/** A root cause with the newest change before it, when it came soon after one: that is where most faults come from. */
export function withChange(view: ClusterView, fault: Fault): Fault {
  const { finding, workload } = fault;
  const began = millis(finding.firstSeen);
  const about = workload ?? view.users(fault.anchor)[0];
  if (began === undefined || !about) return fault;
  const change = newestBefore(view, about, began);
  if (!change || change.kind === 'node') return fault;
  // A fault of the configuration itself begins with its change, and says so.
  if (change.kind === 'configuration' && change.at === began) return fault;
  const told = `The fault began ${began - change.at < 1000 ? 'as soon as' : `${duration(began - change.at)} after`} ${sentence(change)}.`;
  return {
    ...fault,
    finding: {
      ...finding,
      cause: `${finding.cause.replace(/(?<![.\s])[.\s]+$/, '')}. ${told}`,
      evidence: [...finding.evidence, ...proof(change)],
    },
  };
}

/** API times are whole seconds, and a controller is quick: the pods of a revision may carry the same second. */
const newestBefore = (view: ClusterView, workload: WorkloadView, began: number): Change | undefined =>
  changesOf(view, workload).find(({ at }) => at <= began && began - at <= NEAR_MS);

function sentence({ kind, what, changes }: Change): string {
  if (kind === 'image') return `${what} was pulled anew and is another one than before: its tag was moved`;
  if (kind !== 'revision') return `${what} was changed`;
  const names = [...new Set((changes?.() ?? []).map((one) => one.what))];
  const rest = names.length - MOST_NAMED;
  const named = [...names.slice(0, MOST_NAMED), ...(rest > 0 ? [`${rest} more`] : [])];
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : named[0];
  return `${what} appeared${list ? `; it changed ${list}` : ''}`;
}

function proof({ kind, ref, at, source, changes, digest }: Change): Evidence[] {
  const time = new Date(at).toISOString();
  if (kind === 'image') return [evidence(ref, 'status.containerStatuses[].imageID of its pods', digest, time)];
  if (kind !== 'revision') return [evidence(ref, 'metadata.managedFields[].time', time, time)];
  const values = (changes?.() ?? []).map(({ what, container, from, to }) =>
    [container ? `${what} of ${container}` : what, from === undefined ? undefined : `${from} -> ${to}`]
      .filter(Boolean)
      .join(': '),
  );
  return [evidence(source?.ref ?? ref, source?.path ?? 'spec.template', values.join('; ') || 'first revision', time)];
}

/** Seconds, minutes or hours, as one would say it. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
