import type { Code } from '../catalogue.ts';
import { HISTORY_MS } from '../events.ts';
import { nodesThatKeepOff } from '../kept-off.ts';
import { millis, type PodView, type Ref } from '../model.ts';
import { podsOnNode } from '../placement.ts';
import { endedAt } from '../pod-end.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Conditions of a node, the value that is well, and the fault when it is not. */
const CONDITIONS: Record<string, [well: string, code: Code, says: string]> = {
  Ready: ['True', 'node-not-ready', 'is not ready'],
  MemoryPressure: ['False', 'node-memory-pressure', 'runs out of memory'],
  DiskPressure: ['False', 'node-disk-pressure', 'runs out of disk'],
  PIDPressure: ['False', 'node-pid-pressure', 'runs out of process ids'],
  NetworkUnavailable: ['False', 'node-network-unavailable', 'has no network'],
  // Of the EKS node monitoring agent.
  KernelReady: ['True', 'node-health-custom', 'has a defect of its kernel'],
  NetworkingReady: ['True', 'node-health-custom', 'has a defect of its network'],
  StorageReady: ['True', 'node-health-custom', 'has a defect of its storage'],
  ContainerRuntimeReady: ['True', 'node-health-custom', 'has a defect of its container runtime'],
  AcceleratedHardwareReady: ['True', 'node-health-custom', 'has a defect of its accelerators'],
  // Of the node problem detector, where the kernel log says so.
  KernelDeadlock: ['False', 'node-health-custom', 'has a deadlock in its kernel'],
  ReadonlyFilesystem: ['False', 'node-health-custom', 'has a file system that became read-only'],
};

const STOPS_PODS = new Set<Code>(['node-not-ready', 'node-network-unavailable']);

/** A pod that the node has just lost, or does not let go. */
const wasLost = ({ now }: ClusterView, { object }: PodView): boolean =>
  object.metadata.deletionTimestamp !== undefined || now - (endedAt(object) ?? 0) <= HISTORY_MS;

/** Its kubelet has taken pods of the target within the hour, and the pressure is still there. */
const isEvicting = (view: ClusterView, node: string): boolean =>
  podsOnNode(view, node).some(
    ({ object }) => object.status?.reason === 'Evicted' && view.now - (endedAt(object) ?? 0) <= HISTORY_MS,
  );

/** Nodes that are unwell and carry pods of the target, did a while ago, or would: any other one is somebody else's. */
export const rule: Rule = (view) => {
  const carried = [...view.pods, ...view.gone.filter((pod) => wasLost(view, pod))];
  const names = new Set([...carried.flatMap(({ object }) => object.spec?.nodeName ?? []), ...nodesThatKeepOff(view)]);
  return [...names].flatMap((name) => {
    const at: Ref = { kind: 'Node', namespace: '', name };
    const conditions = view.node(name)?.status?.conditions ?? [];
    return conditions.flatMap(({ type, status, reason, message, lastTransitionTime }) => {
      const known = CONDITIONS[type];
      if (!known || status === known[0]) return [];
      const [, code, says] = known;
      // An unknown one of the others only repeats that the node is silent.
      if (status === 'Unknown' && code !== 'node-not-ready') return [];
      return [
        {
          code,
          at,
          ...(STOPS_PODS.has(code) || isEvicting(view, name) ? { severity: 'P2' as const } : {}),
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
