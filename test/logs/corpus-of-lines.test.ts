import { describe, expect, it } from 'vitest';
import { analyzeLogs } from '#shared/logs/analyze.ts';
import { corpusOfLines } from './corpus-of-lines.ts';

describe('the corpus of lines', () => {
  const corpus = corpusOfLines({ lines: 20_000, seed: 7 });
  const analyzed = analyzeLogs([Buffer.from(`${corpus.lines.join('\n')}\n`)], { assignments: true });

  it('is the same for the same seed, and another for another', () => {
    expect(corpusOfLines({ lines: 500, seed: 3 })).toEqual(corpusOfLines({ lines: 500, seed: 3 }));
    expect(corpusOfLines({ lines: 500, seed: 3 }).lines).not.toEqual(corpusOfLines({ lines: 500, seed: 4 }).lines);
  });

  it('has about a quarter of errors, and every record covers its lines', () => {
    const { records, lines, levels } = corpus;
    expect(levels.error / records.length).toBeGreaterThan(0.2);
    expect(levels.error / records.length).toBeLessThan(0.3);
    expect(records.reduce((sum, { length }) => sum + length, 0)).toBe(lines.length);
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
  });

  it('is read with the levels, panics and slow operations it was made with', async () => {
    const answer = await analyzed;
    expect(answer).toMatchObject({ lines: corpus.lines.length, levels: corpus.levels, panics: corpus.panics });
    const slow = corpus.records.flatMap(({ line, slowMs }) => (slowMs ? [{ line, durationMs: slowMs }] : []));
    const bySlowness = slow.toSorted((a, b) => b.durationMs - a.durationMs);
    const found = answer.slow.toSorted((a, b) => b.durationMs - a.durationMs);
    expect(found).toEqual(bySlowness.slice(0, found.length));
    expect(found.length).toBeGreaterThan(0);
  });

  it('is grouped by the places in the source that log', async () => {
    const { assignments = [] } = await analyzed;
    const byId = Map.groupBy(corpus.records, ({ line }) => assignments[line - 1]);
    const sizes = Map.groupBy(corpus.records, ({ template }) => template);
    const right = [...byId.values()].filter((group) => {
      const templates = new Set(group.map(({ template }) => template));
      return templates.size === 1 && sizes.get(group[0]?.template ?? '')?.length === group.length;
    });
    const accuracy = right.reduce((sum, group) => sum + group.length, 0) / corpus.records.length;
    expect(accuracy).toBeGreaterThan(0.8);
  });
});
