import type { Redactor } from './redactor.ts';

/** Fields that say what something is called. A secret that is also such a name cannot be told from it. */
const NAMES = new Set([
  'name',
  'namespace',
  'generateName',
  'kind',
  'apiVersion',
  'image',
  'nodeName',
  'secretName',
  'claimName',
  'serviceName',
  'serviceAccountName',
  'key',
  'mountPath',
  'cluster',
  'target',
  'configMap',
  'pod',
  'container',
]);
/** Maps whose values are chosen by people to find things by. */
const LABELS = new Set(['labels', 'matchLabels', 'selector', 'nodeSelector']);
/** Identities that must stay as they are, whatever they hold. */
const FIXED = new Set(['kind', 'apiVersion', 'uid', 'resourceVersion', 'at', 'schemaVersion']);

/** Replaces every secret that the redactor has met, verbatim or encoded, in all texts of a value. */
export function sweep<T>(value: T, redactor: Redactor): T {
  const names = new Set<string>();
  collect(value, '', false, names);
  const clean = redactor.sweeper(names);
  return walk(value, '', clean) as T;
}

function collect(value: unknown, key: string, label: boolean, names: Set<string>): void {
  if (typeof value === 'string') {
    if (label || NAMES.has(key)) names.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, key, label, names);
  } else if (value !== null && typeof value === 'object') {
    const inside = LABELS.has(key);
    for (const [name, member] of Object.entries(value)) collect(member, name, inside, names);
  }
}

function walk(value: unknown, key: string, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return FIXED.has(key) ? value : clean(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, key, clean));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member, name, clean)]));
}
