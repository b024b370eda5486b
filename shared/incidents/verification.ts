import type { Recovery } from '#shared/actions/recovery.ts';
import type { Store } from '#shared/ports/store.ts';
import { appendTimeline, readTimeline, updateIncident } from './record.ts';

/** Without its numbers: that a pod is Ready for 20 s now and not for 10 s is no news. */
const gist = (text: string) => text.replace(/\d+/g, '#');

/** On the timeline, unless it says what the last look said; a recovery makes an incident that is not closed `mitigated`. */
export async function recordVerification(store: Store, id: string, found: Recovery, at: string): Promise<void> {
  const { outcome, reason, checks } = found;
  const text = `${outcome}: ${reason}`;
  const last = (await readTimeline(store, id)).findLast(({ kind }) => kind === 'verification');
  if (!last || gist(last.text) !== gist(text)) {
    const data = { outcome, reason, checks };
    await appendTimeline(store, id, {
      at,
      source: 'verify-recovery',
      kind: 'verification',
      actor: 'otlp-medic',
      text,
      data,
    });
  }
  if (outcome === 'recovered')
    await updateIncident(store, id, (now) =>
      now.mitigatedAt || now.outcome ? undefined : { ...now, status: 'mitigated', mitigatedAt: at },
    );
}
