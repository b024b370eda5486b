import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { analyse } from 'scslre';
import { expect, it } from 'vitest';

/**
 * Log lines, events and annotations are other people's text, and of any length. An expression that tries the same
 * stretch again from each of its characters, or in several ways, takes minutes over a line of a few megabytes.
 */

interface Expression {
  at: string;
  source: string;
  flags: string;
}

const files = globSync(['functions/**/*.ts', 'shared/**/*.ts', 'infra/**/*.ts']);

const inSource = files.flatMap((file): Expression[] => {
  const text = readFileSync(file, 'utf8');
  const found: Expression[] = [];
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      const line = text.slice(0, node.start).split('\n').length;
      found.push({ at: `${file}:${line}`, source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync(file, text).program);
  return found;
});

/** The ways in which it is more than linear, as `backtracks over "a"`. */
function faultsOf({ source, flags }: Pick<Expression, 'source' | 'flags'>): string[] {
  return analyse({ source, flags }).reports.map(({ type, exponential, character }) =>
    type === 'Move'
      ? `looks again from each ${JSON.stringify(character.pick)}`
      : `backtracks ${exponential ? 'exponentially ' : ''}over ${JSON.stringify(character.pick)}`,
  );
}

const reported = (expressions: Expression[]) =>
  expressions.flatMap((one) => faultsOf(one).map((fault) => `${one.at} /${one.source}/${one.flags} ${fault}`));

it('every regular expression of the sources is linear', () => {
  expect(inSource.length).toBeGreaterThan(500);
  expect(reported(inSource)).toEqual([]);
});

it('every regular expression that is put together when a module loads is linear', async () => {
  const built: Expression[] = [];
  const Original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [pattern, flags]: [string, string?]) {
      const made = new target(pattern, flags);
      built.push({ at: 'new RegExp', source: made.source, flags: made.flags });
      return made;
    },
  });
  try {
    const builders = files.filter((file) =>
      /^const .*new RegExp\(|^ +(?:about: |pattern: )?new RegExp\(/m.test(readFileSync(file, 'utf8')),
    );
    for (const file of builders) await import(new URL(`../../${file}`, import.meta.url).href);
  } finally {
    globalThis.RegExp = Original;
  }
  expect(built.length).toBeGreaterThan(5);
  expect(reported(built)).toEqual([]);
});

it.each([
  ['/+$', 'looks again from each "/"'],
  ['^(a+)+$', 'backtracks exponentially over "a"'],
  ['^\\s*(\\S*)\\s*=?\\s*$', 'backtracks over " "'],
])('/%s/ is not linear: %s', (source, fault) => {
  expect(faultsOf({ source, flags: '' })).toContain(fault);
});
