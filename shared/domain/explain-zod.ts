import * as z from 'zod';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

const MOST_SHOWN = 4;

/** `targets[0].cluster`: a path as a person would write it; empty for the whole value. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');

const branches = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(branches),
];

function at(schema: JsonSchema, path: Path): JsonSchema[] {
  return path.reduce<JsonSchema[]>(
    (here, step) =>
      here.flatMap((one) => {
        if (typeof step === 'number') return one.items ? branches(one.items) : [];
        const inner = one.properties?.[String(step)] ?? one.additionalProperties;
        return typeof inner === 'object' ? branches(inner) : [];
      }),
    branches(schema),
  );
}

const keysAt = (schema: JsonSchema, path: Path) => [
  ...new Set(at(schema, path).flatMap((one) => Object.keys(one.properties ?? {}))),
];

function unknownKey(key: string, where: string, noun: string, known: readonly string[]): string {
  if (known.includes(key)) return `${where} does not go with the other keys beside it`;
  const meant = nearest(key, known);
  if (meant) return `${where} is not a ${noun}: did you mean "${meant}"?`;
  return `${where} is not a ${noun}${known.length > 0 ? `: known here are ${known.join(', ')}` : ''}`;
}

/** The union's branch that came nearest: its issues lie deepest. */
function deepest(of: Issue[][]): Issue[] {
  const depth = (issues: Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  return of.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
}

interface Words {
  noun: string;
  nameOf: (path: Path) => string;
  known: (path: Path) => string[];
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

/** A bound as a person would say it; undefined where the schema has words of its own, or the issue is another one. */
function boundText(issue: Issue): string | undefined {
  if (!/^Too (?:small|big): /.test(issue.message)) return undefined;
  const unit = 'origin' in issue ? (UNITS[issue.origin] ?? '') : '';
  if (issue.code === 'too_small') {
    if (unit !== '' && issue.minimum === 1) return 'must not be empty';
    return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit}`;
  }
  if (issue.code !== 'too_big') return undefined;
  return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit}`;
}

function explain(issue: Issue, above: Path, words: Words): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const names = words.known(path);
    const strange = issue.keys.filter((key) => !names.includes(key));
    return (strange.length > 0 ? strange : issue.keys).map((key) =>
      unknownKey(key, words.nameOf([...path, key]), words.noun, names),
    );
  }
  if (issue.code === 'invalid_union') {
    const inner = deepest(issue.errors).flatMap((one) => explain(one, path, words));
    return issue.message === 'Invalid input'
      ? inner
      : [`${words.nameOf(path)}: ${issue.message}`, ...inner.slice(0, 1)];
  }
  const text = boundText(issue) ?? issue.message.replace(/^Invalid (input|option): /, '');
  const said = text.endsWith('received undefined') ? `missing, ${text.replace(', received undefined', '')}` : text;
  return [path.length > 0 ? `${words.nameOf(path)}: ${said}` : said];
}

/**
 * A zod error in one line that names each path, what is wanted there, and for an unknown key the nearest right one
 * (which needs `schema`). `noun` is what a key is called: `setting`, `field`; `nameOf` writes a path, by default
 * as in `targets[0].name`.
 */
export function explainZod(
  error: z.ZodError,
  about: { schema?: z.ZodType; noun?: string; nameOf?: (path: Path) => string } = {},
): string {
  const json: JsonSchema = about.schema
    ? (z.toJSONSchema(about.schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
    : {};
  const words: Words = {
    noun: about.noun ?? 'field',
    nameOf: about.nameOf ?? pathText,
    known: (path) => keysAt(json, path),
  };
  const lines = [...new Set(error.issues.flatMap((issue) => explain(issue, [], words)))];
  const more = lines.length - MOST_SHOWN;
  const shown = more > 0 ? `${lines.slice(0, MOST_SHOWN).join('; ')}; and ${more} more` : lines.join('; ');
  // Keys are the writer's own text: a line break or an escape code in one must not reach a terminal.
  return shown.replace(/[\s\p{Cc}]+/gu, ' ');
}
