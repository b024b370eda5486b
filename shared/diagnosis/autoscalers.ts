import type { HorizontalPodAutoscaler } from '#shared/domain/surroundings.ts';
import type { Ref } from './model.ts';
import { kubectl } from './rule.ts';
import type { ClusterView } from './view.ts';

/** Metrics of new pods come a few minutes late, and so does what is applied together with its autoscaler. */
export const SETTLED_MS = 5 * 60_000;

export const refOf = ({ metadata }: HorizontalPodAutoscaler): Ref => ({
  kind: 'HorizontalPodAutoscaler',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

export const targetOf = ({ metadata, spec }: HorizontalPodAutoscaler): Ref => ({
  kind: spec.scaleTargetRef.kind,
  namespace: metadata.namespace ?? '',
  name: spec.scaleTargetRef.name,
});

/** The autoscalers of the target, or of the workloads that it names. */
export const autoscalersOf = ({ snapshot, target, workload, workloads }: ClusterView): HorizontalPodAutoscaler[] =>
  snapshot.objects.horizontalpodautoscalers.filter((hpa) => {
    if (hpa.metadata.namespace !== target.namespace) return false;
    const scaled = workload(targetOf(hpa));
    return target.workloads === 'all' || (scaled !== undefined && workloads.includes(scaled));
  });

export const conditionOf = ({ status }: HorizontalPodAutoscaler, type: string, value: string) =>
  status?.conditions?.find((one) => one.type === type && one.status === value);

export const describeIt = (hpa: HorizontalPodAutoscaler): string =>
  kubectl(refOf(hpa), `describe hpa ${hpa.metadata.name}`);
