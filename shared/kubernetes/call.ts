import { proxyName } from '#shared/domain/service-address.ts';
import {
  type AccessReview,
  ClusterError,
  type ListQuery,
  type LogQuery,
  type ObjectRef,
  type PatchRequest,
  type ProxyRequest,
  type Resource,
} from '#shared/ports/cluster.ts';

/** One request to the API server, and the words to speak of it. */
export interface Call {
  /** completes "cannot ...": `list pods in otlp-system` */
  words: string;
  /** how a person asks for the permission: `kubectl auth can-i ...` with this behind it; absent = everyone may */
  permission?: string;
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  accept: string;
  contentType?: string;
  /** beside those that every call has */
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** bytes of the answer that are kept, for one that may be endless; default: an answer too large is a failure */
  mostBytes?: number;
}

const JSON_TYPE = 'application/json';
/** Without a fallback to plain JSON: a server that cannot answer so must not send the values of a Secret. */
const metadataAs = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

const PATCH_TYPES: Readonly<Record<PatchRequest['type'], string>> = {
  'strategic-merge': 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
};

/** A name as one segment of a path. The API server forbids the same ones; an empty one would turn a get into a list. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/%]/.test(name))
    throw new ClusterError(
      'invalid',
      `${JSON.stringify(name)} cannot be a Kubernetes name: give the object's exact name`,
    );
  return encodeURIComponent(name);
}

function pathOf(resource: Resource, namespace?: string, ...rest: string[]): string {
  const api = resource.group === '' ? ['api'] : ['apis', resource.group];
  const scope = namespace === undefined ? [] : ['namespaces', namespace];
  return `/${[...api, resource.version, ...scope, resource.plural, ...rest].map(segment).join('/')}`;
}

function query(values: Record<string, string | number | boolean | undefined>): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) given.set(key, String(value));
  return given.size === 0 ? '' : `?${given}`;
}

/** As kubectl writes it: `pods`, `deployments.apps`. */
const nameOf = (resource: Pick<Resource, 'group' | 'plural'>) =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;

/** For the wording alone: a list of these has no namespace to speak of. */
const CLUSTER_SCOPED = new Set(['nodes', 'namespaces', 'persistentvolumes', 'storageclasses', 'ingressclasses']);

const within = (namespace?: string) => (namespace === undefined ? '' : ` in ${namespace}`);
const scopeFlag = (namespace?: string) => (namespace === undefined ? '' : ` -n ${namespace}`);

export const versionCall: Call = { words: 'read the version', method: 'GET', path: '/version', accept: JSON_TYPE };

export function listCall(resource: Resource, what: ListQuery, page: { limit: number; continue?: string }): Call {
  const { namespace, labelSelector, fieldSelector } = what;
  const everywhere = namespace === undefined && !CLUSTER_SCOPED.has(resource.plural);
  return {
    words: `list ${nameOf(resource)}${everywhere ? ' in all namespaces' : within(namespace)}`,
    permission: `list ${nameOf(resource)}${everywhere ? ' -A' : scopeFlag(namespace)}`,
    method: 'GET',
    path: pathOf(resource, namespace) + query({ labelSelector, fieldSelector, ...page }),
    accept: what.metadataOnly ? metadataAs('PartialObjectMetadataList') : JSON_TYPE,
  };
}

export function getCall(resource: Resource, ref: ObjectRef & { metadataOnly?: boolean }): Call {
  const object = `${nameOf(resource)}/${ref.name}`;
  return {
    words: `get ${object}${within(ref.namespace)}`,
    permission: `get ${object}${scopeFlag(ref.namespace)}`,
    method: 'GET',
    path: pathOf(resource, ref.namespace, ref.name),
    accept: ref.metadataOnly ? metadataAs('PartialObjectMetadata') : JSON_TYPE,
  };
}

export function logCall(log: LogQuery): Call {
  const { namespace, pod, container, previous, tailLines, limitBytes, sinceSeconds, timestamps } = log;
  return {
    words: `read the ${previous ? 'previous ' : ''}log of ${pod}/${container}${within(namespace)}`,
    permission: `get pods --subresource=log${scopeFlag(namespace)}`,
    method: 'GET',
    path:
      pathOf({ group: '', version: 'v1', plural: 'pods' }, namespace, pod, 'log') +
      query({
        container,
        previous: previous || undefined,
        tailLines,
        limitBytes,
        sinceSeconds,
        timestamps: timestamps || undefined,
      }),
    // not text/plain: the API server would answer 406, as the types that it can encode do not include it
    accept: '*/*',
  };
}

export function patchCall(resource: Resource, ref: ObjectRef, patch: PatchRequest): Call {
  const object = `${nameOf(resource)}/${ref.name}`;
  const { dryRun, fieldManager } = patch;
  return {
    words: `patch ${object}${within(ref.namespace)}${dryRun ? ' (dry run)' : ''}`,
    permission: `patch ${object}${scopeFlag(ref.namespace)}`,
    method: 'PATCH',
    path: pathOf(resource, ref.namespace, ref.name) + query({ dryRun: dryRun ? 'All' : undefined, fieldManager }),
    accept: JSON_TYPE,
    contentType: PATCH_TYPES[patch.type],
    body: JSON.stringify(patch.body),
  };
}

/** A POST that creates nothing: it may be sent again. */
export function reviewCall(access: AccessReview): Call {
  return {
    words: `ask whether the caller may ${access.verb} ${nameOf({ group: access.group ?? '', plural: access.resource })}`,
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    accept: JSON_TYPE,
    contentType: JSON_TYPE,
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { ...access } },
    }),
  };
}

/** What belongs to the way to the API server, not to what stands behind it. */
const OF_THE_WAY = new Set(['authorization', 'cookie', 'host', 'connection', 'content-length', 'transfer-encoding']);

export function proxyCall(request: ProxyRequest): Call {
  const { namespace, kind, method, path, headers = {}, body, mostBytes } = request;
  const object = `${kind}/${proxyName(request)}`;
  const { accept = '*/*', ...own } = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OF_THE_WAY.has(name.toLowerCase())),
  );
  return {
    words: `${method === 'GET' ? 'get from' : 'post to'} ${object}${within(namespace)} through the API server`,
    permission: `${method === 'GET' ? 'get' : 'create'} ${object} --subresource=proxy${scopeFlag(namespace)}`,
    method,
    path: `${pathOf({ group: '', version: 'v1', plural: kind }, namespace, proxyName(request), 'proxy')}${path}`,
    accept,
    headers: own,
    ...(body && { body }),
    ...(mostBytes !== undefined && { mostBytes }),
  };
}
