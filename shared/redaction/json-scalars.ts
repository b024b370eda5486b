import { parse, type ValueNode } from '@humanwhocodes/momoa';
import { linesIn, nameSiblings, type Scalar, type Scalars } from './scalars.ts';

/** The scalars of a JSON text, none when it is no JSON. */
export function jsonScalars(text: string): Scalars {
  const scalars: Scalar[] = [];
  try {
    collect(parse(text, { mode: 'json', ranges: true }).body, [], text, scalars);
  } catch {
    return { scalars: [], whole: false }; // not JSON: the caller looks at it as plain text
  }
  return { scalars: nameSiblings(scalars), whole: true };
}

function collect(node: ValueNode, path: string[], text: string, into: Scalar[]): void {
  if (node.type === 'Object') {
    for (const { name, value } of node.members) {
      collect(value, [...path, name.type === 'String' ? name.value : name.name], text, into);
    }
  } else if (node.type === 'Array') {
    for (const [index, { value }] of node.elements.entries()) collect(value, [...path, String(index)], text, into);
  } else if (node.range && 'value' in node) {
    const [start, end] = node.range;
    into.push({ path, value: String(node.value), start, end, write: (value) => write(text.slice(start, end), value) });
  }
}

/** The parser lets line ends in strings pass, which JSON does not: what is broken stays broken, line by line. */
const write = (source: string, value: string): string =>
  `${JSON.stringify(value).slice(0, -1)}${'\n'.repeat(linesIn(source))}"`;
