import type { Target } from '#shared/domain/target.ts';
import { type CallOptions, type Cluster, ClusterError, type Clusters } from '#shared/ports/cluster.ts';
import { type Check, fail, notChecked, pass } from './check.ts';
import { checkClock } from './clock-skew.ts';
import { explained } from './explained.ts';
import { checkVersion } from './server-version.ts';

interface Reached {
  /** absent = out of reach */
  cluster?: Cluster;
  checks: Check[];
}

/**
 * Opens the cluster and asks for its version: on EKS that is DescribeCluster, a token and the endpoint. A server that
 * keeps its version to itself has answered all the same.
 */
export async function reach(clusters: Clusters, target: Target, options: CallOptions): Promise<Reached> {
  const before = Date.now();
  try {
    const cluster = await clusters.open(target, options);
    const asked = Date.now();
    try {
      const { gitVersion, serverTime } = await cluster.version(options);
      const clock = checkClock(serverTime, { before: asked, after: Date.now() });
      return { cluster, checks: [pass('cluster', `${cluster.name} answers`), checkVersion(gitVersion), clock] };
    } catch (error) {
      if (!(error instanceof ClusterError) || error.fault !== 'forbidden') throw error;
      const clock = checkClock(error.serverTime, { before: asked, after: Date.now() });
      const version = notChecked('version', explained(error).detail);
      return { cluster, checks: [pass('cluster', `${cluster.name} answers`), version, clock] };
    }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const { detail, fix } = explained(error);
    const clock = checkClock(error.serverTime, { before, after: Date.now() });
    return { checks: [fail('cluster', `${error.fault}: ${detail}`, { fix }), ...(error.serverTime ? [clock] : [])] };
  }
}
