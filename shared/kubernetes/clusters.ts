import type { Target } from '#shared/domain/target.ts';
import { type CallOptions, type Cluster, ClusterError, type Clusters } from '#shared/ports/cluster.ts';
import type { KubeconfigRef } from './kubeconfig.ts';

/** How each kind of cluster is reached; one that is left out cannot be reached from here. */
export interface Openers {
  sandbox?: (target: Target, options: CallOptions) => Promise<Cluster> | Cluster;
  eks?: (ref: { eks: string; region: string; caFile?: string | undefined }, options: CallOptions) => Promise<Cluster>;
  kubeconfig?: (ref: KubeconfigRef, options: CallOptions) => Promise<Cluster>;
}

/**
 * Opens the cluster of a target by the kind that its configuration names. A kubeconfig context is opened once, so that
 * the steps of one process share its connections and one run of its credential plugin; a failure is not kept.
 */
export function makeClusters(openers: Openers): Clusters {
  const contexts = new Map<string, Promise<Cluster>>();

  function openContext(open: NonNullable<Openers['kubeconfig']>, ref: KubeconfigRef, options: CallOptions) {
    const key = JSON.stringify([ref.kubeconfig, ref.context, ref.caFile, process.env.KUBECONFIG]);
    const opened = contexts.get(key) ?? open(ref, options);
    contexts.set(key, opened);
    opened.catch(() => contexts.delete(key));
    return opened;
  }

  return {
    async open(target, options = {}) {
      const { name, cluster } = target;
      const missing = (kind: string) =>
        new ClusterError('credentials', `target "${name}": ${kind} cannot be reached from here; choose another target`);
      if (cluster === 'sandbox') {
        if (!openers.sandbox) throw missing('the sandbox');
        return openers.sandbox(target, options);
      }
      if ('eks' in cluster) {
        if (!openers.eks) throw missing(`the EKS cluster ${cluster.eks}`);
        return openers.eks(cluster, options);
      }
      if (!openers.kubeconfig) throw missing('a cluster of a kubeconfig');
      return openContext(openers.kubeconfig, cluster, options);
    },
  };
}
