import { createHash } from 'node:crypto';
import type { ClusterRef, Target } from '#shared/domain/target.ts';

const identity = (cluster: ClusterRef): string => {
  if (cluster === 'sandbox') return 'sandbox';
  if ('eks' in cluster) return `eks:${cluster.region}/${cluster.eks}`;
  return `kube:${cluster.kubeconfig ?? ''}#${cluster.context ?? ''}`;
};

/**
 * What makes two triggers one incident: where the fault shows, never what the trigger said. A rehearsal has its own, so
 * that it never hides a real incident.
 */
export function incidentFingerprint(target: Target, rehearsal = false): string {
  const parts = [identity(target.cluster), target.namespace, target.name, rehearsal ? 'rehearsal' : ''];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
