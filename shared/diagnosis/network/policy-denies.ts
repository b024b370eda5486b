import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import type { Code } from '../catalogue.ts';
import { changedAt } from '../changes.ts';
import { collectorsOf } from '../collector.ts';
import { type DnsDenial, dnsDenial } from '../dns-denial.ts';
import type { Endpoint } from '../endpoints.ts';
import { exportEndpointsOf, flowsTo, isName, policyWorldOf } from '../flows.ts';
import type { WorkloadView } from '../model.ts';
import { type Flow, type FlowVerdict, judgeFlow, type PolicyWorld } from '../network-policy.ts';
import { withIdle } from '../policy-idle.ts';
import { allowBeside, missingRule } from '../policy-rule.ts';
import { CONNECTS, refOf } from '../policy-subjects.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { DOUBT, isDoubtful, isEnforced } from './policy-not-enforced.ts';

/** A policy that keeps a workload from what it sends its telemetry to: on its own side, or on that of the receiver. */
export const rule: Rule = (view) => {
  const world = policyWorldOf(view);
  if (world.policies.length === 0) return [];
  const collectors = new Set(collectorsOf(view));
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
        const found: Sighting = {
          ...sighting(code, workload, endpoint, {
            flow,
            verdict: judged,
            // The same isolation: without it the way would be open, and its name unknown.
            dns: judged.direction === 'egress' && isName(endpoint.host) && dnsDenial(view, world, flow.from),
          }),
          ...(byService ? { confidence: 'possible' } : {}),
        };
        return told(view, { flow, verdict: judged }, found);
      }),
    );
  });
};

/** Some network plugins judge before the address of the Service is replaced by that of a pod. */
const allowsAddress = (flow: Flow, ip: string | undefined, port: number, world: PolicyWorld): boolean =>
  ip !== undefined && judgeFlow({ ...flow, to: { ip }, port }, world).verdict === 'allowed';

function sighting(
  code: Code,
  workload: WorkloadView,
  { service, url, source, path, port }: Endpoint,
  denied: Denied,
): Sighting {
  const goal = service ? `service ${service.name}:${port}` : url;
  return denial(code, workload, goal, denied, [evidence(source, path, url)]);
}

interface Denied {
  flow: Flow;
  verdict: FlowVerdict;
  /** default: what lacks for the flow */
  rule?: object;
  /** it lacks the way to the cluster DNS too */
  dns?: DnsDenial | false | undefined;
}

/** What a denied connection makes of a policy: the rule that comes nearest, and the one that lacks. */
export function denial(
  code: Code,
  workload: WorkloadView,
  goal: string,
  { flow, verdict, rule = missingRule(verdict.direction ?? 'egress', flow), dns }: Denied,
  more: Sighting['evidence'] = [],
): Sighting {
  const { direction = 'egress', isolatedBy, nearest, why } = verdict;
  const policy = blamed(verdict);
  const at = refOf(policy);
  const also = alsoDenied(verdict, flow);
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
    cause: `${why}.${nearest ? ` ${nearest.path} comes nearest: its ${nearest.failed.join(' and ')} ${nearest.failed.length > 1 ? 'do' : 'does'} not fit.` : ''}${also ? ` On the other side ${also.why}.` : ''}`,
    remedy: `Allow it: ${JSON.stringify(rule)} under spec.${direction}${dns ? `, and the cluster DNS: ${JSON.stringify(dns.rule)}` : ''}${also ? `, and on the other side ${JSON.stringify(also.rule)} under spec.ingress` : ''}.`,
    evidence: [
      ...isolatedBy.map((one) => evidence(refOf(one), 'spec.podSelector', one.spec.podSelector ?? {})),
      evidence(at, nearest?.path ?? `spec.${direction}`, written ?? policy.spec[direction] ?? 'no rule'),
      ...(also?.evidence ?? []),
      ...('labels' in flow.to
        ? [evidence(workload.ref, CONNECTS, `${JSON.stringify(flow.to.labels)} port ${flow.port}`)]
        : [evidence(workload.ref, CONNECTS, goal)]),
      ...more,
    ],
    since: since || undefined,
    commands: [
      allowBeside(policy, direction, dns ? [rule, dns.rule] : [rule], own),
      ...(also ? [also.command] : []),
      kubectl(at, `describe networkpolicy ${at.name}`),
    ],
  };
}

/** The denial, and the policy beside it that misses its pods; both a doubt where policies may not be enforced. */
export function told(view: ClusterView, way: Pick<Denied, 'flow' | 'verdict'>, found: Sighting): Sighting[] {
  const all = withIdle(view, way, found);
  return isDoubtful(view) ? all.map((one) => ({ ...one, ...DOUBT })) : all;
}

const blamed = ({ nearest, isolatedBy }: FlowVerdict): NetworkPolicy =>
  nearest?.policy ?? (isolatedBy[0] as NetworkPolicy);

/** What the receiver's side denies where that of the sender does too: mended alone, the one only uncovers the other. */
function alsoDenied({ also }: FlowVerdict, flow: Flow) {
  if (!also || !('labels' in flow.to)) return undefined;
  const rule = missingRule('ingress', flow);
  return {
    rule,
    why: also.why,
    command: allowBeside(blamed(also), 'ingress', [rule], flow.to),
    evidence: also.isolatedBy.map((one) => evidence(refOf(one), 'spec.policyTypes', one.spec.policyTypes ?? 'Ingress')),
  };
}
