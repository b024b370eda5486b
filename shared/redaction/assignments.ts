import { type Mask, maskCredential, maskHeaderList } from './masking.ts';
import { hides, isHeaderList, isOpen, secrecyOf } from './secret-names.ts';
import { type Style, valueAt } from './value-span.ts';

/** Any of these must occur somewhere, else there is no name of a secret in the text. */
const NAME_HINT =
  /pass|pwd|\bpw\b|secret|token|cred|auth|key|jwt|cookie|bearer|salt|sig|dsn|connection|headers|webhook|kubeconfig|session|honeycomb|\bpat\b/i;

/** The tag of an image: `registry.example.com/policy-webhook:2.0.0`. A number of a version is nobody's secret. */
const REPOSITORY = /\/[\w.-]{1,120}:$/;
const VERSION = /^v?\d{1,4}(?:\.\d{1,6}){1,3}(?:[-+.][a-z0-9.]{1,24})?$/i;

/** False = no value in this text can be secret by its name. */
export const mayNameSecret = (text: string): boolean => NAME_HINT.test(text);

/** A name and what separates it from its value: `k=`, `k: `, `"k":`, `\"k\":`, `k =>`, `k：`, `--k `. Bounded on all sides. */
const NAMED =
  /(?<![\w.-])(?:(--?[A-Za-z][\w.-]{1,80})[ \t]{1,4}(?=[^\s=:-])|(-{0,2}[A-Za-z_][\w./-]{0,120})\\{0,3}["'`]?\]?[ \t]{0,8}(?:=>|:=|==|=|:|：)(?!\/\/)[ \t]{0,8})/g;

/** `"name": "DB_PASSWORD", "value": "..."`, as environment variables stand in JSON and YAML. */
const PAIR =
  /(?:name|key)\\{0,3}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,3}["']?([\w.-]{1,120})\\{0,3}["']?,?\s{0,40}\\{0,3}["']?value\\{0,3}["']?[ \t]{0,4}[:=][ \t]{0,4}/gi;

/** `secret: not found` is prose, `secret: a1b2c3` is not; under `password` even a plain word is a password. */
const WORD = /^[A-Za-z][a-z]{0,15}[.,;:!]?$/;
const NUMBER = /^\d{1,6}[.,;]?$/;

/** Values under secret-like names wherever a text holds them: logfmt, JSON, YAML, query strings, flags, prose. */
export function maskAssignments(text: string, mask: Mask, style: Style): string {
  if (!mayNameSecret(text)) return text;
  return masked(masked(text, NAMED, mask, style), PAIR, mask, style);
}

function masked(text: string, pattern: RegExp, mask: Mask, style: Style): string {
  let result = '';
  let done = 0;
  const names = new RegExp(pattern.source, pattern.flags);
  for (let match = names.exec(text); match; match = names.exec(text)) {
    const flag = match[1] !== undefined && pattern === NAMED;
    const name = nameOf(text, match, flag);
    if (secrecyOf(name) === 'no' && !isHeaderList(name)) continue;
    const separator = match[0].slice(-2);
    const span = valueAt(text, names.lastIndex, flag ? 'flag' : style, isLineStart(text, match.index));
    const value = text.slice(span.start, span.end);
    if (REPOSITORY.test(match[0]) && VERSION.test(value)) continue;
    if (value === '' || isOpen(value) || (!span.quoted && isProse(name, value, separator, span.wholeLine))) continue;
    const shown = show(name, value, mask);
    if (shown === value) continue;
    result += text.slice(done, span.start) + shown;
    done = span.end;
    names.lastIndex = Math.max(span.end, names.lastIndex);
  }
  return done === 0 ? text : result + text.slice(done);
}

/** `api key: x` is two words. Not `secret key: x`: with these words Kubernetes names the key of a Secret. */
function nameOf(text: string, match: RegExpExecArray, flag: boolean): string {
  const name = (flag ? match[1] : (match[2] ?? match[1])) ?? '';
  if (!/^(?:key|id)$/i.test(name)) return name;
  const [, before] =
    /\b(api|access|private|signing|encryption|auth|license|account)[ \t]$/i.exec(
      text.slice(Math.max(0, match.index - 24), match.index),
    ) ?? [];
  return before ? `${before}_${name}` : name;
}

/** Nothing before it on its line but indentation, a comment sign, `- ` or `export `. */
const isLineStart = (text: string, at: number): boolean => {
  const before = text.slice(Math.max(0, at - 64), at);
  return (
    /(?:^|\n)[ \t]{0,60}(?:[#;/-]{1,3}[ \t]{0,4})?(?:export |set |ENV )?["']?$/.test(before) &&
    (at <= 64 || before.includes('\n'))
  );
};

function isProse(name: string, value: string, separator: string, wholeLine: boolean): boolean {
  if (/passw|passphrase|pwd/i.test(name) || wholeLine) return false;
  if (/[=]/.test(separator)) return /^pass$/i.test(name) && NUMBER.test(value);
  return WORD.test(value) || NUMBER.test(value);
}

function show(name: string, value: string, mask: Mask): string {
  if (isHeaderList(name)) return value.includes('=') ? maskHeaderList(value, mask) : value;
  if (/authorization$/i.test(name)) return maskCredential(value, mask);
  return hides(name, value) ? mask(value) : value;
}
