import { readFileSync } from 'node:fs';

export interface NamedFunction {
  /** as the definition writes it: `openIncident` */
  placeholder: string;
  /** the folder: `open-incident` */
  name: string;
}

const kebab = (camel: string) => camel.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The functions that a state machine's definition calls, by their placeholders. */
export function functionsIn(file: string): NamedFunction[] {
  const placeholders = readFileSync(file, 'utf8').matchAll(/"FunctionName": "\$\{(\w+)\}"/g);
  return [...new Set([...placeholders].map(([, placeholder = '']) => placeholder))]
    .sort()
    .map((placeholder) => ({ placeholder, name: kebab(placeholder) }));
}
