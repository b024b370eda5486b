import type { ProbeResult, RungOutcome, Signal } from '#shared/domain/probe-result.ts';

type Signals = NonNullable<ProbeResult['rungs'][number]['signals']>;

/** Signals that a rung says the same of. */
export interface Alike {
  signals: string[];
  outcome: RungOutcome;
  detail: string;
}

/** A detail without the name of its signal: three signals that fail alike differ in nothing else. */
const common = (of: string, detail: string) =>
  detail
    .replace(new RegExp(`^${of}: `), '')
    .replace(new RegExp(`(/v1/)${of}\\b`, 'g'), '$1…')
    .replace(/(proto\.collector\.)\w+\.v1\.\w+Service/g, '$1…');

/** What a rung says of its signals, those that it says the same of together; what passes has nothing to tell. */
export function alikeIn(signals: Signals): Alike[] {
  const groups = new Map<string, Alike>();
  for (const [of, { outcome, detail }] of Object.entries(signals)) {
    const told = outcome === 'pass' ? '' : common(of, detail);
    const key = JSON.stringify([outcome, told.replace(new RegExp(`\\b${of}\\b`, 'g'), '…')]);
    const group = groups.get(key) ?? { signals: [], outcome, detail: told };
    group.signals.push(of);
    groups.set(key, group);
  }
  // One signal alone is told as it is, with its path.
  return [...groups.values()].map((group) => {
    const [only = ''] = group.signals;
    const whole = signals[only as Signal]?.detail ?? '';
    return group.signals.length > 1 || group.detail === ''
      ? group
      : { ...group, detail: whole.replace(new RegExp(`^${only}: `), '') };
  });
}

/** Whether a rung, or a signal at it, was looked at. */
export const isTold = (outcome: RungOutcome) => outcome !== 'not-reached' && outcome !== 'not-checked';

/** The signals of the groups that are so. */
export const signalsWith = (groups: readonly Alike[], has: (group: Alike) => boolean) =>
  groups.filter(has).flatMap((group) => group.signals);
