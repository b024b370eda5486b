import { type AST, parseTOML } from 'toml-eslint-parser';
import { linesIn, nameSiblings, type Scalar, type Scalars } from './scalars.ts';

/** The scalars of a TOML text, none when it is no TOML. */
export function tomlScalars(text: string): Scalars {
  const scalars: Scalar[] = [];
  try {
    for (const node of parseTOML(text).body[0].body) {
      if (node.type === 'TOMLKeyValue') member(node, [], text, scalars);
      else for (const pair of node.body) member(pair, node.resolvedKey.map(String), text, scalars);
    }
  } catch {
    return { scalars: [], whole: false }; // not TOML: the caller looks at it as plain text
  }
  return { scalars: nameSiblings(scalars), whole: true };
}

function member({ key, value }: AST.TOMLKeyValue, path: string[], text: string, into: Scalar[]): void {
  const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
  collect(value, [...path, ...names], text, into);
}

function collect(node: AST.TOMLContentNode, path: string[], text: string, into: Scalar[]): void {
  if (node.type === 'TOMLArray') {
    for (const [index, element] of node.elements.entries()) collect(element, [...path, String(index)], text, into);
  } else if (node.type === 'TOMLInlineTable') {
    for (const pair of node.body) member(pair, path, text, into);
  } else {
    const [start, end] = node.range;
    const source = text.slice(start, end);
    const value = node.kind === 'string' ? node.value : source;
    into.push({ path, value, start, end, write: (written) => write(source, written) });
  }
}

/** A value of several lines becomes one: a backslash at a line's end swallows the line ends that keep the numbering. */
function write(source: string, value: string): string {
  const breaks = linesIn(source);
  if (breaks === 0) return JSON.stringify(value);
  return `"""${JSON.stringify(value).slice(1, -1)}${'\\\n'.repeat(breaks)}"""`;
}
