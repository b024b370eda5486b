import { parse as parseJson } from '@humanwhocodes/momoa';
import { parse as parseToml, TomlError } from 'smol-toml';
import { type ErrorCode, LineCounter, parseAllDocuments } from 'yaml';
import type { ConfigMap } from '#shared/domain/kubernetes.ts';
import type { ConfigFact } from '#shared/domain/snapshot.ts';
import { formatOf } from '#shared/redaction/config-map.ts';
import type { ConfigFormat } from '#shared/redaction/config-text.ts';

interface Fault {
  error: string;
  line?: number;
  column?: number;
}

/** Whether each configuration file of a ConfigMap parses, from the raw text. No message quotes the text. */
export function configFactsOf(map: ConfigMap): ConfigFact[] {
  const { namespace = '', name } = map.metadata;
  return Object.entries(map.data ?? {}).flatMap(([key, text]) => {
    const format = formatOf(key);
    if (!format || typeof text !== 'string') return [];
    return [{ format, namespace, configMap: name, key, ...FAULT_IN[format](text) }];
  });
}

/** In our words: the library's may quote the text. */
const YAML_FAULTS: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias with a tag or an anchor',
  BAD_ALIAS: 'an alias without its anchor',
  BAD_COLLECTION_TYPE: 'a tag that does not fit its collection',
  BAD_DIRECTIVE: 'a malformed directive',
  BAD_DQ_ESCAPE: 'an invalid escape sequence in a double-quoted string',
  BAD_INDENT: 'bad indentation',
  BAD_PROP_ORDER: 'a tag or an anchor in the wrong place',
  BAD_SCALAR_START: 'a value that starts with a reserved character: quote it',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping on one line with its key: indent it or quote the value',
  BLOCK_IN_FLOW: 'a block collection inside brackets',
  DUPLICATE_KEY: 'the same key twice in one mapping',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'a missing quote, bracket, colon or comma',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines',
  MULTIPLE_ANCHORS: 'two anchors on one value',
  MULTIPLE_TAGS: 'two tags on one value',
  TAB_AS_INDENT: 'a tab as indentation: YAML allows only spaces',
  TAG_RESOLVE_FAILED: 'an unknown tag',
  UNEXPECTED_TOKEN: 'an unexpected token',
};

const FAULT_IN: Record<ConfigFormat, (text: string) => Fault | undefined> = {
  yaml(text) {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    const first = (Array.isArray(documents) ? documents : [])
      .flatMap(({ errors }) => errors)
      .toSorted((a, b) => a.pos[0] - b.pos[0])[0];
    if (!first) return undefined;
    const { line, col } = lines.linePos(first.pos[0]);
    return { error: YAML_FAULTS[first.code] ?? 'invalid YAML', line, column: col };
  },

  toml(text) {
    try {
      parseToml(text, { integersAsBigInt: 'asNeeded' });
      return undefined;
    } catch (error) {
      if (!(error instanceof TomlError)) return { error: 'invalid TOML' };
      return { error: tomlWords(error.message), line: error.line, column: error.column };
    }
  },

  json(text) {
    if (isJson(text)) return undefined;
    try {
      parseJson(text, { mode: 'json' });
      return { error: 'invalid JSON' };
    } catch (error) {
      const { line, column, message = '' } = error as { line?: number; column?: number; message?: string };
      const found = /^Unexpected end of input/.test(message) ? 'the text ends too early' : 'an unexpected character';
      return { error: found, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
    }
  },
};

/** smol-toml's first line is fixed words; a block of source follows. Anything between quotes is left out all the same. */
const tomlWords = (message: string): string =>
  (message.split('\n')[0] ?? '')
    .replace(/^Invalid TOML document: /, '')
    .replace('control characters are not allowed in strings', 'a string without its closing quote')
    .replace(/["'`].*["'`]/, '...')
    .slice(0, 120);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // where and why: see the caller
  }
}
