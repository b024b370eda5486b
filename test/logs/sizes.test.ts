import { describe, expect, it } from 'vitest';
import { analyzeLogs } from '#shared/logs/analyze.ts';
import { expectSound } from './answer-properties.ts';

const analyze = (log: string) => analyzeLogs([Buffer.from(log)], { assignments: true });
const megabyte = 1024 * 1024;

describe('a line of a megabyte', () => {
  it.each([
    ['of one word', 'x'.repeat(megabyte)],
    ['of spaces', ' '.repeat(megabyte)],
    ['of many words', 'word '.repeat(megabyte / 5)],
    ['of numbers', '1234567 '.repeat(megabyte / 8)],
    ['of fields', 'key=value '.repeat(megabyte / 10)],
    ['of quotes', '"'.repeat(megabyte)],
    ['of backslashes', '\\'.repeat(megabyte)],
    ['of brackets', '{['.repeat(megabyte / 2)],
    ['of colours', '\u001b[31m'.repeat(megabyte / 5)],
    ['of unfinished escapes', '\u001b['.repeat(megabyte / 2)],
    ['of causes', 'connection refused: '.repeat(megabyte / 20)],
    ['of durations', 'took 1500 ms '.repeat(megabyte / 13)],
    ['of times', '2026-11-20T08:00:00Z '.repeat(megabyte / 21)],
    ['of addresses', 'https://a:b@c/d?e=f '.repeat(megabyte / 20)],
    ['of dashes', '-----BEGIN '.repeat(megabyte / 11)],
  ])('%s is one line, and the records around it are read', async (_, text) => {
    const answer = await analyze(
      `2026-11-20T08:00:00Z  INFO hub: start\n2026-11-20T08:00:01Z ERROR hub: ${text}\n2026-11-20T08:00:02Z  WARN hub: stop\n`,
    );
    expectSound(answer);
    expect(answer).toMatchObject({ lines: 3, levels: { error: 1, warn: 1, info: 1 } });
  });

  it.each([
    ['first keeps it', { level: 'error', msg: 'x'.repeat(megabyte) }, 1],
    ['last may lose it', { msg: 'x'.repeat(megabyte), level: 'error' }, 0],
  ])('of JSON with its level %s', async (_, record, least) => {
    const answer = await analyze(`${JSON.stringify(record)}\n{"level":"info","msg":"x"}\n`);
    expectSound(answer);
    expect(answer).toMatchObject({ lines: 2, levels: { warn: 0, info: 1, debug: 0 } });
    expect(answer.levels.error).toBeGreaterThanOrEqual(least);
  });
});

describe('many lines', () => {
  it('that are all different give a bounded answer', async () => {
    const word = (i: number) => i.toString(36).replaceAll(/\d/g, (digit) => 'klmnopqrst'[Number(digit)] ?? '');
    const log = Array.from(
      { length: 20_000 },
      (_, i) => `2026-11-20T08:00:00Z ERROR ${word(i * 7919)} ${word(i * 104_729)} ${word(i * 1_299_709)}: ${word(i)}`,
    ).join('\n');
    const answer = await analyze(log);
    expectSound(answer);
    expect(answer).toMatchObject({ lines: 20_000, levels: { error: 20_000 } });
  });

  it('of one stack without end are one crash', async () => {
    const log = `panic: stack overflow\n\ngoroutine 1 [running]:\n${'main.deeper()\n\t/app/main.go:7 +0x1d\n'.repeat(20_000)}`;
    const answer = await analyze(log);
    expectSound(answer);
    expect(answer).toMatchObject({ panics: 1, levels: { error: 1 } });
  });

  it('of nothing are lines without records', async () => {
    const answer = await analyze('\n'.repeat(100_000));
    expectSound(answer);
    expect(answer).toMatchObject({ lines: 100_000, levels: { error: 0, warn: 0, info: 0, debug: 0 }, templates: [] });
  });

  it('without an end have no end', async () => {
    expect(await analyze('')).toMatchObject({ lines: 0, templates: [] });
  });

  it('of CRI parts that never end are counted', async () => {
    const log = `2026-11-20T08:00:00Z stderr P ${'x'.repeat(16_000)}\n`.repeat(300);
    const answer = await analyze(log);
    expectSound(answer);
    expect(answer.lines).toBe(300);
  });
});

describe('slowMs', () => {
  it('is the least duration that is slow', async () => {
    const log = Buffer.from(
      '2026-11-20T08:00:00Z INFO a: done elapsed_ms=700\n2026-11-20T08:00:00Z INFO a: done elapsed_ms=1700\n',
    );
    expect((await analyzeLogs([log], { slowMs: 500 })).slow).toHaveLength(2);
    expect((await analyzeLogs([log])).slow).toEqual([{ line: 2, durationMs: 1700 }]);
    expect((await analyzeLogs([log], { slowMs: 5000 })).slow).toEqual([]);
  });
});
