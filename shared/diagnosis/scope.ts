import { expectedObjects } from '#shared/domain/target.ts';
import { awaitedBy } from './awaited.ts';
import type { PodView, ServiceView, WorkloadView } from './model.ts';
import { equalities, selects } from './selectors.ts';
import type { ClusterView } from './view.ts';

/**
 * What the rules look at: for a whole namespace everything in it, else the named workloads, the pods that the selector
 * matches, and what those depend on: their Services, the Collector they send to, and what one that is not well needs
 * and has not. A broken neighbour in the same namespace is not this target's trouble.
 */
export function scopeOf(
  view: ClusterView,
): Pick<ClusterView, 'workloads' | 'pods' | 'gone' | 'containers' | 'services'> {
  const { target } = view;
  const workloads = new Set<WorkloadView>();
  const services = new Set<ServiceView>(view.services.filter(({ expected }) => expected));

  const reach = (workload: WorkloadView): void => {
    if (workloads.has(workload)) return;
    workloads.add(workload);
    for (const service of workload.services) services.add(service);
    for (const { service } of view.endpoints(workload)) {
      const found = service && view.service(service.namespace, service.name);
      if (!found) continue;
      services.add(found);
      found.workloads.forEach(reach);
    }
    for (const { service, missed } of view.needs(workload)) {
      const found = view.service(service.namespace, service.name);
      if (!found || !isLacking(view, found, missed)) continue;
      services.add(found);
      found.workloads.forEach(reach);
    }
    for (const { kind, namespace, name } of awaitedBy(view, workload)) {
      const found = kind === 'Service' ? view.service(namespace, name) : undefined;
      if (found?.ready !== 0) continue;
      services.add(found);
      found.workloads.forEach(reach);
    }
  };

  const selector = equalities(target.selector);
  for (const workload of view.workloads) {
    if (isStart(view, workload, selector)) reach(workload);
  }
  const all = target.workloads === 'all';
  const isOurs = ({ workload, ref, object }: PodView) => {
    if (workload) return workloads.has(workload);
    return ref.namespace === target.namespace && (all || selects(selector, object.metadata.labels));
  };
  const pods = view.pods.filter(isOurs);
  if (all) for (const service of view.services) if (service.ref.namespace === target.namespace) services.add(service);
  return {
    workloads: [...workloads],
    pods,
    gone: view.gone.filter(isOurs),
    containers: pods.flatMap(({ containers }) => containers),
    services: [...services],
  };
}

/** It has nobody, or the one member that its client met is gone, or those behind it are well and miss something themselves. */
const isLacking = ({ needs }: ClusterView, { ready, workloads }: ServiceView, missed = false): boolean =>
  ready === 0 ||
  workloads.some((one) => (missed && one.available < one.desired) || needs(one).some((need) => need.missed));

function isStart({ target }: ClusterView, workload: WorkloadView, selector: Record<string, string>): boolean {
  const { ref, object, named } = workload;
  if (named) return true;
  if (ref.namespace !== target.namespace) return false;
  const collector = expectedObjects(target).collector?.workload;
  return (
    collector === `${ref.kind.toLowerCase()}/${ref.name}` || selects(selector, object.spec?.template?.metadata?.labels)
  );
}
