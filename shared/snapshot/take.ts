import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { type Cluster, ClusterError, type Clusters } from '#shared/ports/cluster.ts';
import { type CollectOptions, collectSnapshot } from './collect.ts';
import { unreachableSnapshot } from './unreachable.ts';

/** Of a function's remaining time; the rest is for judging and storing. */
export const LOOK_SHARE = 0.8;

const clusterNameOf = ({ cluster }: Target): string => {
  if (cluster === 'sandbox') return cluster;
  return 'eks' in cluster ? cluster.eks : (cluster.context ?? 'kubeconfig');
};

/**
 * Finds the cluster of a target and looks at it. A cluster that cannot be found is a result too; a look that the caller
 * has cut off is none, and rejects with the reason of its signal.
 */
export async function takeSnapshot(clusters: Clusters, target: Target, options: CollectOptions): Promise<Snapshot> {
  const snapshot = await lookAt(clusters, target, options);
  options.signal?.throwIfAborted();
  return snapshot;
}

async function lookAt(clusters: Clusters, target: Target, options: CollectOptions): Promise<Snapshot> {
  let cluster: Cluster;
  try {
    cluster = await clusters.open(target, options.signal ? { signal: options.signal } : {});
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return await unreachableSnapshot(target, clusterNameOf(target), error.message, options.clock);
  }
  return await collectSnapshot(cluster, target, options);
}
