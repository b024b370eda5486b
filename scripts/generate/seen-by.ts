import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layer } from '#shared/domain/finding.ts';

const FOLDER = join(import.meta.dirname, '../../shared/diagnosis');

export interface SeenBy {
  /** relative to shared/diagnosis */
  file: string;
  /** the docstring of the rule */
  idea: string;
}

const IDEA = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const rule\b/;
const IMPORT = /from '(\.\.?\/[^']+)'/g;

/** Files of the frame name codes without seeing anything. */
const FRAME = /(?:^|\/)(?:catalogue|edges|rank|recommend|rule|view|model)\.ts$/;

const textOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(IMPORT)]
    .map(([, path = '']) => join(dirname(file), path).replaceAll('\\', '/'))
    .filter((path) => !FRAME.test(path));

/** The rules that look for each code: their text, or what they import, names it. Throws where none does. */
export function rulesByCode(codes: string[]): Map<string, SeenBy[]> {
  const rules = globSync(`{${layer.options.join(',')}}/*.ts`, { cwd: FOLDER })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => ({
      file,
      idea: (IDEA.exec(textOf(file))?.[1] ?? '')
        .replace(/^\s*\*/gm, '')
        .replace(/\s+/g, ' ')
        .trim(),
      own: textOf(file),
      around: importsOf(file).map(textOf).join('\n'),
    }));
  return new Map(
    codes.map((code) => {
      const quoted = `'${code}'`;
      const own = rules.filter((rule) => rule.own.includes(quoted));
      const near = own.length > 0 ? own : rules.filter((rule) => rule.around.includes(quoted));
      if (near.length === 0)
        throw new Error(`no rule names the code ${code}: take it out of the catalogue, or write the rule`);
      return [code, near.map(({ file, idea }) => ({ file, idea }))];
    }),
  );
}
