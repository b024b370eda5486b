import type { ActionOutcome } from '#shared/domain/action.ts';
import type { Verdict } from '#shared/domain/diagnosis.ts';
import type { Confidence, Finding, Owner, Subject } from '#shared/domain/finding.ts';
import type { Outcome } from '#shared/domain/incident.ts';
import type { SlaMark } from './model.ts';

/** How a thing is coloured everywhere: good, warn, bad, or unknown (never shown as good). */
export type Tone = 'good' | 'warn' | 'bad' | 'unknown';

export const VERDICTS: Readonly<Record<Verdict, { word: string; tone: Tone; meaning: string }>> = {
  healthy: { word: 'Healthy', tone: 'good', meaning: 'nothing that was checked is failing' },
  degraded: { word: 'Degraded', tone: 'warn', meaning: 'it works, but not as it should' },
  failed: { word: 'Failed', tone: 'bad', meaning: 'it does not do its work' },
  unknown: { word: 'Unknown', tone: 'unknown', meaning: 'too little could be checked' },
};

export const OUTCOMES: Readonly<Record<Outcome, { word: string; tone: Tone; meaning: string }>> = {
  recovered: { word: 'Recovered', tone: 'good', meaning: 'proven healthy after the action' },
  'nothing-to-do': { word: 'Nothing to do', tone: 'good', meaning: 'healthy when looked at' },
  escalated: { word: 'Escalated', tone: 'bad', meaning: 'a person must act' },
  refused: { word: 'Refused', tone: 'warn', meaning: 'an action would help, but policy or a guard forbids it' },
  'could-not-work': { word: 'Could not work', tone: 'unknown', meaning: 'the medic could not do its work' },
};

export const RESULTS: Readonly<Record<ActionOutcome['result'] | 'not-tried', { word: string; tone: Tone }>> = {
  done: { word: 'done', tone: 'good' },
  'already-done': { word: 'already done', tone: 'good' },
  planned: { word: 'planned only, nothing written', tone: 'unknown' },
  refused: { word: 'refused', tone: 'warn' },
  failed: { word: 'failed', tone: 'bad' },
  'not-tried': { word: 'not tried', tone: 'unknown' },
};

/** What a confidence rests on. */
export const CONFIDENCES: Readonly<Record<Confidence, string>> = {
  certain: 'certain: an API field states it',
  likely: 'likely: two signals agree',
  possible: 'possible: a correlation',
};

/** Pod otlp-system/otlp-app-7c9 (container otlp-app) */
export function subjectName(of: Subject | Owner): string {
  const container = 'container' in of && of.container ? ` (container ${of.container})` : '';
  return `${of.kind} ${of.namespace ? `${of.namespace}/` : ''}${of.name}${container}`;
}

/** What an engineer would name: the owning workload, else the object itself. */
export const holderOf = (of: Finding): string => subjectName(of.owner ?? of.subject);

/** 2026-11-25 01:02:03 UTC; what is no time is shown as it is. */
export function utc(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** 01:02:03 */
export const clockTime = (at: string): string => utc(at).slice(11, 19);

/** 850 ms, 4.2 s, 1 min 32 s, 2 h 5 min, 3 d 4 h */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms === 0) return '0 s';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  const of = (size: number, unit: string, below: number, belowUnit: string) => {
    const rest = Math.floor((seconds % size) / below);
    return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${belowUnit}` : ''}`;
  };
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return of(60, 'min', 1, 's');
  if (seconds < 86_400) return of(3600, 'h', 60, 'min');
  return of(86_400, 'd', 3600, 'h');
}

const MARKS: Readonly<Record<SlaMark['name'], string>> = {
  opened: 'opened',
  acknowledged: 'acknowledged',
  'acknowledge-by': 'acknowledge by',
  mitigated: 'recovered',
  'resolve-by': 'resolve by',
  closed: 'closed',
  now: 'this report',
};

/** A mark's name, and what became of a deadline by `now`. */
export function markWords({ name, at, state }: SlaMark, now: string): { name: string; state: string; tone: Tone } {
  const left = duration(Math.abs(Date.parse(at) - Date.parse(now)));
  const states: Record<SlaMark['state'], [string, Tone]> = {
    reached: ['', 'unknown'],
    met: ['met', 'good'],
    missed: ['missed', 'bad'],
    pending: [`due in ${left}`, 'warn'],
    'not-needed': ['not needed, it was over before', 'good'],
  };
  const [words, tone] = states[state];
  return { name: MARKS[name], state: words, tone };
}

/** With a full stop, and only one: reasons come with and without. */
export const sentence = (text: string): string => text.replace(/(?<![\s.])[\s.]*$/, '.');

/** Kinds of more than one word: titles have them as kubectl writes them, and begin as the API does. */
const KINDS = [
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'EndpointSlice',
  'HPA',
  'IngressClass',
  'LimitRange',
  'MutatingWebhookConfiguration',
  'NetworkPolicy',
  'OpenTelemetryCollector',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'ReplicaSet',
  'ResourceQuota',
  'ServiceAccount',
  'StatefulSet',
  'StorageClass',
  'ValidatingWebhookConfiguration',
];
const KIND_OF = new Map(KINDS.map((kind) => [kind.toLowerCase(), kind]));

/** Begins with a capital, unless it begins with a name: config.toml, otlp-app. */
export function capital(text: string): string {
  const [start = ''] = /^[\w.:/-]*/.exec(text) ?? [];
  const word = /[.:/-]\w/.test(start) ? undefined : /^[a-z]+/.exec(start)?.[0];
  if (word === undefined) return text;
  return (KIND_OF.get(word) ?? word.slice(0, 1).toUpperCase() + word.slice(1)) + text.slice(word.length);
}

/** 1 finding, 2 findings */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
