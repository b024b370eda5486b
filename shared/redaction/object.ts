import { redactConfig } from './config-text.ts';
import { maskCredential, maskHeader, maskHeaderList } from './masking.ts';
import { takesPassword } from './probe-passwords.ts';
import type { Redactor } from './redactor.ts';
import { hides, isHeaderList } from './secret-names.ts';

/** Copies of the whole object in its own annotations, as apply tools keep them. */
const OBJECT_COPY = /last-applied|\/applied$|\/original$|original-config/i;

type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };

/**
 * Any Kubernetes object without its secrets. Everything is looked at, known field or not: objects also come from files,
 * and of kinds that no rule reads.
 */
export function redactObject<T>(object: T, redactor: Redactor): T {
  return walk('', object as Json, redactor) as T;
}

function walk(key: string, value: Json, redactor: Redactor): Json {
  if (typeof value === 'string') return named(key, value, redactor);
  if (Array.isArray(value)) return list(key, value, redactor);
  if (value === null || typeof value !== 'object') return value;
  if (key === 'annotations') return annotations(value, redactor);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(name, member, redactor)]));
}

const named = (name: string, value: string, redactor: Redactor): string =>
  hides(name, value) ? maskCredential(value, redactor.mask) : redactor.text(value);

function list(key: string, items: Json[], redactor: Redactor): Json[] {
  if (key === 'httpHeaders') return items.map((item) => header(item, redactor));
  if (items.some((item) => typeof item !== 'string')) return items.map((item) => pair(item, redactor));
  if (key !== 'args' && key !== 'command') return items.map((item) => walk(key, item, redactor));
  return commandLine(items as string[], redactor);
}

/** Environment variables, and whatever else is a list of { name, value }. */
function pair(item: Json, redactor: Redactor): Json {
  if (!isPair(item)) return walk('', item, redactor);
  const { name, value, ...rest } = item;
  return { name, value: variable(name, value, redactor), ...(walk('', rest, redactor) as object) };
}

const isPair = (item: Json): item is { name: string; value: string } =>
  item !== null &&
  typeof item === 'object' &&
  !Array.isArray(item) &&
  typeof item.name === 'string' &&
  typeof item.value === 'string';

function variable(name: string, value: string, redactor: Redactor): string {
  if (isHeaderList(name) && value.includes('=')) return maskHeaderList(value, redactor.mask);
  if (hides(name, value))
    return /webhook/i.test(name) ? webhook(value, redactor) : maskCredential(value, redactor.mask);
  if (/^\s*[{[]/.test(value)) return redactConfig(value, 'json', redactor);
  return redactor.text(value, value.includes('\n') ? 'lines' : 'free');
}

/** Whoever has a webhook's URL may post to it; its host is evidence for the network rules. */
const webhook = (value: string, { mask }: Redactor): string => {
  const [, host, path] = /^(https?:\/\/[^/\s@]+\/)(\S+)$/.exec(value) ?? [];
  return host && path ? host + mask(path) : mask(value);
};

function header(item: Json, redactor: Redactor): Json {
  return isPair(item) ? { ...item, value: maskHeader(item.name, item.value, redactor.mask) } : walk('', item, redactor);
}

/** `--password x` is two items of a list. */
const commandLine = (words: string[], redactor: Redactor): string[] => {
  const program = words[0]?.split('/').at(-1) ?? '';
  return words.map((word, index) => {
    const before = words[index - 1] ?? '';
    if (/^--?[A-Za-z][\w.-]*$/.test(before) && !word.startsWith('-') && hides(before, word)) return redactor.mask(word);
    if (index > 1 && takesPassword(program)) return inContext(`${program} ${before} `, word, redactor);
    return redactor.text(word, word.includes('\n') ? 'lines' : 'free');
  });
};

/** A word whose meaning the words before it tell. */
function inContext(lead: string, word: string, redactor: Redactor): string {
  const seen = redactor.text(lead + word);
  return seen.startsWith(lead) ? seen.slice(lead.length) : redactor.text(word);
}

function annotations(value: { [key: string]: Json }, redactor: Redactor): Json {
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') return [key, walk(key, text, redactor)];
      if (OBJECT_COPY.test(key)) return [key, '[removed]'];
      if (/^\s*[{[]/.test(text)) return [key, redactConfig(text, 'json', redactor)];
      return [key, named(key.split('/').at(-1) ?? key, text, redactor)];
    }),
  );
}
