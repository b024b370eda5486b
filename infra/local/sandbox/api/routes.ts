import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { SandboxCluster } from '../cluster.ts';
import { deletePod } from '../controllers/replicasets.ts';
import { isMap } from '../objects.ts';
import { discovery } from './discovery.ts';
import { list, select } from './list.ts';
import { patch } from './patch.ts';
import { podLog } from './pod-log.ts';
import { METRICS_GROUP, SERVED_KINDS, type ServedKind } from './served-kinds.ts';
import { ApiError, badRequest, methodNotAllowed, notFound, unknownResource } from './status.ts';

export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: { accept?: string | undefined; contentType?: string | undefined; userAgent?: string | undefined };
  body: string;
}

export type ApiAnswer = { status: number; json: object } | { status: number; text: string };

const ok = (json: object): ApiAnswer => ({ status: 200, json });

const RESOURCE =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/;

/** One request to the API server. Throws ApiError. */
export function route(cluster: SandboxCluster, request: ApiRequest): ApiAnswer {
  const { path, method } = request;
  if (path === '/version') return method === 'GET' ? ok(VERSION) : fail(methodNotAllowed());
  if (['/readyz', '/livez', '/healthz'].includes(path)) return { status: 200, text: 'ok' };
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return accessReview(request);
  const found = discovery(path.replace(/\/$/, ''));
  if (found) return ok(found);
  const parts = locate(path);
  if (!parts) return { status: 404, text: '404 page not found\n' };
  if (parts.group === METRICS_GROUP && parts.plural === 'pods') return metrics(cluster, parts, request.query);
  const kind = SERVED_KINDS.find((one) => one.plural === parts.plural && one.group === parts.group);
  if (!kind) {
    const groupIsServed = SERVED_KINDS.some((one) => one.group === parts.group);
    return groupIsServed ? fail(unknownResource()) : { status: 404, text: '404 page not found\n' };
  }
  return resource(cluster, kind, parts, request);
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
    if (method !== 'GET') throw methodNotAllowed();
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

/** The sandbox has one user, who may do everything. */
function accessReview({ method, body }: ApiRequest): ApiAnswer {
  if (method !== 'POST') throw methodNotAllowed();
  let review: unknown;
  try {
    review = JSON.parse(body);
  } catch {
    throw badRequest(
      "the object provided is unrecognized (must be of type SelfSubjectAccessReview): couldn't get version/kind; json parse error",
    );
  }
  const spec = isMap(review) && isMap(review.spec) ? review.spec : {};
  if (!isMap(spec.resourceAttributes) && !isMap(spec.nonResourceAttributes)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    const cause = {
      reason: 'FieldValueInvalid',
      message: `Invalid value: null: ${why}`,
      field: 'spec.resourceAttributes',
    };
    throw new ApiError(422, 'Invalid', `.authorization.k8s.io "" is invalid: ${cause.field}: ${cause.message}`, {
      group: 'authorization.k8s.io',
      causes: [cause],
    });
  }
  const kind = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' };
  return { status: 201, json: { ...kind, metadata: {}, spec, status: { allowed: true } } };
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
