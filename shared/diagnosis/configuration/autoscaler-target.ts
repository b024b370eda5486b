import type { HorizontalPodAutoscaler } from '#shared/domain/surroundings.ts';
import { autoscalersOf, conditionOf, describeIt, refOf, SETTLED_MS, targetOf } from '../autoscalers.ts';
import { keyOf, millis, type WorkloadView } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

const PLURALS: Record<string, 'deployments' | 'statefulsets' | 'replicasets'> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  ReplicaSet: 'replicasets',
};

/** As the API server says that there is no such object, or no such kind; anything else is another trouble. */
const NOT_THERE = /not found|no matches for kind|could not find the requested resource/;

/**
 * An autoscaler whose target is not there: what it was meant for keeps its number of replicas under any load. Advice
 * where it has scaled something that was then removed, and forgot it here.
 */
export const rule: Rule = (view) =>
  autoscalersOf(view).flatMap((hpa) => {
    const condition = conditionOf(hpa, 'AbleToScale', 'False');
    const message = condition?.reason === 'FailedGetScale' ? (condition.message ?? '') : '';
    if (!isMissing(view, hpa, message)) return [];
    const at = refOf(hpa);
    const target = targetOf(hpa);
    const meant = resembling(view, hpa);
    const since = millis(condition?.lastTransitionTime);
    const isFresh = since !== undefined && view.now - since < SETTLED_MS;
    const isThere = view.workload(target) !== undefined;
    const isLeftOver = !meant && !isThere && (hpa.status?.currentReplicas ?? 0) > 0;
    const lack = PLURALS[target.kind] && !isThere ? 'does not exist' : 'its controller does not find';
    const instead = meant ? `; ${called(meant.ref)} is not scaled` : '';
    return [
      {
        code: 'hpa-target-missing' as const,
        at,
        ...(isFresh || isLeftOver ? { severity: 'P3' as const } : {}),
        title: `hpa ${at.name} scales ${called(target)}, which ${lack}${instead}`,
        evidence: [
          evidence(at, 'spec.scaleTargetRef', `${target.kind}/${target.name}`),
          ...(condition
            ? [
                evidence(
                  at,
                  'status.conditions[AbleToScale].message',
                  condition.message ?? condition.reason,
                  condition.lastTransitionTime,
                ),
              ]
            : []),
          ...(meant ? [evidence(meant.ref, 'metadata.name', meant.ref.name)] : []),
        ],
        commands: [describeIt(hpa), kubectl(target, 'get deployments,statefulsets')],
      },
    ];
  });

/** It was looked for and not found; what the medic does not read the controller itself looks for. */
function isMissing(view: ClusterView, hpa: HorizontalPodAutoscaler, message: string): boolean {
  const target = targetOf(hpa);
  const plural = PLURALS[target.kind];
  if (!plural) return NOT_THERE.test(message);
  // There is one, which the controller cannot find by the API version that is written there.
  if (view.workload(target)) return /no matches for kind/.test(message);
  return (
    view.knows(plural, target.namespace) &&
    !view.snapshot.objects[plural].some(
      ({ metadata }) => metadata.name === target.name && metadata.namespace === target.namespace,
    )
  );
}

/** What it was most likely meant for: of the same name but another kind, or of a name that one of the two begins with. */
function resembling(view: ClusterView, hpa: HorizontalPodAutoscaler): WorkloadView | undefined {
  const { namespace, name } = targetOf(hpa);
  const scaled = new Set(view.snapshot.objects.horizontalpodautoscalers.map((each) => keyOf(targetOf(each))));
  const others = view.workloads.filter(({ ref }) => ref.namespace === namespace && !scaled.has(keyOf(ref)));
  return (
    others.find(({ ref }) => ref.name === name) ??
    others.find(({ ref }) => ref.name.startsWith(`${name}-`) || name.startsWith(ref.name))
  );
}
