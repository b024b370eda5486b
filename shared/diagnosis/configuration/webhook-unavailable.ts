import type { WorkloadView } from '../model.ts';
import { podRefusalOf } from '../pod-refusal.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import { type SilentWebhook, silentWebhooks } from '../webhooks.ts';

/**
 * A webhook that must answer before pods are made, and has nobody behind it. Running pods do not mind, so by itself it
 * is advice; where pods are missing and nothing else was said about it, it is the reason.
 */
export const rule: Rule = (view) =>
  silentWebhooks(view).flatMap((silent): Sighting[] => {
    const refusals = silent.workloads.map((workload) => ({ workload, said: podRefusalOf(view, workload)?.message }));
    if (refusals.some(({ said }) => said?.includes(silent.webhook.name))) return [];
    const lacking = refusals.filter(({ workload, said }) => said === undefined && lacksPods(workload));
    const about = sighting(silent);
    if (lacking.length === 0) return [{ ...about, at: silent.at, severity: 'P3' }];
    return lacking.map(({ workload }) => ({
      ...about,
      ...inWorkload(workload),
      confidence: 'likely',
      title: `${called(workload.ref)} cannot create pods: ${about.title}`,
    }));
  });

const lacksPods = ({ pods, desired }: WorkloadView): boolean => pods.length < desired;

function sighting({ at, index, webhook, service, found }: SilentWebhook): Omit<Sighting, 'at'> {
  const lack = found ? 'has no ready endpoint' : 'does not exist';
  return {
    code: 'webhook-unavailable',
    confidence: webhook.matchConditions?.length ? 'possible' : 'certain',
    title: `admission webhook ${webhook.name} has nobody behind it`,
    cause: `The API server must ask it before it creates pods here, and its Service ${service.namespace}/${service.name} ${lack}. A restart is blocked too.`,
    evidence: [
      evidence(at, `webhooks[${index}].failurePolicy`, webhook.failurePolicy ?? 'Fail'),
      evidence(at, `webhooks[${index}].rules`, webhook.rules ?? []),
      evidence(
        service,
        found ? 'EndpointSlice endpoints[conditions.ready]' : 'metadata.name',
        found ? '0 ready' : 'not found',
      ),
    ],
    commands: [
      kubectl(service, 'get pods,endpointslices'),
      kubectl(at, `get ${at.kind.toLowerCase()} ${at.name} -o yaml`),
    ],
  };
}
