import { millis } from '../model.ts';
import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';

/** A load balancer needs this long to see a new target well: twice its default interval of 30 s. */
const PATIENCE_MS = 60_000;

/** The containers are ready, and somebody outside who has a say in it does not agree: the load balancer, mostly. */
export const rule: Rule = (view) =>
  view.unready.flatMap((pod) => {
    const { ref, object } = pod;
    const gates = object.spec?.readinessGates ?? [];
    if (gates.length === 0) return [];
    const conditions = object.status?.conditions ?? [];
    const ready = conditions.find(({ type, status }) => type === 'ContainersReady' && status === 'True');
    const since = millis(ready?.lastTransitionTime);
    if (!ready || since === undefined || view.now - since <= PATIENCE_MS) return [];
    return gates.flatMap(({ conditionType }) => {
      const gate = conditions.find(({ type }) => type === conditionType);
      if (gate?.status === 'True') return [];
      return [
        {
          code: 'readiness-gate-pending' as const,
          ...inPod(pod),
          title: `pods of ${called(pod.workload?.ref ?? ref)} wait for the readiness gate ${conditionType}`,
          cause: [
            gate ? `The gate is ${gate.status}` : 'Nobody has set the gate: is its controller running?',
            gate?.reason,
            gate?.message,
          ]
            .filter(Boolean)
            .join(': '),
          evidence: [
            evidence(ref, 'status.conditions[ContainersReady]', 'True', ready.lastTransitionTime),
            evidence(
              ref,
              `status.conditions[${conditionType}]`,
              gate ? [gate.status, gate.reason, gate.message].filter(Boolean).join(': ') : 'not set',
              gate?.lastTransitionTime,
            ),
          ],
          since,
          commands: [kubectl(ref, `get ${called(ref)} -o wide`), kubectl(ref, 'get targetgroupbindings')],
        },
      ];
    });
  });
