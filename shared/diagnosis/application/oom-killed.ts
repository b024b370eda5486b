import { notReadySince, troubleOf } from '../container-state.ts';
import { RECENT_MS } from '../events.ts';
import { millis } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import { isOutOfMemory } from '../start-refusal.ts';

/** The kernel killed the container for its memory use; one that runs well again is advice, an older kill is history. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { pod, name, status, statusPath, spec, specPath } = container;
    const { state, lastState } = status ?? {};
    const now = isOutOfMemory(state?.terminated);
    const end = now ? state?.terminated : lastState?.terminated;
    if (!end || !isOutOfMemory(end)) return [];
    const trouble = troubleOf(view, container);
    const finished = millis(end.finishedAt);
    const recent = finished !== undefined && view.now - finished <= RECENT_MS;
    if (!recent && trouble !== 'waiting' && trouble !== 'ended') return [];
    const path = `${statusPath}.${now ? 'state' : 'lastState'}.terminated`;
    const limit = spec?.resources?.limits?.memory;
    return [
      {
        code: 'container-oom-killed' as const,
        ...inContainer(container),
        ...(trouble ? {} : { severity: 'P3' as const }),
        title: `container ${name} of ${ownerName(container)} ${trouble ? 'is' : 'was once'} killed for its memory use`,
        evidence: [
          evidence(pod.ref, `${path}.reason`, end.reason, end.finishedAt),
          ...(end.reason === 'OOMKilled' ? [] : [evidence(pod.ref, `${path}.message`, end.message, end.finishedAt)]),
          evidence(pod.ref, `${path}.exitCode`, end.exitCode, end.finishedAt),
          evidence(pod.ref, `${specPath}.resources.limits.memory`, limit ?? 'not set: the node itself ran out'),
          evidence(pod.ref, `${statusPath}.restartCount`, status?.restartCount ?? 0),
        ],
        since: notReadySince(pod),
        commands: [kubectl(pod.ref, `top pod ${pod.ref.name} --containers`)],
      },
    ];
  });
