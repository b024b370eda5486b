import type { MedicConfig } from '#shared/domain/config.ts';
import { targetOf } from '#shared/domain/targets.ts';
import type { CallOptions, Cluster, Clusters } from './cluster.ts';

/** The cluster of a target by its name, and the namespace that short names in it are of. Rejects with a ClusterError. */
export const apiServerOf =
  (config: MedicConfig, clusters: Clusters) =>
  async (name: string, options: CallOptions): Promise<{ cluster: Cluster; namespace: string }> => {
    const target = targetOf(config, name);
    return { cluster: await clusters.open(target, options), namespace: target.namespace };
  };
