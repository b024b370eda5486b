import { CHANGES_VERDICT, type Coverage } from '#shared/domain/coverage.ts';
import type { Verdict } from '#shared/domain/diagnosis.ts';
import type { ResourceName } from '#shared/domain/snapshot.ts';
import { expectedObjects } from '#shared/domain/target.ts';
import type { Fault } from './finding.ts';
import type { ClusterView } from './view.ts';

const PLURALS = { deployment: 'deployments', statefulset: 'statefulsets', daemonset: 'daemonsets' } as const;

/** What a verdict of health rests on: without one of these there is none. */
function needed(view: ClusterView): (ResourceName | 'secrets')[] {
  const { target } = view;
  const kinds =
    target.workloads === 'all'
      ? Object.values(PLURALS)
      : target.workloads.map((name) => PLURALS[name.split('/')[0] as keyof typeof PLURALS]);
  const { service } = expectedObjects(target);
  const behind = service === undefined ? [] : (['services', ...slicesFor(view, service)] as const);
  return [...new Set([...kinds, 'pods' as const, ...behind])];
}

/** The pods that a Service selects say as much; where it selects none by itself, its endpoints stand there alone. */
function slicesFor(view: ClusterView, name: string): 'endpointslices'[] {
  const { namespace } = view.target;
  const found = view.service(namespace, name);
  const judged = found ? found.ready !== undefined : view.knows('services', namespace);
  return judged ? [] : ['endpointslices'];
}

/** Without one of these a fault may stay hidden, or the reason of one: every kind that a rule takes a root cause from. */
const REASONS: (ResourceName | 'secrets' | 'logs')[] = [
  'events',
  'logs',
  'configmaps',
  'secrets',
  'nodes',
  'replicasets',
  'services',
  'namespaces',
  'resourcequotas',
  'limitranges',
  'serviceaccounts',
  'networkpolicies',
  'ingresses',
  'ingressclasses',
  'horizontalpodautoscalers',
  'persistentvolumeclaims',
  'persistentvolumes',
  'storageclasses',
  'jobs',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'apiservices',
];

/**
 * failed: a workload that was asked about has no available replica, or a Service of it no ready endpoint; degraded:
 * something else fails now; unknown: nothing is seen to fail, but not all that it takes to say so could be read.
 */
export function verdictOf(view: ClusterView, roots: Fault[]): Verdict {
  if (view.workloads.some(({ named, desired, available }) => named && desired > 0 && available === 0)) return 'failed';
  if (roots.some(({ finding }) => finding.severity === 'P0')) return 'failed';
  if (roots.length > 0) return 'degraded';
  return needed(view).every((resource) => view.knows(resource, view.target.namespace)) ? 'healthy' : 'unknown';
}

/** The snapshot's coverage and the rules that broke; each gap says whether it could change the verdict. */
export function coverageOf(view: ClusterView, broken: Coverage['notChecked']): Coverage {
  const { checked, notChecked } = view.snapshot.coverage;
  const names = (list: readonly string[], check: string) =>
    list.some(
      (resource) => check === resource || check.startsWith(`${resource} (`) || check.startsWith(`${resource}:`),
    );
  const weigh = ({ check, why }: Coverage['notChecked'][number]) => {
    if (check.startsWith('cluster (') || names(needed(view), check)) return { check, why: `${why}${CHANGES_VERDICT}` };
    return { check, why: names(REASONS, check) ? `${why} (a root cause could be missed)` : why };
  };
  return { checked, notChecked: [...notChecked.map(weigh), ...broken] };
}
