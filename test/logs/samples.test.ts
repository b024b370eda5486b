import { describe, expect, it } from 'vitest';
import { analyzeLogs } from '#shared/logs/analyze.ts';
import { expectSound } from './answer-properties.ts';
import { classNames, recordsOf, samples } from './expected.ts';

const chunked = function* (bytes: Buffer, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

const expectWithin = (actual: number, expected: number | readonly [number, number], what: string): void => {
  const [low, high] = typeof expected === 'number' ? [expected, expected] : expected;
  expect(actual, `${what}, expected ${low} to ${high}`).toBeGreaterThanOrEqual(low);
  expect(actual, `${what}, expected ${low} to ${high}`).toBeLessThanOrEqual(high);
};

describe.each(samples)('$name', ({ bytes, expected }) => {
  const analyzed = analyzeLogs([bytes], { assignments: true });
  const idAt = async (line: number) => (await analyzed).assignments?.[line - 1];

  it('has the lines, records, levels, classes and panics of its answer', async () => {
    const answer = await analyzed;
    expect(answer.lines).toBe(expected.lines);
    for (const level of ['error', 'warn', 'info', 'debug'] as const)
      expectWithin(answer.levels[level], expected.levels[level], level);
    for (const name of classNames) expectWithin(answer.classes[name] ?? 0, expected.classes[name] ?? 0, name);
    expect(classNames).toEqual(expect.arrayContaining(Object.keys(answer.classes)));
    expectWithin(answer.panics, expected.panics, 'panics');
    const records = answer.templates.reduce((sum, { count }) => sum + count, 0);
    expectWithin(records, expected.records, 'records');
  });

  it.runIf(expected.slow)('has the slow operations of its answer, and no other', async () => {
    const { slow } = await analyzed;
    const inOrder = slow.toSorted((a, b) => a.line - b.line);
    expect(inOrder.map(({ line }) => line)).toEqual(expected.slow?.map(({ line }) => line));
    for (const [i, { durationMs }] of inOrder.entries())
      expect(durationMs).toBeCloseTo(expected.slow?.[i]?.durationMs ?? 0, 0);
  });

  it('takes the lines of one record together', async () => {
    for (const [head = 0, ...rest] of recordsOf(expected)) {
      const id = await idAt(head);
      expect(id, `line ${head}`).toBeTypeOf('number');
      for (const line of rest) expect([id, null], `line ${line} belongs to line ${head}`).toContain(await idAt(line));
    }
  });

  it('gives records of one kind one template, and records of different kinds different ones', async () => {
    for (const lines of expected.sameTemplate) {
      const ids = await Promise.all(lines.map(idAt));
      expect(new Set(ids).size, `lines ${lines.join(', ')} have templates ${ids.join(', ')}`).toBe(1);
      expect(ids[0]).toBeTypeOf('number');
    }
    const others = await Promise.all(expected.otherTemplate.map(idAt));
    const twice = expected.otherTemplate.filter((_, i) => others.indexOf(others[i]) !== i);
    expect(twice, `lines with a template of another line; templates ${others.join(', ')}`).toEqual([]);
  });

  it('knows when a template was seen first and last', async () => {
    const { templates } = await analyzed;
    for (const { line, first, last } of expected.seen) {
      const id = await idAt(line);
      const template = templates.find((one) => one.id === id);
      const { firstSeen = '', lastSeen = '' } = template ?? {};
      expect(Math.abs(Date.parse(firstSeen) - Date.parse(first)), `line ${line}: ${firstSeen}`).toBeLessThanOrEqual(1);
      if (last)
        expect(Math.abs(Date.parse(lastSeen) - Date.parse(last)), `line ${line}: ${lastSeen}`).toBeLessThanOrEqual(1);
    }
  });

  it('answers the same however the bytes are cut', async () => {
    const answer = await analyzed;
    expectSound(answer);
    expect(await analyzeLogs(chunked(bytes, 7), { assignments: true })).toEqual(answer);
  });

  it('answers the same with the line ends of Windows', async () => {
    const windows = Buffer.from(bytes.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');
    const { lines, levels, classes, panics, slow } = await analyzed;
    expect(await analyzeLogs([windows])).toMatchObject({ lines, levels, classes, panics, slow });
  });
});
