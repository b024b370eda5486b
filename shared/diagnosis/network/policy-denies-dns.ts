import { collectorsOf } from '../collector.ts';
import { dnsDenial } from '../dns-denial.ts';
import { exportEndpointsOf, flowPodsOf, isName, policyWorldOf } from '../flows.ts';
import type { WorkloadView } from '../model.ts';
import { evidence, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { denial, told } from './policy-denies.ts';
import { isEnforced } from './policy-not-enforced.ts';

/** A policy that keeps a workload which sends to a name from every DNS server that it may have. */
export const rule: Rule = (view) => {
  const world = policyWorldOf(view);
  if (world.policies.length === 0) return [];
  const collectors = new Set(collectorsOf(view));
  return view.workloads.flatMap((workload) => {
    const name = nameOf(view, workload, collectors.has(workload));
    if (!name || workload.desired === 0 || !isEnforced(view, workload)) return [];
    return flowPodsOf(workload).flatMap((from) => {
      const dns = dnsDenial(view, world, from);
      if (!dns) return [];
      const found = denial('netpol-egress-denies-dns', workload, 'the cluster DNS', dns, [
        evidence(name.source, name.path, name.url),
      ]);
      return told(view, dns, found);
    });
  });
};

interface Named {
  host: string;
  url: string;
  source: string;
  path: string;
}

/** Where its configuration names a host that must be looked up, or it says itself that it does not reach one. */
function nameOf(view: ClusterView, workload: WorkloadView, isCollector: boolean): Named | undefined {
  const missed = view
    .needs(workload)
    .flatMap(({ service, address, source, path, missed }) =>
      missed ? [{ host: address.split(/[:/]/, 1)[0] || service.name, url: address, source, path }] : [],
    );
  return [...view.endpoints(workload), ...(isCollector ? exportEndpointsOf(view, workload) : []), ...missed].find(
    ({ host }) => isName(host),
  );
}
