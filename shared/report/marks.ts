import type { Incident } from '#shared/domain/incident.ts';
import type { SlaMark } from './model.ts';

/** The moments of an incident's service level in order, each deadline judged at `now` (ISO 8601). `over`: it ends now. */
export function slaMarks(of: Incident, now: string, over: boolean): SlaMark[] {
  const { acknowledgeBy, resolveBy, breaches } = of.sla;
  const end = of.resolvedAt ?? (over ? now : undefined);
  const judge = (deadline: string, done: string | undefined, otherwise: 'met' | 'not-needed', missed: boolean) => {
    if (missed || (done ?? end ?? now) > deadline) return 'missed' as const;
    if (done) return 'met' as const;
    return end ? otherwise : ('pending' as const);
  };
  const reached = (name: SlaMark['name'], at: string | undefined): SlaMark[] =>
    at ? [{ name, at, state: 'reached' }] : [];
  return [
    ...reached('opened', of.openedAt),
    ...reached('acknowledged', of.acknowledgedAt),
    ...reached('mitigated', of.mitigatedAt),
    ...reached(end ? 'closed' : 'now', end ?? now),
    {
      name: 'acknowledge-by' as const,
      at: acknowledgeBy,
      state: judge(acknowledgeBy, of.acknowledgedAt, 'not-needed', breaches.includes('acknowledge')),
    },
    {
      name: 'resolve-by' as const,
      at: resolveBy,
      state: judge(resolveBy, of.resolvedAt, 'met', breaches.includes('resolve')),
    },
  ].sort((a, b) => a.at.localeCompare(b.at));
}
