/** One value of a structured text, where it stands in the source. */
export interface Scalar {
  /** names from the root to the value; list items have their number */
  path: string[];
  value: string;
  /** the source from start to end is the value with its quotes */
  start: number;
  end: number;
  /** The source of another value in this one's place, with as many line ends. */
  write(value: string): string;
  /** a sibling's value that names this one, as in { name: DB_PASSWORD, value: ... } */
  namedBy?: string;
}

/** What a format's parser finds. */
export interface Scalars {
  scalars: Scalar[];
  /** the text is wholly understood: nothing between the scalars needs a second look but comments */
  whole: boolean;
}

/** Fills `namedBy` for `value` members that stand beside a `name` or `key`. */
export function nameSiblings(scalars: Scalar[]): Scalar[] {
  const names = new Map<string, string>();
  const parentOf = ({ path }: Scalar) => path.slice(0, -1).join('\n');
  for (const scalar of scalars) {
    if (/^(?:name|key)$/i.test(scalar.path.at(-1) ?? '')) names.set(parentOf(scalar), scalar.value);
  }
  return scalars.map((scalar) => {
    const name = /^value$/i.test(scalar.path.at(-1) ?? '') ? names.get(parentOf(scalar)) : undefined;
    return name === undefined ? scalar : { ...scalar, namedBy: name };
  });
}

/** Line ends that a replacement has to bring back. */
export const linesIn = (source: string): number => source.split('\n').length - 1;
