import fc from 'fast-check';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { expect, it } from 'vitest';
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml';
import { type ConfigFormat, redactConfig } from '#shared/redaction/config-text.ts';
import { makeRedactor } from '#shared/redaction/redactor.ts';

const FORMATS: Record<ConfigFormat, { write: (value: object) => string; read: (text: string) => unknown }> = {
  yaml: { write: (value) => stringifyYaml(value), read: (text) => parseYaml(text) },
  toml: { write: (value) => stringifyToml(value), read: (text) => parseToml(text) },
  json: { write: (value) => JSON.stringify(value, null, 2), read: (text) => JSON.parse(text) },
};

const PLAIN_KEYS = ['host', 'port', 'endpoint', 'level', 'batch size', 'a.b', 'x-y', 'queue'];
const SECRET_KEYS = ['password', 'apiKey', 'auth_token', 'client-secret', 'DB_PASSWORD'];

// What configuration holds, and what the formats find hard: quotes, colons, hashes, brackets, other scripts, several lines.
const plain = fc.oneof(
  fc.integer({ min: -1000, max: 100_000 }),
  fc.boolean(),
  fc.constantFrom(
    'info',
    'http://otel-collector:4317/v1',
    '10s',
    '0.0.0.0:4318',
    'a: b',
    "it's",
    'x # y',
    '- z',
    '[1]',
  ),
  fc.constantFrom(
    'say "hi"',
    'back\\slash',
    '日志',
    'one\ntwo\n',
    ' spaced ',
    '',
    'true',
    '0x1F',
    '~',
    '{a}',
    '%d',
    '@at',
  ),
);
const secret = fc
  .tuple(
    fc.stringMatching(/^[a-z]{3}[0-9]{3}$/),
    fc.constantFrom('', ' ', '"', "'", ': ', ' #', '\\', '\n', '{', '[', '${'),
    fc.stringMatching(/^[a-z]{3}[0-9]{3}$/),
  )
  .map((parts) => parts.join(''));

type Tree = { [key: string]: unknown };
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...PLAIN_KEYS), plain, { maxKeys: 4 }),
      fc.dictionary(
        fc.constantFrom(...SECRET_KEYS),
        fc.oneof(secret, fc.array(secret, { minLength: 1, maxLength: 3 })),
        { maxKeys: 3 },
      ),
      fc.dictionary(
        fc.constantFrom('exporters', 'db', 'nested'),
        fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.constant({}), tie('tree')),
        { maxKeys: 2 },
      ),
    )
    .map(([some, hidden, deeper]) => ({ ...some, ...hidden, ...deeper })),
}));

/** The same tree with placeholders for what its keys call secret; their numbers do not matter here. */
const expected = (value: unknown, hidden = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => expected(item, hidden));
  if (typeof value !== 'object' || value === null) return hidden ? 'HIDDEN' : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, expected(member, SECRET_KEYS.includes(key))]),
  );
};
const unnumbered = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/"(?:\[redacted-\d+\](?: |\\n)?)+"/g, '"HIDDEN"'));

it.each(Object.keys(FORMATS) as ConfigFormat[])('replaces exactly the secret values of any %s, in place', (format) => {
  const { write, read } = FORMATS[format];
  fc.assert(
    fc.property(tree, (value) => {
      const text = write(value);
      const redacted = redactConfig(text, format, makeRedactor());
      expect(unnumbered(read(redacted))).toEqual(unnumbered(expected(read(text))));
      expect(redacted.split('\n')).toHaveLength(text.split('\n').length);
    }),
    { numRuns: 150 },
  );
});

it.each(Object.keys(FORMATS) as ConfigFormat[])('gets through broken %s with as many lines as before', (format) => {
  const { write } = FORMATS[format];
  fc.assert(
    fc.property(tree, fc.nat(), fc.constantFrom('', '"', '{', ']', ':', '\t', '\n  ', "'''"), (value, at, noise) => {
      const text = write(value);
      const cut = text.length === 0 ? 0 : at % text.length;
      const broken = text.slice(0, cut) + noise + text.slice(cut + 1);
      expect(redactConfig(broken, format, makeRedactor()).split('\n')).toHaveLength(broken.split('\n').length);
    }),
    { numRuns: 150 },
  );
});
