import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLogAnalyzer } from '#shared/logs/analyze.ts';
import { expectSound } from '#test/logs/answer-properties.ts';

const NOW = Date.parse('2026-11-25T00:00:00Z');

function answerOf(chunks: Uint8Array[]) {
  const analyzer = makeLogAnalyzer({ assignments: true, now: NOW });
  for (const chunk of chunks) analyzer.push(chunk);
  return analyzer.end();
}

const newlines = (input: Uint8Array) => input.filter((byte) => byte === 10).length;
const linesIn = (input: Uint8Array) => newlines(input) + (input.length > 0 && input.at(-1) !== 10 ? 1 : 0);
/** Begins as UTF-16 does, or is a mark and nothing else: then the bytes are not to be counted as they stand. */
const isMarked = (input: Buffer) => /^(?:fffe|feff|efbbbf$)/.test(input.toString('hex', 0, 4));

/** What makes parsers turn: the beginnings, ends and joints of all formats. */
const piece = fc.constantFrom(
  ...[
    '2026-11-20T08:00:00.123456Z',
    '2026-11-20T08:00:00.123456789Z',
    ' stdout F ',
    ' stderr P ',
    '  INFO ',
    ' ERROR ',
  ],
  ...[
    'E1120 08:00:00.000000       1 a.go:1] ',
    '{"level":"error","msg":"',
    '"}',
    '{"log":"',
    '\\n","stream":"stdout","time":"x"}',
  ],
  ...['[pod/a/b] ', 'level=warn msg="', '" err=x', '\tinfo\t', '{"k": "v"}', 'span{a="}"}:', 'key=', 'ThreadId(1) '],
  ...[
    "thread 'main' panicked at a.rs:1:1:",
    'panic: x',
    'goroutine 1 [running]:',
    'note: run',
    'exit status 2',
    '/app/x.js:1',
  ],
  ...[
    'Traceback (most recent call last):',
    '  File "x", line 1',
    'ValueError: x',
    'During handling of the above exception, x:',
  ],
  ...[
    'Exception in thread "main" a.B: c',
    '\tat a.b(C.java:1)',
    'Caused by: ',
    '    ^',
    'Node.js v24',
    '  + Exception Group Traceback ',
  ],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    'A'.repeat(64),
    '-----END PRIVATE KEY-----',
    'password=',
    'Bearer ',
    '\u001b[31m',
    '\u001b',
  ],
  ...['<3>', '<14>1 ', '1:M ', ' # ', 'hub-0 hub ', 'hub-1  | ', ' UTC m=+0.1', 'kafka1 kafka2 ', ' ()', '\ufeff'],
  ...[
    'ResourceSpans #0',
    '\t{',
    '# A fatal error has been detected by the Java Runtime Environment',
    'Segmentation fault',
  ],
  ...[
    '\n',
    '\r\n',
    '\n\n',
    '\0',
    '\ud800',
    '\u202e',
    '<*>',
    '(',
    ')',
    ' 2048 bytes (2.0 KiB) ',
    ' took 1500ms ',
    'timed out',
    '"',
    '\\',
  ],
  ...[
    'Nov 25, 2026 4:00:00 AM a b',
    'Nov 25 04:00:00 host app[1]: ',
    'Trace[1]: ',
    'FATAL ERROR: x',
    'Wed Nov 25 04:00:00 UTC 2026 ',
    '25/Nov/2026:04:00:00 +0000 ',
    '20261125T040000Z ',
    '1795579200.123 ',
    ' ',
    '\t',
    '=',
    ':',
    '://',
  ],
);
const log = fc
  .array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.join('')));
const input = fc.oneof(
  log,
  fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
);

describe('any bytes at all', () => {
  it('have a valid, bounded answer with the right number of lines', () => {
    fc.assert(
      fc.property(input, (bytes) => {
        fc.pre(!isMarked(bytes));
        const answer = answerOf([bytes]);
        expectSound(answer);
        expect(answer.lines).toBe(linesIn(bytes));
        expect(answer.templates.reduce((sum, { count }) => sum + count, 0)).toBe(answer.records);
        const ids = new Set(answer.templates.map(({ id }) => id));
        expect(answer.assignments?.every((id) => id === null || ids.has(id))).toBe(true);
        for (const { line } of answer.slow) expect(line).toBeLessThanOrEqual(answer.lines);
      }),
      { numRuns: 400 },
    );
  });

  it('have one answer, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(input, fc.array(fc.nat(), { maxLength: 5 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        expect(answerOf(chunks)).toEqual(answerOf([bytes]));
      }),
      { numRuns: 200 },
    );
  });
});
