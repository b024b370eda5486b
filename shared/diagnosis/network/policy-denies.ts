import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import type { Code } from '../catalogue.ts';
import { changedAt } from '../changes.ts';
import { collectorsOf } from '../collector.ts';
import type { Endpoint } from '../endpoints.ts';
import { exportEndpointsOf, flowsTo, policyWorldOf } from '../flows.ts';
import type { Ref, WorkloadView } from '../model.ts';
import { type Flow, type FlowVerdict, judgeFlow, type PolicyWorld } from '../network-policy.ts';
import { allowBeside, missingRule } from '../policy-rule.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import { DOUBT, isDoubtful, isEnforced } from './policy-not-enforced.ts';

/** A policy that keeps a workload from what it sends its telemetry to: on its own side, or on that of the receiver. */
export const rule: Rule = (view) => {
  const world = policyWorldOf(view);
  if (world.policies.length === 0) return [];
  const collectors = new Set(collectorsOf(view));
  const doubt: Partial<Sighting> = isDoubtful(view) ? DOUBT : {};
  return view.workloads.flatMap((workload) => {
    if (workload.desired === 0 || !isEnforced(view, workload)) return [];
    const isCollector = collectors.has(workload);
    const endpoints = isCollector ? exportEndpointsOf(view, workload) : view.endpoints(workload);
    const egress = isCollector ? 'netpol-egress-denies-backend' : 'netpol-egress-denies-collector';
    return endpoints.flatMap((endpoint) =>
      flowsTo(view, workload, endpoint).flatMap((flow): Sighting[] => {
        const judged = judgeFlow(flow, world);
        if (judged.verdict !== 'denied' || !judged.direction) return [];
        const code = judged.direction === 'egress' ? egress : 'netpol-ingress-denies-client';
        const clusterIp = endpoint.service && view.service(endpoint.service.namespace, endpoint.service.name);
        const byService =
          judged.direction === 'egress' && allowsAddress(flow, clusterIp?.object.spec?.clusterIP, endpoint.port, world);
        return [
          {
            ...sighting(code, workload, endpoint, flow, judged),
            ...(byService ? { confidence: 'possible' } : {}),
            ...doubt,
          },
        ];
      }),
    );
  });
};

/** Some network plugins judge before the address of the Service is replaced by that of a pod. */
const allowsAddress = (flow: Flow, ip: string | undefined, port: number, world: PolicyWorld): boolean =>
  ip !== undefined && judgeFlow({ ...flow, to: { ip }, port }, world).verdict === 'allowed';

export const refOf = ({ metadata }: NetworkPolicy): Ref => ({
  kind: 'NetworkPolicy',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

function sighting(
  code: Code,
  workload: WorkloadView,
  { service, url, source, path, port }: Endpoint,
  flow: Flow,
  judged: FlowVerdict,
): Sighting {
  const goal = service ? `service ${service.name}:${port}` : url;
  return denial(code, workload, goal, flow, judged, [evidence(source, path, url)]);
}

/** What a denied connection makes of a policy: the rule that comes nearest, and the one that lacks. */
export function denial(
  code: Code,
  workload: WorkloadView,
  goal: string,
  flow: Flow,
  { direction = 'egress', isolatedBy, nearest, why }: FlowVerdict,
  more: Sighting['evidence'] = [],
): Sighting {
  const policy = nearest?.policy ?? (isolatedBy[0] as NetworkPolicy);
  const at = refOf(policy);
  const rule = missingRule(direction, flow);
  const own = direction === 'egress' || !('labels' in flow.to) ? flow.from : flow.to;
  const written = nearest && policy.spec[direction]?.[Number(/\d+/.exec(nearest.path)?.[0])];
  const since = isolatedBy.flatMap((one) => changedAt(one) ?? []).reduce((a, b) => Math.max(a, b), 0);
  return {
    code,
    at,
    workload,
    severity: 'P2',
    confidence: 'likely',
    title: `networkpolicy ${policy.metadata.name} keeps ${called(workload.ref)} from ${goal}`,
    cause: `${why}.${nearest ? ` ${nearest.path} comes nearest: its ${nearest.failed.join(' and ')} ${nearest.failed.length > 1 ? 'do' : 'does'} not fit.` : ''}`,
    remedy: `Allow it: ${JSON.stringify(rule)} under spec.${direction}.`,
    evidence: [
      ...isolatedBy.map((one) => evidence(refOf(one), 'spec.podSelector', one.spec.podSelector ?? {})),
      evidence(at, nearest?.path ?? `spec.${direction}`, written ?? policy.spec[direction] ?? 'no rule'),
      ...('labels' in flow.to
        ? [evidence(workload.ref, 'connects to', `${JSON.stringify(flow.to.labels)} port ${flow.port}`)]
        : []),
      ...more,
    ],
    since: since || undefined,
    commands: [allowBeside(policy, direction, [rule], own), kubectl(at, `describe networkpolicy ${at.name}`)],
  };
}
