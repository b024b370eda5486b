import { dnsDenial } from '../dns-denial.ts';
import { flowsTo, policyWorldOf } from '../flows.ts';
import { keyOf, type WorkloadView } from '../model.ts';
import type { Need } from '../needs.ts';
import { type Flow, type FlowVerdict, judgeFlow, type PolicyWorld } from '../network-policy.ts';
import { evidence, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { denial, told } from './policy-denies.ts';
import { DOUBT, isEnforced } from './policy-not-enforced.ts';

/**
 * A policy that keeps a workload from a Service that it says it misses, in its log or by waiting for it; of one that
 * is not well also from those that its configuration names, which is advice until something it suffers from fits.
 * Whoever calls a Service of the target from elsewhere counts, too.
 */
export const rule: Rule = (view) => {
  const world = policyWorldOf(view);
  if (world.policies.length === 0) return [];
  const judged = (workload: WorkloadView, needs: Need[]): Sighting[] => {
    if (workload.desired === 0 || !isEnforced(view, workload)) return [];
    const telemetry = new Set(view.endpoints(workload).map(({ service }) => service?.name));
    return needs
      .filter(({ service }) => !telemetry.has(service.name))
      .flatMap((need) => deniedTo(view, world, workload, need));
  };
  return [
    ...view.workloads.flatMap((workload) => judged(workload, view.needs(workload))),
    ...callersOf(view).flatMap(([caller, needs]) => judged(caller, needs)),
  ];
};

/** Who says from elsewhere that it does not reach a Service of the target: an ingress controller, a neighbour. */
function callersOf(view: ClusterView): [WorkloadView, Need[]][] {
  const inSight = new Set(view.workloads);
  const called = new Set(view.services.map(({ ref }) => keyOf(ref)));
  const callers = new Set(view.services.flatMap(({ ref }) => view.missing(ref)).filter((one) => !inSight.has(one)));
  return [...callers].map((caller) => [
    caller,
    view.needs(caller).filter(({ service, missed }) => missed && called.has(keyOf(service))),
  ]);
}

function deniedTo(view: ClusterView, world: PolicyWorld, workload: WorkloadView, need: Need): Sighting[] {
  const { service, address, source, path, missed } = need;
  const byPort = portsOf(view, need).map((port) => ({
    port,
    denied: flowsTo(view, workload, { url: address, host: service.name, port, service, source, path }).flatMap(
      (flow): { flow: Flow; verdict: FlowVerdict }[] => {
        const verdict = judgeFlow(flow, world);
        return verdict.verdict === 'denied' && verdict.direction ? [{ flow, verdict }] : [];
      },
    ),
  }));
  const [first] = byPort;
  // Which of several ports it uses is not known: one that is open may be the one.
  if (!first || byPort.some(({ denied }) => denied.length === 0)) return [];
  return first.denied.flatMap(({ flow, verdict }): Sighting[] => {
    const isEgress = verdict.direction === 'egress';
    const dns = isEgress && dnsDenial(view, world, flow.from);
    const code = isEgress ? 'netpol-egress-denies-backend' : 'netpol-ingress-denies-client';
    const goal = `service ${service.name}:${first.port}`;
    const found = denial(code, workload, goal, { flow, verdict, dns }, [evidence(source, path, address)]);
    return missed ? told(view, { flow, verdict }, found) : [{ ...found, ...DOUBT }];
  });
}

/** The port that the address names, else all that the Service has. */
function portsOf(view: ClusterView, { service, address }: Need): number[] {
  const ports = (view.service(service.namespace, service.name)?.object.spec?.ports ?? []).map(({ port }) => port);
  const named = Number(/:(\d{2,5})(?:$|[/?\s])/.exec(address)?.[1]);
  return ports.includes(named) ? [named] : ports;
}
