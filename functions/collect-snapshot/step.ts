import { targetOf } from '#shared/domain/targets.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step, StepContext } from '#shared/ports/step.ts';
import { storeSnapshot } from '#shared/snapshot/place.ts';
import { takeSnapshot } from '#shared/snapshot/take.ts';
import { unreachableWhy } from '#shared/snapshot/unreachable.ts';
import type { Input, Output } from './input.ts';

/** Milliseconds kept back for redacting and storing what was read. */
const TO_STORE = 3_000;

type Needs = Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>;

const deadlineOf = ({ deadlineSeconds }: Input, { remainingMs }: StepContext): number =>
  Math.max(1_000, Math.min(deadlineSeconds * 1_000, remainingMs() - TO_STORE));

export const makeStep =
  ({ config, clusters, store, clock }: Needs): Step<Input, Output> =>
  async (event, context) => {
    const target = targetOf(config, event.target);
    const { signal, log } = context;
    const snapshot = await takeSnapshot(clusters, target, { clock, signal, deadlineMs: deadlineOf(event, context) });
    const { key, sha256 } = await storeSnapshot(store, snapshot, event.incidentId);
    const why = unreachableWhy(snapshot);
    const { checked, notChecked } = snapshot.coverage;
    log.info(why === undefined ? `snapshot of ${target.name}: ${checked.length} checks` : why, { snapshotKey: key });
    return {
      snapshotKey: key,
      sha256,
      reachable: why === undefined,
      notChecked: notChecked.length,
      ...(why !== undefined && { why }),
    };
  };
