import { globSync } from 'node:fs';
import { join } from 'node:path';
import { layer } from '#shared/domain/finding.ts';
import type { Generated } from './generated.ts';

const FOLDER = join(import.meta.dirname, '../../shared/diagnosis');

/** `application/crash-loop` -> `applicationCrashLoop` */
const identifier = (rule: string): string => rule.replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase());

/** The registry of the fault rules. A bundle for Lambda has no folder to look into, so the imports are written out. */
export function rules(): Generated {
  const names = globSync(`{${layer.options.join(',')}}/*.ts`, { cwd: FOLDER })
    .map((file) => file.replaceAll('\\', '/').replace(/\.ts$/, ''))
    .sort();
  const lines = [
    '// Made by `npm run generate` from the files of the layer folders. Do not edit.',
    ...names.map((name) => `import { rule as ${identifier(name)} } from './${name}.ts';`),
    "import type { Rule } from './rule.ts';",
    '',
    'export const RULES: Readonly<Record<string, Rule>> = {',
    ...names.map((name) => `  '${name}': ${identifier(name)},`),
    '};',
  ];
  return { file: 'shared/diagnosis/rules.generated.ts', content: `${lines.join('\n')}\n` };
}
