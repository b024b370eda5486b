import { parse, type ValueNode } from '@humanwhocodes/momoa';
import { nameSiblings, type Scalar, type Scalars } from './scalars.ts';

/** The scalars of a JSON text, none when it is no JSON. */
export function jsonScalars(text: string): Scalars {
  const scalars: Scalar[] = [];
  try {
    collect(parse(text, { mode: 'json', ranges: true }).body, [], scalars);
  } catch {
    return { scalars: [], whole: false }; // not JSON: the caller looks at it as plain text
  }
  return { scalars: nameSiblings(scalars), whole: true };
}

function collect(node: ValueNode, path: string[], into: Scalar[]): void {
  if (node.type === 'Object') {
    for (const { name, value } of node.members) {
      collect(value, [...path, name.type === 'String' ? name.value : name.name], into);
    }
  } else if (node.type === 'Array') {
    for (const [index, { value }] of node.elements.entries()) collect(value, [...path, String(index)], into);
  } else if (node.range && 'value' in node) {
    const [start, end] = node.range;
    into.push({ path, value: String(node.value), start, end, write: (value) => JSON.stringify(value) });
  }
}
