import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { SnapshotObjects } from '#shared/domain/snapshot.ts';
import {
  type CallOptions,
  type Cluster,
  ClusterError,
  type ClusterFault,
  type ListQuery,
  type LogQuery,
  type ObjectRef,
  type Resource,
} from '#shared/ports/cluster.ts';

export interface MemoryCluster {
  objects: Record<string, KubeObject[]>;
  /** text by `namespace/pod/container`, `... (previous)` */
  logs: Map<string, string>;
  /** a fault, or a call that never ends, by what is asked for: `pods`, `pods/otlp-system`, `log`, `version`, `*` */
  faults: Map<string, ClusterFault | 'hangs'>;
  /** every call, in the words of `faults` */
  calls: string[];
}

/** A Cluster of plain objects, for what a real API server does only under duress: hanging, half-forbidden, dead. */
export function memoryCluster(objects: Partial<SnapshotObjects> & { secrets?: KubeObject[] }): Cluster & MemoryCluster {
  const state: MemoryCluster = {
    objects: objects as Record<string, KubeObject[]>,
    logs: new Map(),
    faults: new Map(),
    calls: [],
  };

  async function called(words: string[], options?: CallOptions): Promise<void> {
    const call = words.join('/');
    state.calls.push(call);
    const fault = state.faults.get(call) ?? state.faults.get(words[0] ?? '') ?? state.faults.get('*');
    if (fault === 'hangs') await hang(call, options);
    else if (fault) throw new ClusterError(fault, `cannot read ${call}: ${fault}`);
  }

  const hang = (call: string, { signal, timeoutMs }: CallOptions = {}) =>
    new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new ClusterError('aborted', `${call}: aborted`)));
      const late = () => reject(new ClusterError('timeout', `${call}: no answer within ${timeoutMs} ms`));
      if (timeoutMs !== undefined) setTimeout(late, timeoutMs).unref();
    });

  const cluster: Cluster = {
    name: 'memory',
    async version(options) {
      await called(['version'], options);
      return { gitVersion: 'v1.36.0' };
    },
    async list<T extends KubeObject>({ plural, group }: Resource, query: ListQuery = {}, options: CallOptions = {}) {
      const kind = group === 'metrics.k8s.io' ? 'podmetrics' : plural;
      await called([kind, ...(query.namespace === undefined ? [] : [query.namespace])], options);
      const { namespace, trim = (item: KubeObject) => item } = query;
      const all = (state.objects[kind] ?? []) as T[];
      return all
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
        .map((item) => trim(item) as T);
    },
    async get<T extends KubeObject>({ plural }: Resource, ref: ObjectRef, options: CallOptions = {}) {
      await called([plural, ...(ref.namespace === undefined ? [] : [ref.namespace]), ref.name], options);
      const found = ((state.objects[plural] ?? []) as T[]).find(
        ({ metadata }) => metadata.name === ref.name && metadata.namespace === ref.namespace,
      );
      return found;
    },
    async podLog({ namespace, pod, container, previous }: LogQuery, options) {
      const name = `${namespace}/${pod}/${container}${previous ? ' (previous)' : ''}`;
      await called(['log', name], options);
      const text = state.logs.get(name);
      if (text === undefined) throw new ClusterError('invalid', `container ${container} has no log`);
      return text;
    },
    patch: () => Promise.reject(new Error('a diagnosis never writes')),
    proxy: () => Promise.reject(new Error('a snapshot asks nobody behind the API server')),
    can: () => Promise.reject(new Error('a snapshot asks for nothing but objects and logs')),
    close: () => undefined,
  };
  return Object.assign(cluster, state);
}
