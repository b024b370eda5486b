import { globSync, readFileSync } from 'node:fs';
import { type Expression as Expr, parseSync, Visitor } from 'oxc-parser';
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

const lineAt = (text: string, start: number) => text.slice(0, start).split('\n').length;

const inSource = files.flatMap((file): Expression[] => {
  const text = readFileSync(file, 'utf8');
  const found: Expression[] = [];
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      found.push({ at: `${file}:${lineAt(text, node.start)}`, source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync(file, text).program);
  return found;
});

const builders = files.filter((file) => readFileSync(file, 'utf8').includes('RegExp('));

/** Of what is put in between any text may come; measured as a word, for its own characters cannot be known. */
const ANY_VALUE = 'x';

/** The text of a string, template or constant of the module; undefined where it is none of them. */
function textOf(node: Expr | undefined, constants: Map<string, Expr>): string | undefined {
  if (node?.type === 'Identifier') return textOf(constants.get(node.name), constants);
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type !== 'TemplateLiteral') return undefined;
  const values = node.expressions.map((part) => textOf(part, constants) ?? ANY_VALUE);
  return node.quasis.map(({ value }, index) => `${value.cooked ?? ''}${values[index] ?? ''}`).join('');
}

/** Every `new RegExp(...)` of a file, wherever it stands; `source` is absent where its text is put together elsewhere. */
function writtenIn(file: string): (Omit<Expression, 'source'> & { source: string | undefined })[] {
  const text = readFileSync(file, 'utf8');
  const { program } = parseSync(file, text);
  const constants = new Map<string, Expr>();
  const found: ReturnType<typeof writtenIn> = [];
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init && !constants.has(id.name)) constants.set(id.name, init);
    },
  }).visit(program);
  new Visitor({
    NewExpression({ callee, arguments: [source, flags], start }) {
      if (callee.type !== 'Identifier' || callee.name !== 'RegExp' || !source) return;
      found.push({
        at: `${file}:${lineAt(text, start)}`,
        source: textOf(source as Expr, constants),
        flags: textOf(flags as Expr | undefined, constants) ?? '',
      });
    },
  }).visit(program);
  return found;
}

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
    for (const file of builders) await import(new URL(`../../${file}`, import.meta.url).href);
  } finally {
    globalThis.RegExp = Original;
  }
  expect(built.length).toBeGreaterThan(5);
  expect(reported(built)).toEqual([]);
});

it('every regular expression that is put together in a function is linear around the values it is given', () => {
  const written = builders.flatMap(writtenIn);
  const known = written.filter((one): one is Expression => one.source !== undefined);
  expect(known.length).toBeGreaterThan(20);
  expect(reported(known)).toEqual([]);
});

it('only what is made of other expressions has a text that cannot be read here', () => {
  const unread = builders.flatMap(writtenIn).filter(({ source }) => source === undefined);
  expect(unread.map(({ at }) => at.split(':')[0]).toSorted()).toEqual([
    // Called while the module loads, so measured above.
    'shared/diagnosis/failure-messages.ts',
    // A copy of another, with a place of its own.
    'shared/redaction/assignments.ts',
  ]);
});

it.each([
  ['/+$', 'looks again from each "/"'],
  ['^(a+)+$', 'backtracks exponentially over "a"'],
  ['^\\s*(\\S*)\\s*=?\\s*$', 'backtracks over " "'],
])('/%s/ is not linear: %s', (source, fault) => {
  expect(faultsOf({ source, flags: '' })).toContain(fault);
});
