import { describe, expect, it } from 'vitest';
import { type AnalyzeOptions, analyzeLogs } from '#shared/logs/analyze.ts';

const start = Date.parse('2026-11-20T08:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const analyze = (lines: string[], options: AnalyzeOptions = {}) =>
  analyzeLogs([Buffer.from(`${lines.join('\n')}\n`)], options);

describe('bursts', () => {
  it('are spans in which failures come much faster than in the rest of the log', async () => {
    const quiet = Array.from({ length: 60 }, (_, minute) => `${at(minute * 60)} ERROR hub: now and then`);
    const storm = Array.from({ length: 50 }, (_, i) => `${at(1800 + i / 5)} ERROR hub: lost connection ${i}`);
    const { bursts, templates } = await analyze([...quiet.slice(0, 31), ...storm, ...quiet.slice(31)]);
    const lost = templates.find(({ template }) => template.includes('lost connection'));
    expect(bursts).toEqual([{ from: at(1800), to: at(1810), count: 51, template: lost?.id }]);
  });

  it('are none where failures are even, or few, or the log is a moment long', async () => {
    const even = Array.from({ length: 600 }, (_, i) => `${at(i)} ERROR hub: always`);
    const few = [at(0), at(3000), at(3001), at(3002)].map((time) => `${time} ERROR hub: few`);
    const moment = Array.from({ length: 50 }, () => `${at(0)} ERROR hub: at once`);
    for (const lines of [even, few, moment]) expect((await analyze(lines)).bursts).toEqual([]);
  });

  it('are found in a log of a year', async () => {
    const days = Array.from({ length: 5000 }, (_, i) => `${at(i * 6000)} WARN hub: daily`);
    const storm = Array.from({ length: 3000 }, (_, i) => `${at(15_000_000 + i)} ERROR hub: storm`);
    const { bursts } = await analyze([...days, ...storm]);
    expect(bursts?.length).toBeGreaterThan(0);
    expect(bursts?.every(({ from, to }) => from <= at(15_003_000) && to >= at(15_000_000))).toBe(true);
  });
});

describe('templates that are new since a rollout', () => {
  const lines = [`${at(0)} INFO hub: old news`, `${at(100)} INFO hub: old news`, `${at(101)} ERROR hub: broken`];
  const fresh = async (rolloutAt?: string) =>
    (await analyze(lines, rolloutAt ? { rolloutAt } : {})).templates
      .filter(({ newSinceRollout }) => newSinceRollout)
      .map(({ template }) => template);

  it('are those first seen after it', async () => expect(await fresh(at(50))).toEqual(['hub: broken']));
  it('are none when no rollout is named', async () => expect(await fresh()).toEqual([]));
  it('are none when the log begins after it: what was before is not known', async () =>
    expect(await fresh(at(-1))).toEqual([]));
});

describe('the bound of an answer', () => {
  it('leaves out what is rare, and says how much', async () => {
    const letters = (n: number) =>
      [...n.toString(20)].map((digit) => 'ghijklmnopqrstuvwxyz'[Number.parseInt(digit, 20)]).join('');
    const lines = Array.from({ length: 900 }, (_, i) => {
      const words = Array.from({ length: 40 }, (_, k) => letters(i * 41 + k * 7 + 400));
      return `${at(i)} ERROR hub: ${words.join(' ')}`;
    });
    const answer = await analyze([...lines, ...Array.from({ length: 50 }, () => `${at(1000)} INFO hub: usual`)]);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(64 * 1024);
    expect(answer.templates[0]).toMatchObject({ template: 'hub: usual', count: 50 });
    expect(answer.truncated?.templates).toBe(901 - answer.templates.length);
    expect(answer.truncated?.recentErrors).toBe(880);
  });
});

describe('operations', () => {
  it('are slow from the bound that is asked for', async () => {
    const lines = [`${at(0)} INFO hub: done in 300ms`, `${at(1)} INFO hub: done in 700ms`];
    expect((await analyze(lines, { slowMs: 500 })).slow).toEqual([{ durationMs: 700, line: 2 }]);
    expect((await analyze(lines)).slow).toEqual([]);
  });
});
