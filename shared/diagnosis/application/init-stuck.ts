import { lastWords } from '../container-state.ts';
import { quoted, recordsOf } from '../log-records.ts';
import { type ContainerView, millis } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Longer than most migrations take; the rollout itself is given up after ten minutes. */
const PATIENCE_MS = 5 * 60_000;

/** An init container that runs and runs: most often it waits for something that does not come. */
export const rule: Rule = (view) =>
  view.containers.flatMap((container) => {
    const { pod, name, status, statusPath, init } = container;
    if (!init) return [];
    const started = millis(status?.state?.running?.startedAt);
    if (started === undefined || view.now - started <= PATIENCE_MS) return [];
    const words = lastWords(view, container) ?? lastRecord(view, container);
    const waits = pod.object.status?.conditions?.find(
      ({ type, status }) => type === 'Initialized' && status === 'False',
    );
    return [
      {
        code: 'init-container-stuck' as const,
        ...inContainer(container),
        confidence: 'likely' as const,
        title: `init container ${name} of ${ownerName(container)} does not finish`,
        ...(words
          ? { cause: `It waits for something that does not come; its last words: ${words.line.slice(0, 300)}` }
          : {}),
        evidence: [
          evidence(
            pod.ref,
            `${statusPath}.state.running.startedAt`,
            status?.state?.running?.startedAt,
            status?.state?.running?.startedAt,
          ),
          ...(waits
            ? [
                evidence(
                  pod.ref,
                  'status.conditions[Initialized].reason',
                  waits.reason ?? 'False',
                  waits.lastTransitionTime,
                ),
              ]
            : []),
          ...(words ? [evidence(pod.ref, words.path, words.line)] : []),
        ],
        since: started,
        commands: [kubectl(pod.ref, `logs ${pod.ref.name} -c ${name}`)],
      },
    ];
  });

function lastRecord(view: ClusterView, container: ContainerView) {
  const record = recordsOf(view, container, false).at(-1);
  return record && { line: quoted(record), path: `log of ${container.name}` };
}
