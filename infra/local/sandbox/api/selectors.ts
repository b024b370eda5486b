import type { ServedKind } from './served-kinds.ts';
import { badRequest } from './status.ts';

type Labels = Record<string, string>;
export type LabelMatcher = (labels: Labels) => boolean;

/** `a=b,c!=d,e in (x,y),f notin (z),g,!h`. Throws ApiError 400. */
export function parseLabelSelector(text: string): LabelMatcher {
  const matchers = splitOutsideParentheses(text).map(parseRequirement);
  return (labels) => matchers.every((matcher) => matcher(labels));
}

function splitOutsideParentheses(text: string): string[] {
  return text
    .replace(/\([^()]*\)/g, (set) => set.replaceAll(',', '\0'))
    .split(',')
    .map((part) => part.replaceAll('\0', ',').trim())
    .filter((part) => part !== '');
}

const KEY = '[A-Za-z0-9][-A-Za-z0-9_./]*';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^)]*)\\)$`);
const EQUAL = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const NAME = new RegExp(`^${KEY}\\s*`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);

function parseRequirement(text: string): LabelMatcher {
  const set = SET.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const within = (labels: Labels) => values.includes(labels[key] ?? '\0');
    return operator === 'in' ? within : (labels) => !within(labels);
  }
  const equal = EQUAL.exec(text);
  if (equal) {
    const [, key = '', operator, value] = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = EXISTS.exec(text);
  if (exists) {
    const [, not, key = ''] = exists;
    return (labels) => key in labels === (not === '');
  }
  throw badRequest(`unable to parse requirement: ${whatIsWrong(text)}`);
}

/** As apimachinery's parser puts it. */
function whatIsWrong(text: string): string {
  const rest = text.replace(NAME, '');
  const afterOperator = /^(==|=|!=)\s*(.)/.exec(rest);
  if (afterOperator) return `found '${afterOperator[2]}', expected: identifier`;
  return `found '${rest.split(/\s/)[0]}', expected: in, notin, =, ==, !=, gt, lt`;
}

/** `metadata.name=x,type!=Normal`, for the fields that the kind can be asked for. Throws ApiError 400. */
export function parseFieldSelector(text: string, kind: ServedKind): (object: object) => boolean {
  const terms = text.split(',').filter((term) => term !== '');
  const matchers = terms.map((term) => {
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
    if (!operator) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    checkField(field, kind);
    return (object: object) => (fieldOf(object, field) === value) === (operator !== '!=');
  });
  return (object) => matchers.every((matcher) => matcher(object));
}

function checkField(field: string, kind: ServedKind): void {
  if (['metadata.name', 'metadata.namespace', ...kind.fields].includes(field)) return;
  if (kind.fields.length > 0) throw badRequest(`field label not supported: ${field}`);
  throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

function fieldOf(object: object, path: string): string {
  const keys = path === 'source' ? ['source', 'component'] : path.split('.');
  const value = keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    object,
  );
  return value === undefined || value === null ? '' : String(value);
}
