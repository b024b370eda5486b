import type { Code } from '../catalogue.ts';
import { HISTORY_MS, RECENT_MS } from '../events.ts';
import type { WorkloadView } from '../model.ts';
import { type Loss, lossesIn } from '../pod-losses.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Who ended a pod that did not end by itself; first match wins. */
const LOSSES: { code: Code; when: (reason: string, message: string) => boolean; says: string }[] = [
  {
    code: 'ephemeral-storage-exceeded',
    when: (reason, message) =>
      reason === 'Evicted' && /ephemeral local storage|local ephemeral storage|EmptyDir volume/i.test(message),
    says: 'used more local disk than they may',
  },
  {
    code: 'pod-preempted',
    when: (reason) => /^(Preempted|PreemptionByScheduler)$/.test(reason),
    says: 'had to give way',
  },
  { code: 'pod-evicted', when: (reason) => reason === 'Evicted', says: 'were evicted from their node' },
];

/** Replicas that outgrow the same limit together go within this time: that is one occasion. */
const TOGETHER_MS = 2 * 60_000;

/**
 * Pods that were taken from their workload within the last hour: by what is left of them, or by events about pods that
 * are quite gone. While a replica is missing they are a failure; afterwards they are history, and only worth a word,
 * unless successors go the same way.
 */
export const rule: Rule = (view) => {
  const losses = lossesIn(view).filter(({ time }) => view.now - time <= HISTORY_MS);
  const recurring = recurringIn(view, losses);
  return losses.flatMap(({ at, workload, pod, path, reason, message, time }): Sighting[] => {
    const loss = kindOf(reason, message);
    if (!loss) return [];
    const again = workload !== undefined && loss.code === 'ephemeral-storage-exceeded' && recurring.has(workload);
    // Whoever else controls a pod, a Job say, makes a new one and speaks for itself if that fails.
    const controlled = pod?.object.metadata.ownerReferences?.some(({ controller }) => controller) ?? false;
    const recovered = workload ? workload.available >= workload.desired : controlled;
    const holder = workload?.ref ?? at;
    const epilogue = again ? ', and so do their successors' : recovered && workload ? '; it has recovered since' : '';
    return [
      {
        code: loss.code,
        at,
        ...(workload ? { workload } : {}),
        ...(pod ? { pod } : {}),
        ...(recovered && !again ? { severity: 'P3' as const } : {}),
        title: `pods of ${called(holder)} ${loss.says}${epilogue}`,
        ...(message ? { cause: message.trim() } : {}),
        evidence: [evidence(at, path, [reason, message.trim()].join(': '), new Date(time).toISOString())],
        since: time,
        commands: [
          // The scheduler deletes whom it preempts.
          kubectl(
            at,
            loss.code === 'pod-preempted'
              ? 'get events --field-selector=reason=Preempted'
              : 'get pods --field-selector=status.phase=Failed',
          ),
          kubectl(at, `describe ${called(holder)}`),
        ],
      },
    ];
  });
};

const kindOf = (reason: string, message: string) => LOSSES.find(({ when }) => when(reason, message));

/**
 * Workloads whose pods outgrow their own local disk more than once, lately: it is not longer quiet than it took from the
 * first to the last of them. What a node needs for others says nothing of the next pod; this limit is the pod's own.
 */
function recurringIn({ now }: ClusterView, losses: Loss[]): Set<WorkloadView> {
  const own = losses.filter(({ reason, message }) => kindOf(reason, message)?.code === 'ephemeral-storage-exceeded');
  const byWorkload = Map.groupBy(own, ({ workload }) => workload);
  return new Set(
    [...byWorkload].flatMap(([workload, list]) => {
      const times = list.map(({ time }) => time);
      const [first, last] = [Math.min(...times), Math.max(...times)];
      const goesOn = last - first > TOGETHER_MS && now - last <= Math.max(RECENT_MS, last - first);
      return workload && goesOn ? [workload] : [];
    }),
  );
}
