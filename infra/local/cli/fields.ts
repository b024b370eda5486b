import * as z from 'zod';

/** One flag of a command: a leaf of the function's input schema. */
export interface Field {
  /** where the value goes in the event */
  path: string[];
  /** `window-minutes`, without the dashes in front */
  flag: string;
  kind: 'text' | 'number' | 'boolean' | 'json';
  /** may be given more than once */
  list: boolean;
  choices?: string[];
  description: string;
  default?: unknown;
  required: boolean;
}

interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

const kebab = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

const KINDS: Record<string, Field['kind']> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
};

function leaf(schema: JsonSchema): Pick<Field, 'kind' | 'choices'> {
  const choices = schema.enum?.filter((value) => typeof value === 'string');
  return { kind: KINDS[schema.type ?? ''] ?? 'json', ...(choices && { choices }) };
}

function fieldAt(path: string[], schema: JsonSchema, required: boolean): Field {
  const list = schema.type === 'array' && KINDS[schema.items?.type ?? ''] !== undefined;
  return {
    path,
    flag: path.map(kebab).join('-'),
    list,
    ...leaf(list ? (schema.items ?? {}) : schema),
    description: schema.description ?? '',
    ...(schema.default !== undefined && { default: schema.default }),
    required,
  };
}

function walk(schema: JsonSchema, above: string[], required: boolean): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = [...above, key];
    const needed = required && (schema.required ?? []).includes(key);
    return inner.properties ? walk(inner, path, needed) : [fieldAt(path, inner, needed)];
  });
}

/** The leaves of an input schema, in the order in which they are written. */
export const fieldsOf = (input: z.ZodType): Field[] =>
  walk(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema, [], true);

/** Text that is no JSON is meant as text: a union such as `'all' | string[]` takes both. */
function jsonOrText(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

function readValue(field: Field, written: unknown): unknown {
  if (Array.isArray(written)) return written.map((one) => readValue(field, one));
  if (typeof written !== 'string') return written;
  if (field.kind === 'json') return jsonOrText(written);
  // What is no number stays text, so that the schema's own words refuse it.
  if (field.kind === 'number' && written.trim() !== '' && Number.isFinite(Number(written))) return Number(written);
  return written;
}

/** The event that the given flags stand for; flags that were not given are left to the schema's defaults. */
export function eventOf(fields: readonly Field[], given: (flag: string) => unknown): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const field of fields) {
    const written = given(field.flag);
    if (written === undefined) continue;
    const [last = '', ...above] = field.path.toReversed();
    const parent = above.toReversed().reduce<Record<string, unknown>>((here, step) => {
      const inner = (here[step] ?? {}) as Record<string, unknown>;
      here[step] = inner;
      return inner;
    }, event);
    parent[last] = readValue(field, written);
  }
  return event;
}

const quote = (text: string) => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const at = (event: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((here, step) => (here as Record<string, unknown> | undefined)?.[step], event);

/** The flags that stand for an event, ready to be pasted into a shell; `mode: "act"` is written `--act`. */
export function flagsFor(fields: readonly Field[], event: unknown): string[] {
  return fields.flatMap((field) => {
    const value = at(event, field.path);
    if (value === undefined) return [];
    if (field.flag === 'mode') return value === 'act' ? ['--act'] : [];
    if (field.kind === 'boolean') return [value ? `--${field.flag}` : `--no-${field.flag}`];
    const written = field.list && Array.isArray(value) ? value : [value];
    return written.map((one) => `--${field.flag} ${quote(typeof one === 'string' ? one : JSON.stringify(one))}`);
  });
}
