import { millis } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** The default of progressDeadlineSeconds. */
const DEADLINE_S = 600;

/** Two revisions run side by side, and the newer one has not made progress for as long as a rollout may take. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object, replicaSets, desired } = workload;
    const running = replicaSets.filter(({ status }) => (status?.replicas ?? 0) > 0);
    const [newest] = replicaSets;
    if (running.length < 2 || !newest || (newest.status?.availableReplicas ?? 0) >= desired) return [];
    const progressing = object.status?.conditions?.find(({ type }) => type === 'Progressing');
    const moved = millis(progressing?.lastUpdateTime) ?? millis(newest.metadata.creationTimestamp) ?? view.now;
    const patience = (object.spec?.progressDeadlineSeconds ?? DEADLINE_S) * 1000;
    if (view.now - moved <= patience && progressing?.reason !== 'ProgressDeadlineExceeded') return [];
    return [
      {
        code: 'rollout-mixed-revisions' as const,
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
  });
