import { eventTime } from '#shared/domain/kubernetes-event.ts';
import { millis, type PodView, type Ref, type WorkloadView } from './model.ts';
import { endedAt } from './pod-end.ts';
import type { ClusterView } from './view.ts';

/** A pod that was ended from outside, and in whose words. */
export interface Loss {
  at: Ref;
  workload?: WorkloadView;
  pod?: PodView;
  /** where it is said */
  path: string;
  reason: string;
  message: string;
  /** milliseconds */
  time: number;
}

/** By what is left of pods, and by events about those that are quite gone. */
export const lossesIn = (view: ClusterView): Loss[] => [...fromPods(view), ...fromEvents(view)];

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
