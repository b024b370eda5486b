import { isMap, type Json, type JsonMap } from '../objects.ts';
import { ApiError } from './status.ts';

/** RFC 7386: null removes, maps merge, everything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isMap(patch)) return patch;
  const merged: JsonMap = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** The lists that a strategic merge patch merges by a key; all others it replaces. */
const MERGE_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  hostAliases: ['ip'],
};
const DIRECTIVE = /^\$(setElementOrder|retainKeys|deleteFromPrimitiveList)/;

/** Kubernetes' strategic merge patch, as far as pod templates and metadata need it. */
export function strategicMergePatch(target: Json | undefined, patch: JsonMap): JsonMap {
  const { $patch, ...rest } = patch;
  if ($patch === 'replace') return rest;
  const merged: JsonMap = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(rest)) {
    if (DIRECTIVE.test(key)) continue;
    if (value === null || (isMap(value) && value.$patch === 'delete')) delete merged[key];
    else merged[key] = mergeValue(key, merged[key], value);
  }
  return merged;
}

function mergeValue(key: string, old: Json | undefined, value: Json): Json {
  if (isMap(value)) return strategicMergePatch(old, value);
  if (!Array.isArray(value)) return value;
  if (key === 'finalizers') return [...new Set([...(Array.isArray(old) ? old : []), ...value])];
  const candidates = MERGE_KEYS[key];
  const elements = value.filter(isMap);
  if (!candidates || elements.length !== value.length) return value;
  if (elements.some((element) => element.$patch === 'replace')) return elements.filter((element) => !element.$patch);
  return mergeByKey(candidates, Array.isArray(old) ? old.filter(isMap) : [], elements);
}

function mergeByKey(candidates: readonly string[], old: readonly JsonMap[], elements: readonly JsonMap[]): Json {
  let result = [...old];
  for (const element of elements) {
    const key = candidates.find((candidate) => candidate in element);
    if (key === undefined) {
      const shown = Object.entries(element).map(([name, value]) => `${name}:${value}`);
      throw new ApiError(
        500,
        undefined,
        `map: map[${shown.join(' ')}] does not contain declared merge key: ${candidates[0]}`,
      );
    }
    const index = result.findIndex((one) => one[key] === element[key]);
    if (element.$patch === 'delete') result = result.filter((_, i) => i !== index);
    else if (index < 0) result = [strategicMergePatch({}, element), ...result];
    else result = result.with(index, strategicMergePatch(result[index], element));
  }
  return result;
}
