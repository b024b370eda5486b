import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { SandboxCluster } from '../cluster.ts';
import { deletePod } from '../controllers/replicasets.ts';
import { authenticate, authorize, type User, WRITE_VERBS } from './access.ts';
import { accessReview } from './access-review.ts';
import { discovery } from './discovery.ts';
import { list, select } from './list.ts';
import { patch } from './patch.ts';
import { podLog } from './pod-log.ts';
import { METRICS_GROUP, SERVED_KINDS, type ServedKind } from './served-kinds.ts';
import { type ApiError, methodNotAllowed, notFound, unknownResource } from './status.ts';

export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: {
    accept?: string | undefined;
    authorization?: string | undefined;
    contentType?: string | undefined;
    userAgent?: string | undefined;
  };
  body: string;
}

export type ApiAnswer = { status: number; json: object } | { status: number; text: string };

const ok = (json: object): ApiAnswer => ({ status: 200, json });

const RESOURCE =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/;

/** One request to the API server. Throws ApiError. */
export function route(cluster: SandboxCluster, users: readonly User[], request: ApiRequest): ApiAnswer {
  const { path, method } = request;
  const user = authenticate(users, request.headers.authorization);
  if (path === '/version') return method === 'GET' ? ok(VERSION) : fail(methodNotAllowed());
  if (['/readyz', '/livez', '/healthz'].includes(path)) return { status: 200, text: 'ok' };
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
    return method === 'POST' ? { status: 201, json: accessReview(user, request.body) } : fail(methodNotAllowed());
  const found = discovery(path.replace(/\/$/, ''));
  if (found) return ok(found);
  const parts = locate(path);
  if (!parts) return { status: 404, text: '404 page not found\n' };
  authorize(user, attributesOf(parts, method));
  if (parts.group === METRICS_GROUP && parts.plural === 'pods') return metrics(cluster, parts, request.query);
  const kind = SERVED_KINDS.find((one) => one.plural === parts.plural && one.group === parts.group);
  if (!kind) {
    const groupIsServed = SERVED_KINDS.some((one) => one.group === parts.group);
    return groupIsServed ? fail(unknownResource()) : { status: 404, text: '404 page not found\n' };
  }
  return resource(cluster, kind, parts, request);
}

function attributesOf({ group, plural, subresource, namespace, name }: Parts, method: string) {
  const verb = WRITE_VERBS[method] ?? (name === undefined ? 'list' : 'get');
  const resource = subresource ? `${plural}/${subresource}` : plural;
  // For RBAC a Namespace lies in itself.
  return { verb, group, resource, namespace: plural === 'namespaces' ? name : namespace, name };
}

const fail = (error: ApiError): never => {
  throw error;
};

interface Parts {
  group: string;
  plural: string;
  namespace?: string;
  name?: string;
  subresource?: string;
}

function locate(path: string): Parts | undefined {
  // /api/v1/namespaces/x is the Namespace x, not a list inside it.
  const ofNamespace = /^\/api\/v1\/namespaces(?:\/([^/]+))?$/.exec(path);
  if (ofNamespace) return { group: '', plural: 'namespaces', ...(ofNamespace[1] ? { name: ofNamespace[1] } : {}) };
  const { core, group = '', plural = '', ...rest } = RESOURCE.exec(path)?.groups ?? {};
  if (plural === '') return undefined;
  const decoded = Object.entries(rest).flatMap(([key, value]) => (value ? [[key, decodeURIComponent(value)]] : []));
  return { ...Object.fromEntries(decoded), group: core ? '' : group, plural };
}

function resource(cluster: SandboxCluster, kind: ServedKind, parts: Parts, request: ApiRequest): ApiAnswer {
  const { store } = cluster;
  const { namespace, name, subresource } = parts;
  const { method, query, headers } = request;
  const partial = /as=PartialObjectMetadata(List)?(;|,|$)/.test(headers.accept ?? '');
  if (name === undefined) {
    // No watches: whoever wants one is told so, instead of getting a list that ends.
    if (method !== 'GET' || query.get('watch') === 'true') throw methodNotAllowed();
    const found = list(kind, store, namespace, query);
    return ok(partial ? { ...found, ...PARTIAL_LIST, items: found.items.map(metadataOf) } : found);
  }
  const ref = { ...(namespace ? { namespace } : {}), name };
  const { stored } = kind;
  const object = stored && store.get(stored, ref);
  if (!stored || !object) throw notFound(kind, name);
  if (subresource === 'log' && stored === 'pods' && method === 'GET')
    return { status: 200, text: podLog(cluster, store.get('pods', ref) ?? fail(notFound(kind, name)), query) };
  if (subresource !== undefined && subresource !== 'status') throw unknownResource();
  if (method === 'GET') return ok(partial ? metadataOf(object) : object);
  if (method === 'PATCH') {
    const { contentType, userAgent } = headers;
    return ok(
      patch(store, { kind: { ...kind, stored }, ref, subresource, query, contentType, userAgent, body: request.body }),
    );
  }
  if (method === 'DELETE' && stored === 'pods') {
    deletePod(store, store.get('pods', ref) ?? fail(notFound(kind, name)), cluster.timeline.now());
    return ok(store.get('pods', ref) ?? object);
  }
  throw methodNotAllowed();
}

const PARTIAL_LIST = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' };
const metadataOf = ({ metadata }: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

function metrics(cluster: SandboxCluster, { namespace, name }: Parts, query: URLSearchParams): ApiAnswer {
  const kind = { ...(SERVED_KINDS.find(({ plural }) => plural === 'pods') as ServedKind), group: METRICS_GROUP };
  const all = cluster.kubelet.metrics().filter(({ metadata }) => !namespace || metadata.namespace === namespace);
  const apiVersion = `${METRICS_GROUP}/v1beta1`;
  if (name === undefined)
    return ok({ kind: 'PodMetricsList', apiVersion, metadata: {}, items: select(kind, all, query) });
  const found = all.find(({ metadata }) => metadata.name === name);
  if (!found) throw notFound({ ...kind, group: '' }, name);
  return ok({ kind: 'PodMetrics', apiVersion, ...found });
}

const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2-sandbox',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-06-10T12:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};
