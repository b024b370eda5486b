import type { Job } from '#shared/domain/surroundings.ts';
import { byPlace } from '../by-place.ts';
import { lastWords } from '../container-state.ts';
import { isOurs, lateFailure } from '../jobs.ts';
import { millis, type PodView, type Ref } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A Job that gave up within the hour, and that no later run of the same CronJob has made good. */
export const rule: Rule = (view) => {
  const failures = view.snapshot.objects.jobs.flatMap((job) => {
    const failed = isOurs(view, job) ? lateFailure(view, job) : undefined;
    return failed ? [{ job, failed }] : [];
  });
  if (failures.length === 0) return [];
  const podsOf = byJob(view);
  return failures.map(({ job, failed }) => {
    const at: Ref = { kind: 'Job', namespace: job.metadata.namespace ?? '', name: job.metadata.name };
    const ends = podsOf(job)
      .flatMap((pod) => endsOf(view, pod))
      // The logs of a few tries are read: those say more than an exit code.
      .toSorted((a, b) => Number(b.said) - Number(a.said))
      .slice(0, 3);
    return {
      code: 'job-failed' as const,
      at,
      title: `${called(at)} has failed`,
      cause: [failed.message, ...ends.slice(0, 1).map(({ words }) => words)].filter(Boolean).join('; '),
      evidence: [
        evidence(
          at,
          'status.conditions[Failed]',
          [failed.reason, failed.message].filter(Boolean).join(': '),
          failed.lastTransitionTime,
        ),
        evidence(at, 'status.failed', job.status?.failed ?? 0),
        ...ends.map(({ found }) => found),
      ],
      since: millis(job.status?.startTime) ?? failed.time,
      commands: [kubectl(at, `logs ${called(at).replace(' ', '/')} --all-pods`), kubectl(at, `describe ${called(at)}`)],
    };
  });
};

/** The pods that a Job has made, those that are done first. */
function byJob({ gone, pods }: ClusterView): (job: Job) => PodView[] {
  const made = [...gone, ...pods].flatMap((pod) =>
    (pod.object.metadata.ownerReferences ?? []).flatMap(({ kind, name, uid }) =>
      kind === 'Job' ? [{ pod, name, uid }] : [],
    ),
  );
  const find = byPlace(made, ({ pod, name }) => ({ namespace: pod.ref.namespace, name }));
  return ({ metadata: { namespace = '', name, uid: own } }) =>
    (find({ namespace, name }) ?? []).flatMap(({ pod, uid }) => (!uid || uid === own ? [pod] : []));
}

function endsOf(view: ClusterView, pod: PodView) {
  return pod.containers.flatMap((container) => {
    const end = container.status?.state?.terminated ?? container.status?.lastState?.terminated;
    if (!end || end.exitCode === 0) return [];
    const line = lastWords(view, container)?.line;
    const words = [`container ${container.name} ended with exit code ${end.exitCode}`, end.reason, line].filter(
      Boolean,
    );
    return [
      {
        words: words.join(', '),
        said: line !== undefined,
        found: evidence(pod.ref, `${container.statusPath}.state.terminated`, words.join(', '), end.finishedAt),
      },
    ];
  });
}
