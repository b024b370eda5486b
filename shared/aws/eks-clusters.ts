import type { Clock } from '#shared/ports/clock.ts';
import { ClusterError, type Clusters } from '#shared/ports/cluster.ts';
import { openEks } from './eks.ts';

/** The clusters that a deployed function can reach: EKS by name. Kubeconfigs and the sandbox are for a laptop. */
export const eksClusters = (clock: Clock): Clusters => ({
  async open({ name, cluster }, options) {
    if (typeof cluster === 'object' && 'eks' in cluster) return openEks(cluster, { clock, ...options });
    throw new ClusterError(
      'credentials',
      `target "${name}" is not an EKS cluster, so a deployed function cannot reach it: write cluster: { eks, region } in medic.config.ts`,
    );
  },
});
