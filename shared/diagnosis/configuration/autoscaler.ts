import type { HorizontalPodAutoscaler } from '#shared/domain/surroundings.ts';
import { autoscalersOf, conditionOf, describeIt, refOf, SETTLED_MS, targetOf } from '../autoscalers.ts';
import { millis } from '../model.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A peak at the limit passes: KubeHpaMaxedOut of kube-prometheus waits as long. */
const LASTING_MS = 15 * 60_000;

/** Autoscalers that cannot do their work, or have come to its end. */
export const rule: Rule = (view) =>
  autoscalersOf(view).flatMap((hpa) => [...metricsUnavailable(view, hpa), ...atMax(view, hpa)]);

function metricsUnavailable(view: ClusterView, hpa: HorizontalPodAutoscaler): Sighting[] {
  const condition = conditionOf(hpa, 'ScalingActive', 'False');
  const workload = view.workload(targetOf(hpa));
  // At zero replicas it rests by intent.
  if (!condition || condition.reason === 'ScalingDisabled' || !workload || workload.desired === 0) return [];
  const since = millis(condition.lastTransitionTime);
  const fresh = since === undefined || view.now - since < SETTLED_MS;
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
      commands: [describeIt(hpa), 'kubectl get apiservice v1beta1.metrics.k8s.io'],
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
        describeIt(hpa),
        kubectl(refOf(hpa), `patch hpa ${hpa.metadata.name} -p '{"spec":{"maxReplicas":${maxReplicas * 2}}}'`),
      ],
    },
  ];
}
