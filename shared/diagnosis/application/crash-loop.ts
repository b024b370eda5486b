import { endOf, lastWords, notReadySince, troubleOf } from '../container-state.ts';
import { called, evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';

/** The kubelet waits before it starts the container again, or the container is between two of several crashes. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { pod, name, status, statusPath, init } = container;
    const waiting = status?.state?.waiting;
    const looping = waiting?.reason === 'CrashLoopBackOff' || troubleOf(view, container) === 'flapping';
    if (init || !looping) return [];
    const found = endOf(view, container);
    const words = lastWords(view, container);
    return [
      {
        code: 'container-crash-loop' as const,
        ...inContainer(container),
        title: `container ${name} of ${ownerName(container)} keeps crashing`,
        evidence: [
          ...(waiting ? [evidence(pod.ref, `${statusPath}.state.waiting.reason`, waiting.reason)] : []),
          evidence(pod.ref, `${statusPath}.restartCount`, status?.restartCount ?? 0),
          ...(found ? [evidence(pod.ref, `${found.path}.exitCode`, found.end.exitCode, found.end.finishedAt)] : []),
          ...(words ? [evidence(pod.ref, words.path, words.line)] : []),
        ],
        since: notReadySince(pod),
        commands: [
          kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --previous`),
          kubectl(pod.ref, `describe ${called(pod.ref)}`),
        ],
      },
    ];
  });
