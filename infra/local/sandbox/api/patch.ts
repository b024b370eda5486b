import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { Writer } from '../managed-fields.ts';
import type { ObjectStore, Ref } from '../object-store.ts';
import { isMap, type Json, type JsonMap, type Kind } from '../objects.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch, strategicMergePatch } from './merge-patch.ts';
import type { ServedKind } from './served-kinds.ts';
import { badRequest, invalid, notFound, unsupportedMediaType } from './status.ts';
import { checkContent, checkIdentity, checkTypes } from './validation.ts';

export interface PatchCall {
  kind: ServedKind & { stored: Kind };
  ref: Ref;
  subresource: 'status' | undefined;
  query: URLSearchParams;
  contentType: string | undefined;
  userAgent: string | undefined;
  body: string;
}

const APPLIERS: Record<string, (target: JsonMap, patch: Json) => Json> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': (target, patch) => strategicMergePatch(target, patch as JsonMap),
};

/** PATCH of one object, with the checks and in the order of the real server. Throws ApiError. */
export function patch(store: ObjectStore, call: PatchCall): KubeObject {
  const { kind, ref, query, subresource } = call;
  const type = call.contentType?.split(';')[0] ?? '';
  const applier = APPLIERS[type];
  if (!applier) throw unsupportedMediaType();
  const dryRun = isDryRun(query);
  const before = store.get(kind.stored, ref);
  if (!before) throw notFound(kind, ref.name);
  const body = decode(call.body, type);
  checkTypes(body);
  const patched = applier(structuredClone(before) as unknown as JsonMap, body) as unknown as KubeObject;
  checkIdentity(kind, before, patched);
  const change = (draft: KubeObject) => replaceContent(draft, patched, subresource);
  const result = store.preview(kind.stored, ref, change) ?? before;
  checkContent(kind, before, result);
  if (dryRun) return result;
  const manager = query.get('fieldManager') ?? call.userAgent?.split('/')[0] ?? 'unknown';
  const writer: Writer = subresource ? { manager, subresource } : { manager };
  return store.update(kind.stored, ref, change, writer) ?? before;
}

function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun');
  if (values.some((value) => value !== 'All')) {
    const message = `Unsupported value: [${values.map((value) => JSON.stringify(value)).join(',')}]: supported values: "All"`;
    const cause = { reason: 'FieldValueNotSupported', message, field: 'dryRun' };
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [cause]);
  }
  return values.length > 0;
}

/** The main resource never takes a status, the status subresource nothing else; what the server owns stays. */
function replaceContent(draft: KubeObject, patched: KubeObject, subresource: 'status' | undefined): void {
  const { uid, creationTimestamp, generation, resourceVersion, managedFields } = draft.metadata;
  const kept = { uid, creationTimestamp, generation, resourceVersion, managedFields };
  const own = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  const status = 'status' in draft ? { status: draft.status } : {};
  const next = structuredClone(patched) as KubeObject & { status?: unknown };
  if (subresource) {
    Object.assign(draft, 'status' in next ? { status: next.status } : {});
    return;
  }
  for (const key of Object.keys(draft)) Reflect.deleteProperty(draft, key);
  Object.assign(draft, next, status, { metadata: { ...next.metadata, ...own } });
}

function decode(text: string, type: string): Json {
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`error decoding patch: ${goSyntaxError(text)}`);
  }
  if (type !== 'application/json-patch+json' && !isMap(body)) {
    const what = Array.isArray(body) ? 'array' : typeof body;
    throw badRequest(`json: cannot unmarshal ${what} into Go value of type map[string]interface {}`);
  }
  return body;
}

function goSyntaxError(text: string): string {
  const inObject = /^\s*\{\s*([^"}\s])/.exec(text);
  if (inObject) return `invalid character '${inObject[1]}' looking for beginning of object key string`;
  const first = text.trim()[0];
  const startsWell = first !== undefined && /[[{"\d]/.test(first);
  return first === undefined || startsWell
    ? 'unexpected end of JSON input'
    : `invalid character '${first}' looking for beginning of value`;
}
