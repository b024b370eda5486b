import { troubleOf } from '../container-state.ts';
import { dnsDenial } from '../dns-denial.ts';
import { flowPodsOf, policyWorldOf } from '../flows.ts';
import { ENOUGH_RECORDS, presentRecords, quoted, type SaidRecord } from '../log-records.ts';
import type { ContainerView, WorkloadView } from '../model.ts';
import { judgeFlow, type PolicyWorld } from '../network-policy.ts';
import { once } from '../once.ts';
import { evidence, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { denial, told } from './policy-denies.ts';
import { isEnforced } from './policy-not-enforced.ts';

/** Connections that a policy drops run into their time-out; one that is refused has arrived. */
const CUT_OFF = /i\/o timeout|timed? ?out|ETIMEDOUT|deadline exceeded/i;
const ADDRESS = /\b(\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})\b/;

/** A policy that keeps a workload from an address outside, at which, as its log says, its connections time out. */
export const rule: Rule = (view) => {
  const world = policyWorldOf(view);
  if (world.policies.length === 0) return [];
  return view.logged.flatMap((container): Sighting[] => {
    const { workload } = container.pod;
    const call = workload && isEnforced(view, workload) ? failedCall(view, container) : undefined;
    return workload && call ? deniedTo(view, world, workload, { container, ...call }) : [];
  });
};

interface Call {
  ip: string;
  port: number;
  record: SaidRecord;
}

/** The last address of them that times out repeatedly. */
function failedCall(view: ClusterView, container: ContainerView): Call | undefined {
  const inTrouble = troubleOf(view, container) !== undefined;
  // The way of its telemetry is judged by the endpoint that is configured.
  const telemetry = new Set(
    (container.pod.workload ? view.endpoints(container.pod.workload) : []).map(({ port }) => port),
  );
  const calls = presentRecords(view, container, inTrouble).flatMap((record): Call[] => {
    const [, ip, port] = (CUT_OFF.test(record.text) && ADDRESS.exec(record.text)) || [];
    return ip && !telemetry.has(Number(port)) ? [{ ip, port: Number(port), record }] : [];
  });
  const last = calls.length >= (inTrouble ? 1 : ENOUGH_RECORDS) ? calls.at(-1) : undefined;
  return last && !addressesInside(view).has(last.ip) ? last : undefined;
}

function deniedTo(
  view: ClusterView,
  world: PolicyWorld,
  workload: WorkloadView,
  { container, ip, port, record }: Call & { container: ContainerView },
): Sighting[] {
  return flowPodsOf(workload).flatMap((from) => {
    const flow = { from, to: { ip }, port };
    const verdict = judgeFlow(flow, world);
    if (verdict.verdict !== 'denied' || verdict.direction !== 'egress') return [];
    const said = evidence(container.pod.ref, `log of ${container.name}`, quoted(record));
    const dns = dnsDenial(view, world, from);
    const found = denial('netpol-egress-denies-backend', workload, `${ip}:${port}`, { flow, verdict, dns }, [said]);
    return told(view, { flow, verdict }, found);
  });
}

/** The addresses of Services and pods: what denies those is judged by their labels. */
const addressesInside = once(({ snapshot: { objects } }: ClusterView) => {
  const services = objects.services.map(({ spec }) => spec?.clusterIP);
  return new Set([...services, ...objects.pods.map(({ status }) => status?.podIP)]);
});
