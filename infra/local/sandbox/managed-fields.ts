import { isDeepStrictEqual } from 'node:util';
import { isMap, type JsonMap } from './objects.ts';

/** FieldsV1: `f:name` for a field, `k:{"name":"x"}` for an element of a keyed list. */
interface Fields {
  [key: string]: Fields;
}

export interface Writer {
  manager: string;
  subresource?: 'status' | 'binding';
}

interface Entry extends Writer {
  operation: string;
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: Fields;
}

const LIST_KEYS = ['uid', 'containerPort', 'mountPath', 'type', 'name'];
const NOT_OWNED = ['apiVersion', 'kind', 'managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

/** What changed between two states of a value, as a field set. */
function changed(before: unknown, after: unknown): Fields {
  const fields: Fields = {};
  if (isMap(after)) {
    for (const [name, value] of Object.entries(after)) {
      const old = isMap(before) ? before[name] : undefined;
      if (NOT_OWNED.includes(name) || isDeepStrictEqual(old, value)) continue;
      const inside = changed(old, value);
      // Of metadata often nothing changed but what the server itself writes.
      if (name !== 'metadata' || Object.keys(inside).length > 0) fields[`f:${name}`] = inside;
    }
  } else if (Array.isArray(after)) {
    for (const element of after.filter(isMap)) {
      const key = LIST_KEYS.find((candidate) => candidate in element);
      if (key === undefined) continue;
      const old = Array.isArray(before) ? before.filter(isMap).find((one) => one[key] === element[key]) : undefined;
      if (isDeepStrictEqual(old, element)) continue;
      fields[`k:${JSON.stringify({ [key]: element[key] })}`] = changed(old, element);
    }
  }
  return fields;
}

function merge(into: Fields, from: Fields): Fields {
  const merged = { ...into };
  for (const [key, value] of Object.entries(from)) merged[key] = merge(merged[key] ?? {}, value);
  return merged;
}

/** What of a field set is still there: a removed field belongs to nobody. */
function present(fields: Fields, value: unknown): Fields {
  const kept: Fields = {};
  for (const [key, inside] of Object.entries(fields)) {
    const there = valueUnder(value, key);
    if (there !== undefined) kept[key] = present(inside, there);
  }
  return kept;
}

function valueUnder(value: unknown, key: string): unknown {
  if (key.startsWith('f:')) return isMap(value) ? value[key.slice(2)] : undefined;
  const wanted = Object.entries(JSON.parse(key.slice(2)) as JsonMap);
  const list = Array.isArray(value) ? value.filter(isMap) : [];
  return list.find((element) => wanted.every(([name, own]) => element[name] === own));
}

/** `metadata.managedFields` after a write: who set which fields, and when. Names of keys, never values. */
export function managedFieldsAfter(before: JsonMap | undefined, after: JsonMap, writer: Writer, time: string): Entry[] {
  const metadata = after.metadata as unknown as { managedFields?: Entry[] };
  const entries = metadata.managedFields ?? [];
  const same = (entry: Entry) => entry.manager === writer.manager && entry.subresource === writer.subresource;
  const fieldsV1 = merge(entries.find(same)?.fieldsV1 ?? {}, changed(before, after));
  const apiVersion = String(after.apiVersion);
  const entry: Entry = { ...writer, operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 };
  const others = entries.filter((one) => !same(one));
  return [...others, entry].map((one) => ({ ...one, fieldsV1: present(one.fieldsV1, after) }));
}
