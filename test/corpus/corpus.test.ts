import { describe, expect, it } from 'vitest';
import { layer } from '#shared/domain/finding.ts';
import type { CorpusCase } from './case.ts';
import { CORPUS } from './corpus.ts';
import { HELD_OUT } from './held-out.ts';
import { amongNoise } from './noise.ts';
import { answer } from './score.ts';

/** The scores that were reached on the open part, as parts of one, when its newest cases had come in: they may only grow. */
const REACHED = { first: 0.995, three: 0.995, exact: 0.99 };

const open = CORPUS.filter(({ heldOut }) => !heldOut);
const ill = open.filter(({ roots }) => roots.length > 0);
const names = (cases: { name: string }[]) => cases.map(({ name }) => name);

describe('the corpus of root causes', { timeout: 60_000 }, () => {
  it('has cases of every layer and kind, each with its source, and some are set aside', () => {
    const count = (kind: string) => CORPUS.filter((each) => each.kind === kind).length;
    expect(CORPUS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(names([...CORPUS])).size).toBe(CORPUS.length);
    expect(CORPUS.filter(({ kind, layers }) => kind === 'cascade' && layers.length > 1).length).toBeGreaterThanOrEqual(
      15,
    );
    expect(count('noisy')).toBeGreaterThanOrEqual(10);
    expect(CORPUS.filter(({ roots }) => roots.length === 2).length).toBeGreaterThanOrEqual(5);
    expect(new Set(CORPUS.flatMap(({ layers }) => layers))).toEqual(new Set(layer.options));
    for (const { source } of CORPUS) expect(source).toMatch(/^https:\/\//);
    expect(CORPUS.length - open.length).toBe(HELD_OUT.size);
  });

  describe.each([
    { where: 'alone', as: (each: CorpusCase) => each },
    { where: 'among noise', as: amongNoise },
  ])('$where', ({ as }) => {
    it('raises no root cause where nothing is wrong', () => {
      const healthy = open.filter(({ roots }) => roots.length === 0).map(as);
      expect(healthy.length).toBeGreaterThan(5);
      for (const each of healthy)
        expect({ name: each.name, got: answer(each).got }).toEqual({ name: each.name, got: [] });
    });

    it('names the right root cause first, and every independent one among the first three', () => {
      const answers = ill.map(as).map(answer);
      const wrong = answers.filter(({ first }) => !first).map(({ of, got }) => `${of.name}: ${JSON.stringify(got)}`);
      const right = (which: keyof typeof REACHED) => answers.filter((each) => each[which]).length / answers.length;
      for (const which of ['first', 'three', 'exact'] as const) {
        expect(right(which), `${which} ${wrong.join('\n')}`).toBeGreaterThanOrEqual(REACHED[which]);
      }
    });
  });
});
