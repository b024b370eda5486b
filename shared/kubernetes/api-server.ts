import type { KubeObject } from '#shared/domain/kubernetes.ts';
import {
  type AccessReview,
  type CallOptions,
  type Cluster,
  ClusterError,
  type ListQuery,
  type LogQuery,
  type ObjectRef,
  type PatchRequest,
  type ProxyAnswer,
  type ProxyRequest,
  type Resource,
} from '#shared/ports/cluster.ts';
import { statusMessage } from './answer-faults.ts';
import { getCall, listCall, logCall, patchCall, proxyCall, reviewCall, versionCall } from './call.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import { jsonOf, listOf, objectOf } from './json-answer.ts';
import type { ApiServerOptions } from './server-options.ts';
import { serverTimeOf } from './server-time.ts';
import { Transport } from './transport.ts';

const PAGE_SIZE = 500;
/** 100,000 objects in pages of 500. More is a selector forgotten, or a server whose pages never end. */
const MAX_PAGES = 200;
/** A list that expires this often is slower than the server's memory (5 minutes) each time. */
const MAX_RESTARTS = 2;

class ApiServer implements Cluster {
  readonly name: string;
  readonly #transport: Transport;
  readonly #pageSize: number;

  constructor(options: ApiServerOptions) {
    this.name = options.name;
    this.#transport = new Transport(options);
    this.#pageSize = options.pageSize ?? PAGE_SIZE;
  }

  async version(options: CallOptions = {}): Promise<{ gitVersion: string; serverTime?: string }> {
    const answer = await this.#transport.send(versionCall, deadlineOf(options));
    const { gitVersion } = jsonOf(versionCall, answer, this.#transport.server);
    return { gitVersion: typeof gitVersion === 'string' ? gitVersion : 'unknown', ...serverTimeOf(answer) };
  }

  async list<T extends KubeObject = KubeObject>(
    resource: Resource,
    query: ListQuery = {},
    options: CallOptions = {},
  ): Promise<T[]> {
    const deadline = deadlineOf(options);
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.#pages<T>(resource, query, deadline);
      } catch (error) {
        if (!(error instanceof ClusterError && error.fault === 'expired') || restarts === MAX_RESTARTS) throw error;
      }
    }
  }

  async #pages<T extends KubeObject>(resource: Resource, query: ListQuery, deadline: Deadline): Promise<T[]> {
    const objects: T[] = [];
    let page: { limit: number; continue?: string } = { limit: this.#pageSize };
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const call = listCall(resource, query, page);
      const { items, next } = listOf<T>(call, await this.#transport.send(call, deadline), this.#transport.server);
      objects.push(...(query.trim ? (items.map(query.trim) as T[]) : items));
      if (next === undefined) return objects;
      page = { ...page, continue: next };
    }
    const { words } = listCall(resource, query, page);
    throw new ClusterError(
      'protocol',
      `cannot ${words}: ${this.#transport.server} has more than ${MAX_PAGES} pages of ${this.#pageSize}; name a namespace or a selector`,
    );
  }

  async get<T extends KubeObject = KubeObject>(
    resource: Resource,
    ref: ObjectRef & { metadataOnly?: boolean },
    options: CallOptions = {},
  ): Promise<T | undefined> {
    const call = getCall(resource, ref);
    const answer = await this.#transport.send(call, deadlineOf(options), { absent: true });
    return answer.status === 404 ? undefined : objectOf<T>(call, answer, this.#transport.server);
  }

  async podLog(query: LogQuery, options: CallOptions = {}): Promise<string> {
    const answer = await this.#transport.send(logCall(query), deadlineOf(options));
    return answer.body.toString('utf8');
  }

  async patch<T extends KubeObject = KubeObject>(
    resource: Resource,
    ref: ObjectRef,
    request: PatchRequest,
    options: CallOptions = {},
  ): Promise<T> {
    const call = patchCall(resource, ref, request);
    return objectOf<T>(call, await this.#transport.send(call, deadlineOf(options)), this.#transport.server);
  }

  async proxy(request: ProxyRequest, options: CallOptions = {}): Promise<ProxyAnswer> {
    const answer = await this.#transport.pass(proxyCall(request), deadlineOf(options));
    const refused = answer.status >= 400 ? statusMessage(answer) : undefined;
    const headers = Object.entries(answer.headers).map(([name, value]) => [name, [value ?? []].flat().join(', ')]);
    return {
      status: answer.status,
      headers: Object.fromEntries(headers),
      body: answer.body,
      ...(refused !== undefined && { refused }),
    };
  }

  async can(access: AccessReview, options: CallOptions = {}): Promise<{ allowed: boolean; reason?: string }> {
    const call = reviewCall(access);
    const { status } = jsonOf(call, await this.#transport.send(call, deadlineOf(options)), this.#transport.server);
    const { allowed, reason } = (status ?? {}) as { allowed?: unknown; reason?: unknown };
    return { allowed: allowed === true, ...(typeof reason === 'string' && reason !== '' ? { reason } : {}) };
  }

  close(): void {
    this.#transport.close();
  }
}

/**
 * A Kubernetes API server over one pool of keep-alive connections. Throws ClusterError `credentials` when the URL is
 * none of http or https; nothing is sent yet.
 */
export const apiServer = (options: ApiServerOptions): Cluster => new ApiServer(options);
