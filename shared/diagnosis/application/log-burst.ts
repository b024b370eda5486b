import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import { RECENT_MS } from '../events.ts';
import { logsSeen } from '../logs-seen.ts';
import { type ContainerView, millis } from '../model.ts';
import { revisionsOf } from '../revisions.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Dependencies come up in any order: what is logged while a process starts is part of the start. */
const START_MS = 60_000;

/**
 * Warnings and errors that came many times as fast as in the rest of the log, lately. Advice: whatever they tell of has
 * a rule of its own, or shows in the state of the pods; who suffers from it explains it.
 */
export const rule: Rule = (view) => {
  const logs = Map.groupBy(logsSeen(view), ({ namespace, pod, container }) => `${namespace}/${pod}/${container}`);
  return view.logged.flatMap((container): Sighting[] => {
    const { pod, name } = container;
    const log = logs.get(`${pod.ref.namespace}/${pod.ref.name}/${name}`)?.find(({ previous }) => !previous);
    const burst = log && newestOf(view, container, log);
    return burst ? [sighting(container, log, burst)] : [];
  });
};

type Burst = NonNullable<AnalyzedLog['bursts']>[number];

function newestOf({ now }: ClusterView, container: ContainerView, { bursts = [] }: AnalyzedLog): Burst | undefined {
  const started = millis(container.status?.state?.running?.startedAt);
  // How a container ends is told by the rules about its end.
  if (started === undefined) return undefined;
  return bursts.findLast(({ from, to }) => now - Date.parse(to) <= RECENT_MS && Date.parse(from) - started > START_MS);
}

function sighting(
  container: ContainerView,
  { templates }: AnalyzedLog,
  { from, to, count, template }: Burst,
): Sighting {
  const { pod, name } = container;
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  const most = templates.find(({ id }) => id === template);
  const appeared = pod.workload && revisionsOf(pod.workload)[0]?.appeared;
  const isNew = appeared !== undefined && most?.newSinceRollout === true;
  return {
    code: 'log-error-burst',
    ...inContainer(container),
    confidence: 'possible',
    title: `container ${name} of ${ownerName(container)} logged ${count} warnings and errors within ${seconds} s`,
    cause: `Most of them say: ${most?.template.slice(0, 300) ?? 'various things'}.${isNew ? ' It was not seen before the newest revision.' : ''}`,
    evidence: [
      evidence(pod.ref, `log of ${name}, ${from} to ${to}`, `${count} warnings and errors`, from),
      ...(most ? [evidence(pod.ref, `log of ${name}`, most.sample, most.lastSeen)] : []),
    ],
    since: Date.parse(from),
    commands: [kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --since-time=${from}`)],
  };
}
