import type { ProbeAction, Terminated } from '#shared/domain/kubernetes.ts';
import { RECENT_MS } from './events.ts';
import { quoted, recordsOf, type SaidRecord } from './log-records.ts';
import { type ContainerView, millis, type PodView } from './model.ts';
import type { ClusterView } from './view.ts';

/** Waiting for these is part of every start. */
const ORDINARY_WAITS = ['ContainerCreating', 'PodInitializing'];

/** A container without probes is given this long to become ready. Two of the default probe periods (10 s) and some. */
const SETTLE_MS = 30_000;

/** API times are whole seconds. */
const CLOCK_STEP_MS = 1000;

/**
 * What is wrong with a container now: it waits to be started again or cannot be started, it has ended, it runs without
 * being ready, for longer than its probes allow or after it had been ready, or it runs between two of several recent restarts.
 */
export type Trouble = 'waiting' | 'ended' | 'unready' | 'flapping';

/** Anything but one run that has lasted from the start and is ready; one of these may be in trouble, no other is. */
export function isDisturbed({ status }: ContainerView): boolean {
  const { state, lastState, ready, restartCount = 0 } = status ?? {};
  const runs = state?.running !== undefined && !state.waiting && !state.terminated;
  return !runs || ready === false || restartCount > 0 || lastState?.terminated !== undefined;
}

export function troubleOf({ now }: Pick<ClusterView, 'now'>, container: ContainerView): Trouble | undefined {
  const { status, init } = container;
  const { waiting, running, terminated } = status?.state ?? {};
  if (waiting?.reason && !ORDINARY_WAITS.includes(waiting.reason)) return 'waiting';
  // An init container that is done has ended well; the others are meant to run.
  if (terminated) return init && terminated.exitCode === 0 ? undefined : 'ended';
  if (!running) return undefined;
  if (recentRestarts(container, now)) return 'flapping';
  if (init || status?.ready !== false) return undefined;
  const started = millis(running.startedAt) ?? now;
  return now - started > startBudgetMs(container) || wasReady(container, started) ? 'unready' : undefined;
}

/** Readiness lost after the start was had before: no allowance for starting is due. */
function wasReady({ pod }: ContainerView, started: number): boolean {
  const lost = notReadySince(pod);
  return lost !== undefined && lost - started > CLOCK_STEP_MS;
}

/** One restart that it recovered from is history; a second one within a quarter of an hour is a pattern. */
function recentRestarts({ status }: ContainerView, now: number): boolean {
  const finished = millis(status?.lastState?.terminated?.finishedAt);
  return (status?.restartCount ?? 0) >= 2 && finished !== undefined && now - finished <= RECENT_MS;
}

/** How the container ended, if that belongs to its present trouble. */
export function endOf(view: ClusterView, container: ContainerView): { end: Terminated; path: string } | undefined {
  const trouble = troubleOf(view, container);
  if (!trouble) return undefined;
  const { state, lastState } = container.status ?? {};
  if (state?.terminated) return { end: state.terminated, path: `${container.statusPath}.state.terminated` };
  const end = lastState?.terminated;
  if (!end) return undefined;
  const finished = millis(end.finishedAt);
  const old = trouble === 'unready' && finished !== undefined && view.now - finished > RECENT_MS;
  return old ? undefined : { end, path: `${container.statusPath}.lastState.terminated` };
}

/** Since when a pod has not been ready; milliseconds. One that never was: since it was made. */
export function notReadySince({ object }: PodView): number | undefined {
  const ready = object.status?.conditions?.find(({ type }) => type === 'ContainersReady');
  if (ready?.status === 'True') return undefined;
  return millis(ready?.lastTransitionTime) ?? millis(object.metadata.creationTimestamp);
}

/** The time that the probes of a container allow it for its start; milliseconds. Defaults are those of the API. */
export function startBudgetMs({ spec }: ContainerView): number {
  const budget = (probe: ProbeAction | undefined) =>
    probe ? (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3) : 0;
  return Math.max(SETTLE_MS, (budget(spec?.startupProbe) + budget(spec?.readinessProbe)) * 1000);
}

/** Words that name a failure where no logger says how grave a record is. */
const TELLING = /\b(panicked at|fatal|panic|error|exception|failed|denied|refused|cannot|could not|unable to)\b/i;

/** What stands behind a crash is what others say of it: an entrypoint, a supervisor, the server that ran the program. */
const AT_THE_END = 5;
const hasCrashed = ({ crash, text, level }: SaidRecord): boolean =>
  crash !== undefined || (level === 'error' && text.includes('Traceback (most recent call last)'));

/** The record in which a container says why it ended: of its previous log, else of the present one. A crash says it best. */
export function lastWords(view: ClusterView, container: ContainerView): { line: string; path: string } | undefined {
  for (const previous of [true, false]) {
    const records = recordsOf(view, container, previous);
    const record =
      records.slice(-AT_THE_END).findLast(hasCrashed) ??
      records.findLast(({ level, text }) => level === 'error' || (level === undefined && TELLING.test(text))) ??
      records.findLast(({ text }) => TELLING.test(text)) ??
      (previous ? records.at(-1) : undefined);
    const path = `log of ${container.name}${previous ? ' (previous)' : ''}`;
    if (record) return { line: record.crash ?? quoted(record), path };
  }
  return undefined;
}
