import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { Target } from '#shared/domain/target.ts';

/** Why a call to the API server gave no answer; each has its own remedy. */
export type ClusterFault =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'unauthorized'
  | 'forbidden'
  | 'timeout'
  | 'aborted'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'expired'
  | 'throttled'
  | 'server'
  | 'protocol'
  | 'credentials';

/** The one error of a Cluster. Its message is one line that names the call, the server, the fault and the fix. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly fault: ClusterFault;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** the server's clock, where there was an answer: a wrong one makes good credentials look bad */
  readonly serverTime?: string;

  constructor(
    fault: ClusterFault,
    message: string,
    options: { status?: number; serverTime?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.fault = fault;
    if (options.status !== undefined) this.status = options.status;
    if (options.serverTime !== undefined) this.serverTime = options.serverTime;
  }
}

/** No call can succeed after one of these: the whole cluster is out of reach, not one resource. */
export const isUnreachable = (error: unknown): error is ClusterError =>
  error instanceof ClusterError && ['dns', 'connect', 'tls', 'unauthorized', 'credentials'].includes(error.fault);

/** A kind of object by its place in the API: apis/{group}/{version}/.../{plural}; the core group is ''. */
export interface Resource {
  group: string;
  version: string;
  plural: string;
}

export interface ObjectRef {
  /** absent for cluster-scoped objects */
  namespace?: string;
  name: string;
}

export interface ListQuery {
  /** absent = all namespaces, or a cluster-scoped kind */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** ask for PartialObjectMetadata: names, labels and managedFields without content */
  metadataOnly?: boolean;
  /** applied to each item as its page arrives, so that a large namespace is never held whole */
  trim?: (item: KubeObject) => KubeObject;
}

export interface LogQuery {
  namespace: string;
  pod: string;
  container: string;
  previous?: boolean;
  tailLines?: number;
  limitBytes?: number;
  sinceSeconds?: number;
  /** the kubelet's time before each line, for programs that write none */
  timestamps?: boolean;
}

export interface PatchRequest {
  type: 'strategic-merge' | 'merge' | 'json';
  body: unknown;
  /** server-side dry run: admission and validation without a write */
  dryRun?: boolean;
  /** only for merge types; json carries its own `test` operations */
  fieldManager?: string;
}

export interface AccessReview {
  verb: string;
  group?: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** A request to the own port of a Service or pod, by way of the API server's proxy. */
export interface ProxyRequest {
  namespace: string;
  kind: 'services' | 'pods';
  name: string;
  port: number;
  /** of what listens there; the API server verifies no certificate */
  tls?: boolean;
  method: 'GET' | 'POST';
  /** of what listens there, with its query */
  path: string;
  /** Authorization is left out: it would be taken for the caller's own, and the API server keeps it back anyway */
  headers?: Record<string, string>;
  body?: Buffer;
  /** of the answer's body; the rest is left */
  mostBytes?: number;
}

/** What came back, of whatever status. */
export interface ProxyAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** the API server's own words: nothing behind it answered */
  refused?: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** of the whole call, retries and pages included; milliseconds */
  timeoutMs?: number;
}

/**
 * One Kubernetes API server. Every method rejects with a ClusterError and nothing else. Reads are retried on 429, 5xx
 * and resets within the deadline; writes never are.
 */
export interface Cluster {
  /** as a person knows it: the context, the EKS name, `sandbox` */
  readonly name: string;
  version(options?: CallOptions): Promise<{ gitVersion: string; serverTime?: string }>;
  /** Items carry their own apiVersion and kind, though the API leaves them out of list items. */
  list<T extends KubeObject = KubeObject>(resource: Resource, query?: ListQuery, options?: CallOptions): Promise<T[]>;
  /** undefined when it does not exist. */
  get<T extends KubeObject = KubeObject>(
    resource: Resource,
    ref: ObjectRef & { metadataOnly?: boolean },
    options?: CallOptions,
  ): Promise<T | undefined>;
  /** Raw text; a container that never ran gives a ClusterError `invalid` with the server's own words. */
  podLog(query: LogQuery, options?: CallOptions): Promise<string>;
  patch<T extends KubeObject = KubeObject>(
    resource: Resource,
    ref: ObjectRef,
    request: PatchRequest,
    options?: CallOptions,
  ): Promise<T>;
  /** Never repeated after an answer. Rejects where the caller may not, or the API server itself does not answer. */
  proxy(request: ProxyRequest, options?: CallOptions): Promise<ProxyAnswer>;
  /** SelfSubjectAccessReview: may the caller do this? */
  can(access: AccessReview, options?: CallOptions): Promise<{ allowed: boolean; reason?: string }>;
  /** Ends the connections. */
  close(): void;
}

/** Finds and authenticates to the cluster of a target; rejects with ClusterError `credentials`, `dns`, ... */
export interface Clusters {
  open(target: Target, options?: CallOptions): Promise<Cluster>;
}
