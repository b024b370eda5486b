import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, Scalar as YamlScalar } from 'yaml';
import { linesIn, nameSiblings, type Scalar, type Scalars } from './scalars.ts';

/** The scalars of all documents; of a broken text those that the parser still made out. */
export function yamlScalars(text: string): Scalars {
  const documents = parseAllDocuments(text, { uniqueKeys: false, strict: false, logLevel: 'silent' });
  if (!Array.isArray(documents)) return { scalars: [], whole: true };
  const scalars: Scalar[] = [];
  for (const [index, { contents }] of documents.entries()) collect(contents, [String(index)], text, scalars);
  return { scalars: nameSiblings(scalars), whole: documents.every(({ errors }) => errors.length === 0) };
}

function collect(node: unknown, path: string[], text: string, into: Scalar[]): void {
  if (isMap(node)) {
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      collect(value, [...path, isScalar(key) ? String(key.value) : '?'], text, into);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) collect(item, [...path, String(index)], text, into);
  } else if (isScalar(node) && !isAlias(node) && node.range) {
    into.push(scalarOf(node, path, text));
  }
}

function scalarOf(node: YamlScalar, path: string[], text: string): Scalar {
  const [start, end] = node.range as [number, number, number];
  const source = text.slice(start, end);
  if (node.type === YamlScalar.BLOCK_LITERAL || node.type === YamlScalar.BLOCK_FOLDED) {
    const { value, write } = blockOf(source);
    return { path, value, start, end, write };
  }
  const value = node.value === null ? '' : (node.source ?? String(node.value));
  return { path, value, start, end, write: (written) => writeFlow(source, written) };
}

/**
 * A block is taken line by line as it is written, folded or not. Its header (`|`, `>-`) and indentation stay; a value
 * of one line is repeated, so that line numbers stay.
 */
function blockOf(source: string): Pick<Scalar, 'value' | 'write'> {
  const [header = '|', ...lines] = source.split('\n');
  const full = lines.filter((line) => line.trim() !== '');
  const indent = Math.min(...full.map((line) => line.length - line.trimStart().length));
  const write = (value: string): string => {
    const written = value.split('\n');
    const lineAt = (index: number) => (written.length === lines.length ? written[index] : written[0]) ?? '';
    const body = lines.map((line, index) => (line.trim() === '' ? line : line.slice(0, indent) + lineAt(index)));
    return [header, ...body].join('\n');
  };
  return { value: lines.map((line) => line.slice(indent)).join('\n'), write };
}

/** Always double-quoted: a placeholder begins with a bracket, which would be a list. */
function writeFlow(source: string, value: string): string {
  const quoted = JSON.stringify(value);
  const breaks = linesIn(source);
  if (breaks === 0) return quoted;
  const indent = /\n([ \t]*)\S/.exec(source)?.[1] ?? ' ';
  // A backslash at a line's end joins the lines, so the value stays what it is.
  return `${quoted.slice(0, -1)}${`\\\n${indent || ' '}`.repeat(breaks)}"`;
}
