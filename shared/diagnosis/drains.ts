import type { Evidence } from '#shared/domain/finding.ts';
import { HISTORY_MS } from './events.ts';
import { millis } from './model.ts';
import { evidence } from './rule.ts';
import type { ClusterView } from './view.ts';

/** Pods get a grace period, 30 s by default, and their successors some minutes to become ready. */
const USUAL_MS = 10 * 60_000;

const placeOf = (name: string) => ({ kind: 'Node', namespace: '', name });

/** Somebody empties this node and does not come to an end; empty = that is not known. */
export function overdueDrain(view: ClusterView, name: string): Evidence[] {
  const at = placeOf(name);
  // Karpenter deletes the node first, and empties it under its finalizer.
  const deleted = view.node(name)?.metadata.deletionTimestamp;
  const since = millis(deleted);
  const failed = view.events
    .of(at, undefined, { withinMs: HISTORY_MS })
    .find(({ type, reason, message }) => type === 'Warning' && /drain/i.test(`${reason} ${message}`));
  return [
    ...(since !== undefined && view.now - since > USUAL_MS
      ? [evidence(at, 'metadata.deletionTimestamp', deleted, deleted)]
      : []),
    ...(failed ? [evidence(at, `event ${failed.reason}`, failed.message, failed.lastTimestamp)] : []),
  ];
}

/** As above, for one who waits for a pod that should long be gone: then it is enough that the node takes no others. */
export function drainHeldUp(view: ClusterView, name: string, due: number): Evidence[] {
  const overdue = overdueDrain(view, name);
  const isCordoned = view.node(name)?.spec?.unschedulable === true && view.now - due > USUAL_MS;
  return isCordoned ? [evidence(placeOf(name), 'spec.unschedulable', true), ...overdue] : overdue;
}
