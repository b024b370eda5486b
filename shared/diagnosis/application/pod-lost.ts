import { eventTime } from '#shared/domain/kubernetes-event.ts';
import type { Code } from '../catalogue.ts';
import { HISTORY_MS, RECENT_MS } from '../events.ts';
import { millis, type PodView, type Ref, type WorkloadView } from '../model.ts';
import { endedAt } from '../pod-end.ts';
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

interface Loss {
  at: Ref;
  workload?: WorkloadView;
  pod?: PodView;
  path: string;
  reason: string;
  message: string;
  time: number;
}

/**
 * Pods that were taken from their workload within the last hour: by what is left of them, or by events about pods that
 * are quite gone. While a replica is missing they are a failure; afterwards they are history, and only worth a word,
 * unless successors go the same way.
 */
export const rule: Rule = (view) => {
  const losses = [...fromPods(view), ...fromEvents(view)].filter(({ time }) => view.now - time <= HISTORY_MS);
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

function fromPods({ gone }: ClusterView): Loss[] {
  return gone.flatMap((pod): Loss[] => {
    const { ref, object, workload } = pod;
    const disrupted = object.status?.conditions?.find(
      ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
    );
    const reason = object.status?.reason ?? disrupted?.reason;
    const time = millis(disrupted?.lastTransitionTime) ?? endedAt(object);
    if (!reason || time === undefined) return [];
    const message = object.status?.message ?? disrupted?.message ?? '';
    const path = object.status?.reason ? 'status.reason' : 'status.conditions[DisruptionTarget]';
    return [{ at: ref, pod, ...(workload ? { workload } : {}), path, reason, message, time }];
  });
}

/** The scheduler deletes whom it preempts, and some controllers whom the kubelet evicted: then only the event is left. */
function fromEvents(view: ClusterView): Loss[] {
  const lost = view.snapshot.objects.events.filter(({ reason = '' }) => /^(Preempted|Evicted)$/.test(reason));
  if (lost.length === 0) return [];
  // A pod of a StatefulSet takes the name of the one before.
  const known = new Map(
    [...view.pods, ...view.gone].map(({ ref, object }) => [`${ref.namespace}/${ref.name}`, object.metadata.uid ?? '']),
  );
  const makers = makersIn(view);
  return lost.flatMap((event): Loss[] => {
    const { reason = '', message = '', involvedObject } = event;
    const { kind, name = '', namespace = event.metadata.namespace ?? '' } = involvedObject;
    const time = millis(eventTime(event));
    if (kind !== 'Pod' || time === undefined) return [];
    const present = known.get(`${namespace}/${name}`);
    if (present !== undefined && (!present || !involvedObject.uid || present === involvedObject.uid)) return [];
    const workload = makers.get(`${namespace}/${makerOf(name)}`);
    if (!workload) return [];
    return [{ at: { kind: 'Pod', namespace, name }, workload, path: `event ${reason}`, reason, message, time }];
  });
}

/** Names are all that is left of a pod that is gone: that of the object that made it, and its own suffix. */
const makerOf = (pod: string): string | undefined => /^(.+)-[a-z0-9]{1,5}$/.exec(pod)?.[1];

/** The workloads by the names of what makes their pods. */
function makersIn({ workloads }: ClusterView): Map<string, WorkloadView> {
  const makers = new Map<string, WorkloadView>();
  for (const workload of workloads) {
    const { ref, replicaSets } = workload;
    const names = ref.kind === 'Deployment' ? replicaSets.map(({ metadata }) => metadata.name) : [ref.name];
    for (const name of names) {
      const key = `${ref.namespace}/${name}`;
      if (!makers.has(key)) makers.set(key, workload);
    }
  }
  return makers;
}
