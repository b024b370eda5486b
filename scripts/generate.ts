import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsPages } from './generate/faults-page.ts';
import { functionsPage } from './generate/functions-page.ts';
import type { Generated } from './generate/generated.ts';
import { probeCodesPage } from './generate/probe-codes-page.ts';
import { rules } from './generate/rules.ts';
import { schemas } from './generate/schemas.ts';

/*
 * Writes what is made from the code: `npm run generate`. With --check nothing is written; a file that is stale, or
 * that nothing makes any more, is named and the exit code is 1. `--root DIR` writes or checks somewhere else.
 */

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    root: { type: 'string', default: join(import.meta.dirname, '..') },
  },
});
const root = flags.root;

/** Nothing else may stand in these. */
const FOLDERS = ['docs/schema', 'docs/faults'];

const leftOver = (made: Generated[]): string[] => {
  const known = new Set(made.map(({ file }) => file));
  const there = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  return there.filter((file) => !known.has(file));
};

const isStale = ({ file, content }: Generated): boolean => {
  const path = join(root, file);
  return !existsSync(path) || readFileSync(path, 'utf8') !== content;
};

const made = [...schemas(), rules(), ...faultsPages(), probeCodesPage(), await functionsPage()];
const stale = made.filter(isStale);
const surplus = leftOver(made);

if (flags.check) {
  for (const { file } of stale) console.error(`${file} is stale: run "npm run generate" and commit the result`);
  for (const file of surplus) console.error(`${file} is made by nothing any more: run "npm run generate"`);
  process.exitCode = stale.length + surplus.length > 0 ? 1 : 0;
} else {
  for (const { file, content } of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
    console.log(`wrote ${file}`);
  }
  for (const file of surplus) {
    rmSync(join(root, file));
    console.log(`removed ${file}`);
  }
}
