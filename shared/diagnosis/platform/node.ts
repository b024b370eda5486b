import type { Code } from '../catalogue.ts';
import { millis, type Ref } from '../model.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';

/** Conditions of a node, the value that is well, and the fault when it is not. */
const CONDITIONS: Record<string, [well: string, code: Code, says: string]> = {
  Ready: ['True', 'node-not-ready', 'is not ready'],
  MemoryPressure: ['False', 'node-memory-pressure', 'runs out of memory'],
  DiskPressure: ['False', 'node-disk-pressure', 'runs out of disk'],
  PIDPressure: ['False', 'node-pid-pressure', 'runs out of process ids'],
};

/** Nodes that carry pods of the target and are unwell; a node without them is somebody else's. */
export const rule: Rule = (view) => {
  const names = new Set(view.pods.flatMap(({ object }) => object.spec?.nodeName ?? []));
  return [...names].flatMap((name) => {
    const at: Ref = { kind: 'Node', namespace: '', name };
    const conditions = view.node(name)?.status?.conditions ?? [];
    return conditions.flatMap(({ type, status, reason, message, lastTransitionTime }) => {
      const known = CONDITIONS[type];
      if (!known || status === known[0]) return [];
      const [, code, says] = known;
      // An unknown pressure only repeats that the node is silent.
      if (status === 'Unknown' && code !== 'node-not-ready') return [];
      return [
        {
          code,
          at,
          ...(code === 'node-not-ready' ? { severity: 'P2' as const } : {}),
          title: `node ${name} ${says}`,
          cause: [reason, message].filter(Boolean).join(': '),
          evidence: [
            evidence(
              at,
              `status.conditions[${type}]`,
              [status, reason, message].filter(Boolean).join(': '),
              lastTransitionTime,
            ),
          ],
          since: millis(lastTransitionTime),
          commands: [kubectl(at, `describe node ${name}`)],
        },
      ];
    });
  });
};
