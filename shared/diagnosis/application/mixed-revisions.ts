import { notReadySince } from '../container-state.ts';
import { millis, type WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';

/** The default of progressDeadlineSeconds; a StatefulSet has no such field. */
const DEADLINE_S = 600;

/** Two revisions run side by side, and the newer one has not made progress for as long as a rollout may take. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    workload.ref.kind === 'StatefulSet' ? ofStatefulSet(view.now, workload) : ofDeployment(view.now, workload),
  );

function ofDeployment(now: number, workload: WorkloadView): Sighting[] {
  const { ref, object, replicaSets, desired } = workload;
  const running = replicaSets.filter(({ status }) => (status?.replicas ?? 0) > 0);
  const [newest] = replicaSets;
  if (running.length < 2 || !newest || (newest.status?.availableReplicas ?? 0) >= desired) return [];
  const progressing = object.status?.conditions?.find(({ type }) => type === 'Progressing');
  const moved = millis(progressing?.lastUpdateTime) ?? millis(newest.metadata.creationTimestamp) ?? now;
  const patience = (object.spec?.progressDeadlineSeconds ?? DEADLINE_S) * 1000;
  if (now - moved <= patience && progressing?.reason !== 'ProgressDeadlineExceeded') return [];
  return [
    {
      code: 'rollout-mixed-revisions',
      ...inWorkload(workload),
      title: `${called(ref)} runs ${running.length} revisions side by side`,
      evidence: running.map(({ metadata, status }) =>
        evidence(
          { kind: 'ReplicaSet', namespace: ref.namespace, name: metadata.name },
          'status.readyReplicas',
          `${status?.readyReplicas ?? 0} of ${status?.replicas}`,
          metadata.creationTimestamp,
        ),
      ),
      since: moved,
      commands: [
        kubectl(ref, `rollout status deployment/${ref.name}`),
        kubectl(ref, `rollout history deployment/${ref.name}`),
      ],
    },
  ];
}

/** It takes one pod after the other and waits for each, even for one whose template has been corrected since. */
function ofStatefulSet(now: number, workload: WorkloadView): Sighting[] {
  const { ref, object, pods } = workload;
  const wanted = object.status?.updateRevision;
  const revisions = pods.map((pod) => ({ pod, revision: pod.object.metadata.labels?.['controller-revision-hash'] }));
  const known = new Set([...revisions.map(({ revision }) => revision), wanted].filter((one) => one !== undefined));
  const stuck = revisions.find(({ pod }) => now - (notReadySince(pod) ?? now) > DEADLINE_S * 1000);
  if (!wanted || known.size < 2 || !stuck) return [];
  const { pod, revision } = stuck;
  const outdated = revision !== wanted;
  return [
    {
      code: 'rollout-mixed-revisions',
      ...inWorkload(workload),
      title: `the rollout of ${called(ref)} waits for ${called(pod.ref)}`,
      cause: outdated
        ? 'The pod is of an older revision and does not become ready; the controller waits for it before it goes on to the newest one.'
        : 'The pod is of the newest revision and does not become ready; the controller waits for it before it goes on.',
      ...(outdated && {
        remedy: 'Delete the pod: it is made again of the newest revision, which does not happen by itself.',
      }),
      evidence: [
        evidence(ref, 'status.updateRevision', wanted),
        evidence(pod.ref, 'metadata.labels["controller-revision-hash"]', revision ?? 'not set'),
      ],
      since: notReadySince(pod),
      commands: [
        ...(outdated ? [kubectl(pod.ref, `delete ${called(pod.ref)}`)] : []),
        kubectl(ref, `rollout status statefulset/${ref.name}`),
      ],
    },
  ];
}
