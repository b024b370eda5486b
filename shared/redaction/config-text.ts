import { mayNameSecret } from './assignments.ts';
import { jsonScalars } from './json-scalars.ts';
import { maskHeader, maskLines } from './masking.ts';
import type { Redactor } from './redactor.ts';
import type { Scalar, Scalars } from './scalars.ts';
import { hides, isOpen, secrecyOf } from './secret-names.ts';
import { tomlScalars } from './toml-scalars.ts';
import { yamlScalars } from './yaml-scalars.ts';

export type ConfigFormat = 'yaml' | 'toml' | 'json';

const SCALARS: Record<ConfigFormat, (text: string) => Scalars> = {
  yaml: yamlScalars,
  toml: tomlScalars,
  json: jsonScalars,
};

/** Members of a secret-like table that only say which secret is meant: `secret: { name: x, key: y }`. */
const ABOUT_A_SECRET =
  /^(?:name|namespace|key|kind|type|apiversion|enabled|optional|file|path|url|uri|endpoint|host|port)$/i;

/**
 * A configuration file without its secrets: values are replaced in place, so that what parsed still parses and every
 * line keeps its number. A text that its format's parser rejects is redacted line by line.
 */
export function redactConfig(text: string, format: ConfigFormat, redactor: Redactor, allSecret = false): string {
  if (!allSecret && !mayNameSecret(text) && redactor.text(text, 'lines') === text) return text;
  const { scalars, whole } = SCALARS[format](text);
  if (allSecret && !whole) return maskLines(text, redactor.mask);
  // Between the values of an understood text only comments can hold anything.
  const between = (gap: string) => (whole ? redactComments(gap, redactor) : gap);
  let result = '';
  let done = 0;
  for (const scalar of scalars) {
    if (scalar.start < done) continue;
    const shown = allSecret && !isOpen(scalar.value) ? redactor.mask(scalar.value) : show(scalar, redactor);
    const source = shown === scalar.value ? text.slice(scalar.start, scalar.end) : scalar.write(shown);
    result += between(text.slice(done, scalar.start)) + source;
    done = scalar.end;
  }
  result += between(text.slice(done));
  return whole ? result : redactor.text(openBlocks(result, redactor), 'lines');
}

const redactComments = (gap: string, redactor: Redactor): string =>
  gap.includes('#') ? gap.replace(/#[^\n]*/g, (comment) => redactor.text(comment, 'lines')) : gap;

function show({ path, value, namedBy }: Scalar, redactor: Redactor): string {
  if (isOpen(value)) return value;
  const names = path.filter((part) => !/^\d+$/.test(part));
  const own = namedBy ?? names.at(-1) ?? '';
  const parent = names.at(-2) ?? '';
  if (/^headers$/i.test(parent)) return maskHeader(own, value, redactor.mask);
  if (hides(own, value)) return maskHeader(own, value, redactor.mask);
  if (
    names.slice(0, -1).some(holdsSecrets) &&
    !ABOUT_A_SECRET.test(own) &&
    secrecyOf(own) === 'no' &&
    !isNumber(value)
  ) {
    return redactor.mask(value);
  }
  return redactor.text(value, 'lines');
}

/** `tokens: { alice: ... }` */
const holdsSecrets = (name: string): boolean =>
  /(?:passwords|secrets?|tokens|credentials|api[_-]?keys)$/i.test(name) && secrecyOf(name) === 'secret';

const isNumber = (value: string): boolean => /^[\d.]{1,9}[a-z%]{0,2}$/i.test(value);

const OPENING = /([\w.-]{1,80})["']?[ \t]{0,8}[=:][ \t]{0,8}("{3}|'{3}|\[)(?!redacted|removed)/g;
const LONGEST_BLOCK = 20_000;

/** In broken TOML or JSON: a secret's list or long string that goes over several lines is hidden up to its end. */
function openBlocks(text: string, redactor: Redactor): string {
  let result = '';
  let done = 0;
  for (const { 0: opening, 1: name = '', 2: bracket = '', index } of text.matchAll(OPENING)) {
    const start = index + opening.length;
    if (start < done || secrecyOf(name) !== 'secret') continue;
    const reach = text.slice(start, start + LONGEST_BLOCK);
    const end = reach.indexOf(bracket === '[' ? ']' : bracket);
    const body = end < 0 ? reach : reach.slice(0, end);
    if (!body.includes('\n')) continue;
    result += text.slice(done, start) + maskLines(body, redactor.mask);
    done = start + body.length;
  }
  return result + text.slice(done);
}
