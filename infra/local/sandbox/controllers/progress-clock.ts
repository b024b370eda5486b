import type { Workload } from '#shared/domain/kubernetes.ts';
import { conditionOf } from '../objects.ts';
import type { Timeline } from '../timeline.ts';
import { PROGRESSING } from './deployment-status.ts';

/**
 * Says when a rollout has stood still for spec.progressDeadlineSeconds. It counts cluster time from each sign of
 * progress, so that the deadline shortens with the sandbox's speed, though stamps do not.
 */
export class ProgressClock {
  readonly #timeline: Timeline;
  readonly #signs = new Map<string, { sign: string; elapsed: number }>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  isOverdue(deployment: Workload): boolean {
    const current = conditionOf(deployment.status?.conditions, PROGRESSING);
    if (!current) return false;
    if (current.reason === 'ProgressDeadlineExceeded') return true;
    const key = deployment.metadata.uid ?? '';
    const sign = `${current.lastUpdateTime} ${current.reason}`;
    const now = this.#timeline.elapsed();
    const known = this.#signs.get(key);
    if (known?.sign === sign) return now - known.elapsed > (deployment.spec.progressDeadlineSeconds ?? 600);
    this.#signs.set(key, { sign, elapsed: now });
    return false;
  }
}
