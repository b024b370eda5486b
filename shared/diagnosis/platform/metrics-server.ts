import { evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

const NAME = 'v1beta1.metrics.k8s.io';

/** The metrics API does not answer: always worth a word where it is installed, and where an autoscaler waits for it. */
export const rule: Rule = (view) => {
  if (!view.knows('apiservices')) return [];
  const service = view.snapshot.objects.apiservices.find(({ metadata }) => metadata.name === NAME);
  const available = service?.status?.conditions?.find(({ type }) => type === 'Available');
  if (service && available?.status !== 'False') return [];
  const waiting = autoscalers(view);
  if (!service && waiting.length === 0) return [];
  const at = { kind: 'APIService', namespace: '', name: NAME };
  const { namespace = 'kube-system', name = 'metrics-server' } = service?.spec?.service ?? {};
  return [
    {
      code: 'metrics-server-unavailable' as const,
      at,
      title: service ? 'the metrics API does not answer' : 'no metrics API is installed',
      ...(available?.message ? { cause: [available.reason, available.message].filter(Boolean).join(': ') } : {}),
      evidence: [
        available
          ? evidence(
              at,
              'status.conditions[Available]',
              [available.status, available.reason, available.message].filter(Boolean).join(': '),
              available.lastTransitionTime,
            )
          : evidence(at, 'metadata.name', 'not found'),
        ...waiting.map((one) => evidence(one, 'spec.metrics', 'goes by the resource metrics')),
      ],
      commands: [
        kubectl(at, `get apiservice ${NAME}`),
        kubectl({ kind: 'Service', namespace, name }, `get pods -l k8s-app=${name}`),
      ],
    },
  ];
};

/** Those that scale a workload in sight by cpu or memory; without any metrics written the default is cpu. */
function autoscalers(view: ClusterView) {
  const inSight = new Set(view.workloads);
  return view.snapshot.objects.horizontalpodautoscalers.flatMap(({ metadata, spec }) => {
    const { name, namespace = '' } = metadata;
    const byResource = !spec?.metrics?.length || spec.metrics.some(({ type }) => /Resource$/.test(type));
    const { kind = '', name: scaled = '' } = spec?.scaleTargetRef ?? {};
    const workload = view.workload({ kind, namespace, name: scaled });
    return byResource && workload && inSight.has(workload)
      ? [{ kind: 'HorizontalPodAutoscaler', namespace, name }]
      : [];
  });
}
