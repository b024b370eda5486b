import { isDeepStrictEqual } from 'node:util';
import type { PodTemplate, Workload } from '#shared/domain/kubernetes.ts';
import { fenceposts, wanted } from './rollout-math.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';
export const TEMPLATE_HASH = 'pod-template-hash';
const NOT_COPIED = new Set([
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MAX,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
]);

export const revisionOf = (set: Workload): number => Number(set.metadata.annotations?.[REVISION] ?? 0) || 0;

export const desiredOf = (set: Workload): number | undefined => {
  const written = set.metadata.annotations?.[DESIRED];
  return written === undefined ? undefined : Number(written);
};

/** Equal but for the label that the controller itself adds. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  const plain = (template: PodTemplate) => {
    const { [TEMPLATE_HASH]: _, ...labels } = template.metadata?.labels ?? {};
    return { ...template, metadata: { ...template.metadata, labels } };
  };
  return isDeepStrictEqual(plain(a), plain(b));
}

/** The ReplicaSet of the Deployment's present template; the oldest, if several have it. */
export const newSetOf = (deployment: Workload, sets: readonly Workload[]): Workload | undefined =>
  sets.toSorted(byCreation).find((set) => sameTemplate(set.spec.template, deployment.spec.template));

export const byCreation = (a: Workload, b: Workload): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
  a.metadata.name.localeCompare(b.metadata.name);

export function replicasAnnotations(deployment: Workload): Record<string, string> {
  const desired = wanted(deployment);
  return { [DESIRED]: String(desired), [MAX]: String(desired + fenceposts(deployment).surge) };
}

/**
 * The annotations of the Deployment's present ReplicaSet: the Deployment's own, and the highest revision. A number that
 * it had before goes to the history: it is no longer a target to roll back to.
 */
export function newSetAnnotations(deployment: Workload, set: Workload | undefined, revision: number) {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  const before = set?.metadata.annotations ?? {};
  const annotations: Record<string, string> = { ...before, ...Object.fromEntries(own) };
  const previous = set ? revisionOf(set) : 0;
  if (previous < revision) {
    annotations[REVISION] = String(revision);
    if (before[REVISION] !== undefined) {
      const history = before[REVISION_HISTORY];
      annotations[REVISION_HISTORY] = history ? `${history},${before[REVISION]}` : before[REVISION];
    }
  }
  return set ? annotations : { ...annotations, ...replicasAnnotations(deployment) };
}
