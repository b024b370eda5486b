import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from '../object-store.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { groupVersionOf, type ServedKind } from './served-kinds.ts';
import { ApiError, badRequest } from './status.ts';

interface Token {
  v: string;
  rv: number;
  start: string;
}

const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

const encodeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decodeToken(text: string): Token {
  const json = Buffer.from(text, 'base64url').toString();
  try {
    const token = JSON.parse(json) as Token;
    if (typeof token.rv === 'number' && typeof token.start === 'string') return token;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const first = json.codePointAt(0);
  const shown =
    first === undefined ? '' : `invalid character '${String.fromCodePoint(first)}' looking for beginning of value`;
  throw badRequest(`invalid continue token: continue key is not valid: ${shown}`);
}

/** A whole number of the query. Throws ApiError 400 in Go's words. */
export function intParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

const keyOf = ({ metadata: { namespace, name } }: KubeObject): string =>
  namespace ? `/${namespace}/${name}` : `/${name}`;

/** The objects of a kind that the query's selectors choose. */
export function select(kind: ServedKind, objects: readonly KubeObject[], query: URLSearchParams): KubeObject[] {
  const byLabels = parseLabelSelector(query.get('labelSelector') ?? '');
  const byFields = parseFieldSelector(query.get('fieldSelector') ?? '', kind);
  return objects.filter((object) => byLabels(object.metadata.labels ?? {}) && byFields(object));
}

/** A list, or one page of it, with the metadata that leads to the next one. Items have no apiVersion and kind of their own. */
export function list(kind: ServedKind, store: ObjectStore, namespace: string | undefined, query: URLSearchParams) {
  const limit = intParam(query, 'limit') ?? 0;
  const continued = query.get('continue');
  const token = continued ? decodeToken(continued) : undefined;
  const all = kind.stored ? store.list(kind.stored, namespace) : [];
  const chosen = select(kind, all, query);
  const version = token?.rv ?? store.resourceVersion;
  if (token && token.rv > 0 && token.rv < store.compacted) {
    const metadata = { continue: encodeToken({ ...token, rv: -1 }) };
    throw new ApiError(410, 'Expired', EXPIRED, undefined, metadata);
  }
  const rest = token ? chosen.filter((object) => keyOf(object) >= token.start) : chosen;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const next = rest[page.length];
  const isSelected = query.get('labelSelector') || query.get('fieldSelector');
  return {
    kind: `${kind.kind}List`,
    apiVersion: groupVersionOf(kind),
    metadata: {
      resourceVersion: String(version === -1 ? store.resourceVersion : version),
      ...(next ? { continue: encodeToken({ v: 'meta.k8s.io/v1', rv: version, start: keyOf(next) }) } : {}),
      // With a selector the server cannot know how many are left.
      ...(next && !isSelected ? { remainingItemCount: rest.length - page.length } : {}),
    },
    items: page.map(({ apiVersion: _, kind: __, ...item }) => item),
  };
}
