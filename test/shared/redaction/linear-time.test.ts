import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactText } from '#shared/redaction/text.ts';

/** What the expressions look for, to be repeated without end: the food of quadratic matching. */
const PIECES = [
  'a',
  'A1',
  ' ',
  '\n',
  '\t',
  '=',
  ':',
  '"',
  "'",
  '\\',
  '/',
  '@',
  '-',
  '.',
  '_',
  '[',
  '{',
  '<',
  '?',
  '&',
  ',',
  'eyJ',
  '://',
  'a://b:',
  'http://u:',
  'token',
  'token=',
  'token: ',
  'password="',
  'password=\\"',
  'key ',
  'api key ',
  'name: ',
  'name=x value',
  'bearer ',
  'basic  ',
  'authorization: ',
  'AKIA',
  'ghp_',
  'xoxb-',
  'sk-',
  'SG.',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  '-----END ',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
  '--pass ',
  '@tcp(',
  ' -u a:',
  '<a></',
  'redis-cli ',
  'mysql -p',
  'machine a login ',
  '$2y$10$',
  '密码：',
  'token A1',
  '<token>',
  'identified by ',
  'hooks.slack.com/services/',
  '?key=',
  'x_headers=a,',
  '12345678:AA',
  'Some(',
  '[redacted-1]',
  '\u00e9',
  '\u{1f600}',
];

const LENGTH = 100_000;
/** A quadratic expression needs minutes for these, a linear one seconds for all of them: the runner's timeout decides. */
const TIMEOUT = 30_000;

const linesOf = (text: string): number => text.split('\n').length;

it(
  'gets through any piece repeated without end',
  () => {
    for (const piece of PIECES) {
      const text = piece.repeat(LENGTH / piece.length);
      expect(linesOf(redactText(text))).toBe(linesOf(text));
    }
  },
  TIMEOUT,
);

it(
  'gets through any mixture of pieces repeated',
  () => {
    const mixtures = fc
      .array(fc.constantFrom(...PIECES), { minLength: 2, maxLength: 4 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(mixtures, fc.constantFrom('', '\n', '"', ' x'), (mixture, end) => {
        const text = mixture.repeat(Math.ceil(LENGTH / 4 / mixture.length)) + end;
        expect(linesOf(redactText(text))).toBe(linesOf(text));
      }),
      { numRuns: 60 },
    );
  },
  TIMEOUT,
);
