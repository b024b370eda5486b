import { type CallOptions, type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { type Check, notChecked, pass, warn } from './check.ts';
import { explained } from './explained.ts';

/** metrics-server or its like, without which nothing is known of the use of CPU and memory. */
export async function checkMetrics(cluster: Cluster, namespace: string, options: CallOptions): Promise<Check> {
  const name = 'metrics-api';
  try {
    const pods = await cluster.list(RESOURCES.podmetrics, { namespace, metadataOnly: false }, options);
    return pass(name, `metrics.k8s.io answers; it knows ${pods.length} pods of ${namespace}`);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.fault === 'not-found') {
      const fix = 'install metrics-server; on EKS as an add-on: aws eks create-addon --addon-name metrics-server';
      return warn(name, 'the cluster does not serve metrics.k8s.io', { fix });
    }
    // The lack of a right is told with the other rights.
    if (error.fault === 'forbidden') return notChecked(name, explained(error).detail);
    const { detail, fix } = explained(error);
    return warn(name, detail, { fix, commands: ['kubectl get apiservice v1beta1.metrics.k8s.io'] });
  }
}
