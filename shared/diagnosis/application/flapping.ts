import { troubleOf } from '../container-state.ts';
import { HISTORY_MS } from '../events.ts';
import { millis } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';

/** Fewer are what a bad night leaves. */
const ENOUGH = 3;

/** Advice: it runs now, and was restarted several times, the last time within the hour. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { pod, name, status, statusPath, init } = container;
    const restarts = status?.restartCount ?? 0;
    const end = status?.lastState?.terminated;
    const finished = millis(end?.finishedAt);
    if (init || restarts < ENOUGH || !end || finished === undefined) return [];
    if (troubleOf(view, container) || view.now - finished > HISTORY_MS) return [];
    return [
      {
        code: 'pod-flapping' as const,
        ...inContainer(container),
        confidence: 'likely' as const,
        title: `container ${name} of ${ownerName(container)} was restarted ${restarts} times and runs again`,
        evidence: [
          evidence(pod.ref, `${statusPath}.restartCount`, restarts),
          evidence(
            pod.ref,
            `${statusPath}.lastState.terminated`,
            `exit code ${end.exitCode}, ${end.reason ?? 'no reason'}`,
            end.finishedAt,
          ),
        ],
        commands: [kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --previous`)],
      },
    ];
  });
