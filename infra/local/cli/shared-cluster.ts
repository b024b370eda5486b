import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { CallOptions, Cluster, Clusters, ListQuery, Resource } from '#shared/ports/cluster.ts';

/**
 * A cluster for many looks, one for each namespace: what lives in no namespace (nodes, volumes, webhooks) is read once
 * for all of them, within `signal` and not within the time of the look that happens to come first.
 */
export function sharedCluster(cluster: Cluster, signal: AbortSignal): Clusters {
  const lists = new Map<string, Promise<KubeObject[]>>();

  async function list<T extends KubeObject>(resource: Resource, query: ListQuery = {}, options: CallOptions = {}) {
    if (query.namespace !== undefined) return await cluster.list<T>(resource, query, options);
    const key = JSON.stringify([resource, query]);
    const known = lists.get(key) ?? cluster.list(resource, query, { ...options, signal });
    lists.set(key, known);
    // Each look may add to its lists.
    return [...(await known)] as T[];
  }

  const shared: Cluster = {
    name: cluster.name,
    list,
    version: (options) => cluster.version(options),
    get: (resource, ref, options) => cluster.get(resource, ref, options),
    podLog: (query, options) => cluster.podLog(query, options),
    patch: (resource, ref, request, options) => cluster.patch(resource, ref, request, options),
    proxy: (request, options) => cluster.proxy(request, options),
    can: (access, options) => cluster.can(access, options),
    // Whoever opened it ends it.
    close: () => undefined,
  };
  return { open: async () => shared };
}
