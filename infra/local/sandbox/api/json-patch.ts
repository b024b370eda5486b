import { isDeepStrictEqual } from 'node:util';
import { isMap, type Json, type JsonMap } from '../objects.ts';
import { badRequest, patchFailed } from './status.ts';

/** RFC 6902. Throws ApiError 400 for what is no list of operations, 422 for one that does not apply. */
export function jsonPatch(target: JsonMap, operations: Json): JsonMap {
  if (!Array.isArray(operations))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  const root: JsonMap = { '': structuredClone(target) };
  for (const operation of operations) {
    if (!isMap(operation)) throw patchFailed();
    apply(root, operation);
  }
  return root[''] as JsonMap;
}

function apply(root: JsonMap, { op, path, from, value }: JsonMap): void {
  const at = String(path);
  switch (op) {
    case 'test':
      if (!isDeepStrictEqual(read(root, at), value)) throw patchFailed();
      return;
    case 'add':
      insert(root, at, value as Json);
      return;
    case 'remove':
      take(root, at);
      return;
    case 'replace':
      read(root, at);
      assign(root, at, value as Json);
      return;
    case 'move':
      insert(root, at, take(root, String(from)));
      return;
    case 'copy':
      insert(root, at, structuredClone(read(root, String(from))));
      return;
    default:
      throw patchFailed();
  }
}

/** The container of the last path segment, and that segment. */
function locate(root: JsonMap, path: string): [JsonMap | Json[], string] {
  const segments = path.split('/').map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = segments.pop() ?? '';
  let at: Json | undefined = root;
  for (const segment of segments) at = Array.isArray(at) ? at[Number(segment)] : isMap(at) ? at[segment] : undefined;
  if (!isMap(at) && !Array.isArray(at)) throw patchFailed();
  return [at, last];
}

function read(root: JsonMap, path: string): Json {
  const [holder, key] = locate(root, path);
  const value = Array.isArray(holder) ? holder[Number(key)] : holder[key];
  if (value === undefined) throw patchFailed();
  return value;
}

function assign(root: JsonMap, path: string, value: Json): void {
  const [holder, key] = locate(root, path);
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder[key] = value;
}

function insert(root: JsonMap, path: string, value: Json): void {
  const [holder, key] = locate(root, path);
  if (!Array.isArray(holder)) {
    holder[key] = value;
    return;
  }
  const index = key === '-' ? holder.length : Number(key);
  if (!(index >= 0 && index <= holder.length)) throw patchFailed();
  holder.splice(index, 0, value);
}

function take(root: JsonMap, path: string): Json {
  const value = read(root, path);
  const [holder, key] = locate(root, path);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return value;
}
