import type { Condition } from '#shared/domain/kubernetes.ts';
import { millis, type PodView, type Ref } from '../model.ts';
import { podsOnNode } from '../placement.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';

/**
 * A node that cannot be read, or is not there any more, seen by its pods: when a kubelet is silent the node lifecycle
 * controller writes that they are not ready, while their containers stay as the kubelet saw them last.
 */
export const rule: Rule = (view) => {
  const names = new Set(view.unready.concat(view.gone).flatMap(({ object }) => object.spec?.nodeName ?? []));
  return [...names].flatMap((name) => {
    if (view.node(name)) return [];
    const pods = podsOnNode(view, name).filter(({ object }) => object.status?.phase === 'Running');
    const marked = pods.flatMap((pod) => markOf(pod) ?? []);
    const [first] = marked;
    if (!first || marked.length < pods.length) return [];
    const at: Ref = { kind: 'Node', namespace: '', name };
    return [
      {
        code: 'node-not-ready' as const,
        at,
        severity: 'P2' as const,
        confidence: 'likely' as const,
        title: `node ${name} ${view.knows('nodes') ? 'is not there any more' : 'does not report'}`,
        cause:
          'Its pods were marked as not ready from outside: their containers were ready when the kubelet last spoke.',
        evidence: marked
          .slice(0, 3)
          .flatMap(({ pod, ready }) => [
            evidence(pod.ref, 'status.conditions[Ready]', ready.status, ready.lastTransitionTime),
            evidence(pod.ref, 'status.conditions[ContainersReady]', 'True'),
          ]),
        since: millis(first.ready.lastTransitionTime),
        commands: [kubectl(at, `describe node ${name}`)],
      },
    ];
  });
};

/** A readiness gate marks a pod in the same way. */
function markOf(pod: PodView): { pod: PodView; ready: Condition } | undefined {
  const { spec, status } = pod.object;
  const conditionOf = (type: string) => status?.conditions?.find((one) => one.type === type);
  const ready = conditionOf('Ready');
  const isMarked = ready?.status === 'False' && conditionOf('ContainersReady')?.status === 'True';
  return isMarked && !spec?.readinessGates?.length ? { pod, ready } : undefined;
}
