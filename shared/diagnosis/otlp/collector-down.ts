import { collectorsOf } from '../collector.ts';
import { evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** No replica of a Collector is available. */
export const rule: Rule = (view) =>
  collectorsOf(view).flatMap((collector) => {
    const { ref, desired, available, pods, services } = collector;
    if (desired === 0 || available > 0) return [];
    const service = services.find(({ ready }) => ready === 0);
    return [
      {
        code: 'collector-down' as const,
        ...inWorkload(collector),
        title: `collector ${ref.name} is down`,
        evidence: [
          evidence(ref, 'status.availableReplicas', `${available} of ${desired}`),
          ...(service ? [evidence(service.ref, service.readyPath, '0 ready')] : []),
          ...pods.slice(0, 2).map((pod) => evidence(pod.ref, 'status.phase', pod.object.status?.phase ?? 'Unknown')),
        ],
        commands: [kubectl(ref, `logs ${ref.kind.toLowerCase()}/${ref.name} --tail=50`)],
      },
    ];
  });
