import type { Condition, KubeNode, Pod } from '#shared/domain/kubernetes.ts';
import { nodeLost } from './faults.ts';
import { ago } from './time.ts';
import type { World } from './world.ts';

const nodeOf = (world: World, name: string): KubeNode => world.get<KubeNode>('Node', name, '');

/** Nobody may be scheduled there any more, since so many minutes. */
export function cordon(world: World, name: string, minutes: number): void {
  const node = nodeOf(world, name);
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: ago(minutes) };
  node.spec = { ...node.spec, unschedulable: true, taints: [...(node.spec?.taints ?? []), taint] };
}

/** The kubelet reports, and what it reports is that it cannot work. */
export function kubeletNotReady(world: World, name: string, message: string, minutes: number): void {
  const node = nodeOf(world, name);
  const before: Condition[] = structuredClone(node.status?.conditions ?? []);
  nodeLost(world, name, minutes);
  const since = { status: 'False', reason: 'KubeletNotReady', message, lastTransitionTime: ago(minutes) };
  if (node.status)
    node.status.conditions = before.map((each) => (each.type === 'Ready' ? { ...each, ...since } : each));
  const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({
    key: 'node.kubernetes.io/not-ready',
    effect,
    timeAdded: ago(minutes),
  }));
  node.spec = { ...node.spec, taints };
}

const PRESSURES = {
  PIDPressure: { reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available', taint: 'pid' },
} as const;

/** The kubelet is short of something, since so many minutes. */
export function underPressure(world: World, name: string, type: keyof typeof PRESSURES, minutes: number): void {
  const node = nodeOf(world, name);
  const { taint, ...says } = PRESSURES[type];
  for (const condition of node.status?.conditions ?? [])
    if (condition.type === type)
      Object.assign(condition, { status: 'True', lastTransitionTime: ago(minutes), ...says });
  const key = `node.kubernetes.io/${taint}-pressure`;
  const taints = [{ key, effect: 'NoSchedule', timeAdded: ago(minutes) }];
  node.spec = { ...node.spec, taints };
}

/** Those that stand on the node now. */
export const podsOn = (world: World, name: string): Pod[] =>
  world.all<Pod>('Pod').filter(({ spec }) => spec.nodeName === name);
