import type { HorizontalPodAutoscaler } from '#shared/domain/surroundings.ts';
import { millis, type Ref } from '../model.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Metrics of new pods come a few minutes late, and a peak at the limit passes: KubeHpaMaxedOut of kube-prometheus waits as long. */
const LASTING_MS = 15 * 60_000;
const METRICS_LATE_MS = 5 * 60_000;

const PLURALS: Record<string, 'deployments' | 'statefulsets' | 'replicasets'> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  ReplicaSet: 'replicasets',
};

/** Autoscalers that cannot do their work, or have come to its end. */
export const rule: Rule = (view) =>
  view.snapshot.objects.horizontalpodautoscalers
    .filter((hpa) => isOurs(view, hpa))
    .flatMap((hpa) => targetMissing(view, hpa) ?? [...metricsUnavailable(view, hpa), ...atMax(view, hpa)]);

const refOf = ({ metadata }: HorizontalPodAutoscaler): Ref => ({
  kind: 'HorizontalPodAutoscaler',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

const targetOf = ({ metadata, spec }: HorizontalPodAutoscaler): Ref => ({
  kind: spec.scaleTargetRef.kind,
  namespace: metadata.namespace ?? '',
  name: spec.scaleTargetRef.name,
});

function isOurs({ target, workload, workloads }: ClusterView, hpa: HorizontalPodAutoscaler): boolean {
  if (hpa.metadata.namespace !== target.namespace) return false;
  const scaled = workload(targetOf(hpa));
  return target.workloads === 'all' || (scaled !== undefined && workloads.includes(scaled));
}

const conditionOf = ({ status }: HorizontalPodAutoscaler, type: string, value: string) =>
  status?.conditions?.find((one) => one.type === type && one.status === value);

const describe = (hpa: HorizontalPodAutoscaler) => kubectl(refOf(hpa), `describe hpa ${hpa.metadata.name}`);

function targetMissing(view: ClusterView, hpa: HorizontalPodAutoscaler): Sighting[] | undefined {
  const target = targetOf(hpa);
  const plural = PLURALS[target.kind];
  if (!plural || !view.knows(plural, target.namespace)) return undefined;
  if (
    view.workload(target) ||
    view.snapshot.objects[plural].some(
      ({ metadata }) => metadata.name === target.name && metadata.namespace === target.namespace,
    )
  )
    return undefined;
  const condition = conditionOf(hpa, 'AbleToScale', 'False');
  return [
    {
      code: 'hpa-target-missing',
      at: refOf(hpa),
      title: `hpa ${hpa.metadata.name} scales ${called(target)}, which does not exist`,
      evidence: [
        evidence(refOf(hpa), 'spec.scaleTargetRef', `${target.kind}/${target.name}`),
        ...(condition
          ? [
              evidence(
                refOf(hpa),
                'status.conditions[AbleToScale].message',
                condition.message ?? condition.reason,
                condition.lastTransitionTime,
              ),
            ]
          : []),
      ],
      commands: [describe(hpa), kubectl(target, `get ${plural}`)],
    },
  ];
}

function metricsUnavailable(view: ClusterView, hpa: HorizontalPodAutoscaler): Sighting[] {
  const condition = conditionOf(hpa, 'ScalingActive', 'False');
  const workload = view.workload(targetOf(hpa));
  // At zero replicas it rests by intent.
  if (!condition || condition.reason === 'ScalingDisabled' || !workload || workload.desired === 0) return [];
  const since = millis(condition.lastTransitionTime);
  const fresh = since === undefined || view.now - since < METRICS_LATE_MS;
  // While pods are down there is nothing to measure: that is their fault, not the autoscaler's.
  const symptom = workload.available === 0;
  return [
    {
      code: 'hpa-metrics-unavailable',
      at: refOf(hpa),
      workload,
      severity: fresh || symptom ? 'P3' : 'P2',
      title: `hpa ${hpa.metadata.name} cannot scale ${called(workload.ref)}: it gets no metrics`,
      ...(condition.message ? { cause: condition.message } : {}),
      evidence: [
        evidence(refOf(hpa), 'status.conditions[ScalingActive].reason', condition.reason, condition.lastTransitionTime),
        ...(condition.message
          ? [evidence(refOf(hpa), 'status.conditions[ScalingActive].message', condition.message)]
          : []),
      ],
      commands: [describe(hpa), 'kubectl get apiservice v1beta1.metrics.k8s.io'],
    },
  ];
}

function atMax(view: ClusterView, hpa: HorizontalPodAutoscaler): Sighting[] {
  const condition = conditionOf(hpa, 'ScalingLimited', 'True');
  const workload = view.workload(targetOf(hpa));
  const { minReplicas = 1, maxReplicas } = hpa.spec;
  if (condition?.reason !== 'TooManyReplicas' || !workload || minReplicas === maxReplicas) return [];
  const since = millis(condition.lastTransitionTime);
  const lasting = since !== undefined && view.now - since >= LASTING_MS;
  return [
    {
      code: 'hpa-at-max',
      at: refOf(hpa),
      workload,
      severity: lasting ? 'P2' : 'P3',
      title: `hpa ${hpa.metadata.name} wants more than the ${maxReplicas} replicas that it may give ${called(workload.ref)}`,
      evidence: [
        evidence(
          refOf(hpa),
          'status.conditions[ScalingLimited].reason',
          condition.reason,
          condition.lastTransitionTime,
        ),
        evidence(refOf(hpa), 'spec.maxReplicas', maxReplicas),
        evidence(refOf(hpa), 'status.currentReplicas', hpa.status?.currentReplicas ?? 'not set'),
      ],
      commands: [
        describe(hpa),
        kubectl(refOf(hpa), `patch hpa ${hpa.metadata.name} -p '{"spec":{"maxReplicas":${maxReplicas * 2}}}'`),
      ],
    },
  ];
}
