import { type Cluster, ClusterError, type ClusterFault } from '#shared/ports/cluster.ts';
import type { EksEndpoint } from './eks-endpoint.ts';

/** After these the endpoint may have moved: a cluster of the same name was made anew. */
const MOVED: readonly ClusterFault[] = ['dns', 'connect', 'tls'];
const SILENT: readonly ClusterFault[] = ['connect', 'timeout'];

interface Reached {
  endpoint: EksEndpoint;
  cluster: Cluster;
}

/**
 * A cluster whose endpoint EKS knows: where connecting fails it is described again, and a read is repeated when it has
 * moved. Where it stays silent or refuses the caller, the error says what of EKS explains that.
 */
export function eksCluster(
  first: EksEndpoint,
  describe: () => Promise<EksEndpoint>,
  connect: (endpoint: EksEndpoint) => Cluster,
): Cluster {
  let current: Reached = { endpoint: first, cluster: connect(first) };
  let looking: Promise<void> | undefined;
  let hasAnswered = false;

  async function look(): Promise<void> {
    const endpoint = await describe();
    if (endpoint.url === current.endpoint.url && endpoint.ca === current.endpoint.ca) return;
    current.cluster.close();
    current = { endpoint, cluster: connect(endpoint) };
  }

  /** Calls that fail together look once. */
  async function hasMoved(since: Reached): Promise<boolean> {
    if (since === current) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    }
    return since !== current;
  }

  function explain(error: ClusterError, { endpoint }: Reached): ClusterError {
    const { fault, message, status, serverTime, cause } = error;
    const hint =
      fault === 'unauthorized'
        ? "give the caller's role an access entry on the cluster (aws eks create-access-entry)"
        : SILENT.includes(fault) && !hasAnswered && endpoint.reach;
    if (!hint) return error;
    return new ClusterError(fault, `${message}; ${hint}`, {
      ...(status === undefined ? {} : { status }),
      ...(serverTime === undefined ? {} : { serverTime }),
      cause,
    });
  }

  async function call<T>(run: (cluster: Cluster) => Promise<T>, isRead = true): Promise<T> {
    const used = current;
    try {
      const answer = await run(used.cluster);
      hasAnswered = true;
      return answer;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (MOVED.includes(error.fault) && (await hasMoved(used)) && isRead) return run(current.cluster);
      throw explain(error, used);
    }
  }

  return {
    name: current.cluster.name,
    version: (o) => call((cluster) => cluster.version(o)),
    list: (resource, query, o) => call((cluster) => cluster.list(resource, query, o)),
    get: (resource, ref, o) => call((cluster) => cluster.get(resource, ref, o)),
    podLog: (query, o) => call((cluster) => cluster.podLog(query, o)),
    patch: (resource, ref, request, o) => call((cluster) => cluster.patch(resource, ref, request, o), false),
    // A canary that comes twice does no harm.
    proxy: (request, o) => call((cluster) => cluster.proxy(request, o)),
    can: (access, o) => call((cluster) => cluster.can(access, o)),
    close: () => current.cluster.close(),
  };
}
