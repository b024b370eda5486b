import type { EnvVar, KubeObject, PodSpec } from '#shared/domain/kubernetes.ts';
import { NAMESPACE } from './healthy.ts';
import type { World } from './world.ts';

/** A change of the template that everybody has seen long ago: the workload, its ReplicaSets and its pods have it. */
export function everywhere(
  world: World,
  workload: KubeObject & { spec: { template: { spec: PodSpec } } },
  change: (spec: PodSpec) => void,
): void {
  change(workload.spec.template.spec);
  for (const set of world.setsOf(workload)) change(set.spec.template.spec);
  for (const pod of world.podsOf(workload)) change(pod.spec);
}

/** The variables of the workload's first container, beside those that come from a Secret or ConfigMap. */
export function setEnvironment(
  world: World,
  workload: KubeObject & { spec: { template: { spec: PodSpec } } },
  variables: Record<string, string>,
): void {
  const plain: EnvVar[] = Object.entries(variables).map(([name, value]) => ({ name, value }));
  everywhere(world, workload, ({ containers: [container] }) => {
    if (container) container.env = [...plain, ...(container.env ?? []).filter(({ valueFrom }) => valueFrom)];
  });
}

/** The name by which pods of another namespace reach a Service. */
export const inCluster = (service: string, namespace = NAMESPACE): string =>
  `${service}.${namespace}.svc.cluster.local`;
