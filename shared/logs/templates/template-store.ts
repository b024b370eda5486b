import { HashTable } from './hash-table.ts';
import { Masker } from './masker.ts';
import { mergePatterns } from './merging.ts';
import { covers, type Pattern, patternOf, shapeOf, textOf } from './pattern.ts';
import { WILDCARD } from './wildcard.ts';

/** Messages that are equal but for their values; several of them can turn out to be of one template. */
export interface Group {
  id: number;
  pattern: Pattern;
  shape: string;
  /** has places that hold any word */
  general: boolean;
  count: number;
  /** when it was last seen, in messages */
  last: number;
}

/** More are made into fewer; what is rare and long not seen goes first. */
const MOST_GROUPS = 4000;
const KEPT_GROUPS = 2000;
/** Hashes are two numbers and an id: many messages with secrets or words in them may stand for one group. */
const MOST_HASHES = 200_000;
/** Of one shape; log injection can make any number. */
const MOST_COMPARED = 64;

export interface TemplateStore {
  /** The group of a message. `redact` is only asked when the message is new. */
  groupOf(message: string, redact: (message: string) => string): number;
  /** Hashes of the last message without its values, and of the status codes in it. */
  readonly last: Pick<Masker, 'a' | 'b' | 'codes'>;
  /** Where a group that is no longer there has gone. */
  resolve(group: number): number;
  /** The templates so far: their text and their groups. */
  templates(): { text: string; groups: number[] }[];
  /** Groups that were given up to keep the store bounded. */
  evicted(): number;
}

/** The group of all that was given up. */
export const OTHER = 0;

/** `mostGone` bounds what is remembered of groups that became part of another; with fewer, some resolve to OTHER. */
export function makeTemplateStore(merged: (from: number, into: number) => void, mostGone = 50_000): TemplateStore {
  const masker = new Masker();
  const byHash = new HashTable();
  const byText = new Map<string, number>();
  const groups = new Map<number, Group>();
  const shapes = new Map<string, Group[]>();
  const gone = new Map<number, number>();
  let nextId = OTHER + 1;
  let clock = 0;
  let evicted = 0;

  function add(masked: string): number {
    const known = byText.get(masked);
    if (known !== undefined) return resolve(known);
    const pattern = patternOf(masked);
    const shape = shapeOf(pattern);
    for (const group of shapes.get(shape)?.slice(0, MOST_COMPARED) ?? []) {
      if (group.general && covers(group.pattern.words, pattern.words)) return group.id;
    }
    const group: Group = { id: nextId++, pattern, shape, general: false, count: 0, last: clock };
    groups.set(group.id, group);
    byText.set(masked, group.id);
    enter(group);
    return group.id;
  }

  const enter = (group: Group): void => {
    const alike = shapes.get(group.shape);
    if (alike) alike.push(group);
    else shapes.set(group.shape, [group]);
  };

  const resolve = (id: number): number => {
    let to = id;
    for (let next = gone.get(to); next !== undefined; next = gone.get(to)) to = next;
    return groups.has(to) ? to : OTHER;
  };

  const remember = (id: number, into: number): void => {
    const [oldest] = gone.keys();
    if (gone.size >= mostGone && oldest !== undefined) gone.delete(oldest);
    gone.set(id, into);
  };

  const join = (from: Group, into: number): void => {
    if (into !== OTHER) remember(from.id, into);
    groups.delete(from.id);
    merged(from.id, into);
  };

  /** Groups of one template become one, and of the rest the rare ones go. */
  function shrink(): void {
    for (const { words, members } of [...shapes.values()].flatMap((alike) => mergePatterns(alike))) {
      const [first, ...rest] = members;
      if (!first || rest.length === 0) continue;
      first.pattern = { words, gaps: first.pattern.gaps };
      first.general = true;
      for (const group of rest) {
        first.count += group.count;
        first.last = Math.max(first.last, group.last);
        join(group, first.id);
      }
    }
    const surplus = [...groups.values()].sort((x, y) => x.count - y.count || x.last - y.last);
    for (const group of surplus.slice(0, Math.max(0, groups.size - KEPT_GROUPS))) {
      join(group, OTHER);
      evicted++;
    }
    byHash.clear();
    byText.clear();
    shapes.clear();
    for (const group of groups.values()) {
      byText.set(textOf(group.pattern), group.id);
      enter(group);
    }
  }

  return {
    groupOf(message, redact) {
      masker.scan(message);
      clock++;
      const { a, b, codes } = masker;
      let id = byHash.get(a, b);
      if (id === undefined) {
        if (groups.size >= MOST_GROUPS || byHash.size >= MOST_HASHES) shrink();
        masker.scan(redact(message));
        id = add(masker.masked());
        byHash.set(a, b, id);
        Object.assign(masker, { a, b, codes });
      }
      const group = groups.get(id);
      if (group) {
        group.count++;
        group.last = clock;
      }
      return id;
    },
    last: masker,
    resolve,
    templates: () => {
      const found = [...shapes.values()].flatMap((alike) =>
        mergePatterns(alike).map(({ words, members }) => ({
          text: textOf({ words, gaps: members[0]?.pattern.gaps ?? [] }),
          groups: members.map(({ id }) => id),
        })),
      );
      return evicted > 0 ? [...found, { text: WILDCARD, groups: [OTHER] }] : found;
    },
    evicted: () => evicted,
  };
}
