import type { Pattern } from './pattern.ts';
import { stemOf } from './values.ts';
import { WILDCARD } from './wildcard.ts';

/** Patterns of one shape that one statement has logged, and what they have in common. */
export interface Merged<T> {
  words: string[];
  members: T[];
}

/** So many different words in one place make it the place of a value, by what kind of words they are. */
const ENOUGH = { identifiers: 3, fieldValues: 4, words: 5, afterNoun: 2 };
/** In a sentence, only one place may hold any word at all: more are different sentences. */
const MOST_FREE_PLACES = 1;
/** A sentence whose first word can be any must have so many words: `start (request 17)` and `drain (request 18)` are two. */
const WORDS_AFTER_HEAD = 2;

/** `shard56`, `batch_x`, `kube-system`, `com.example.App`, `maxRetries`: made up by people, no word of a language. */
const IDENTIFIER = /[\d_.$@/*#-]|[a-z][A-Z]/;
const HAS_LETTER = /\p{L}/u;
/** Words before the name of somebody. */
const NOUN = /(?:^|\s)(?:user|username)$/i;
/** A value follows: `key=`, `key:`, `key: `, a quote or bracket. */
const BEFORE_VALUE = /[="'[<{]$|^: ?$/;
/** The same where others have a value in this place, with what a call is given; `failed: EOF` is another cause than a number. */
const BEFORE_FOUND = /[="'[<{]$|^[:(]$/;

/** `BatchSpanProcessor.SpansDropped`: what is in quotes after a name is data, but for the name of an event. */
const EVENT = /^[A-Z]\w*(?:\.[A-Z]\w*)+$/;
/** The same after `name=`, in one word of several: `ThreadLoopAlive` */
const NAME_OF_EVENT = /^(?:[A-Z]+[a-z\d]+\.?){2,}$/;

interface Place {
  at: number;
  values: Set<string>;
}

/** Splits patterns of one shape into templates, from the words that tell statements apart to those that do not. */
export function mergePatterns<T extends { pattern: Pattern }>(members: T[]): Merged<T>[] {
  const [first] = members;
  if (!first) return [];
  const places = varyingPlaces(members);
  if (places.length === 0) return [{ words: first.pattern.words, members }];
  const values = places.filter((place) => isPlaceOfValues(place, first.pattern));
  const free = values.filter(({ at, values }) => isFree(first.pattern, at, values));
  const varying = new Set(places.map(({ at }) => at));
  const constant = first.pattern.words.filter((word, at) => HAS_LETTER.test(word) && !varying.has(at)).length;
  if (
    values.length === places.length &&
    free.length <= MOST_FREE_PLACES &&
    constant >= values.length - 1 &&
    constant >= (values.some((place) => isHead(place, first.pattern)) ? WORDS_AFTER_HEAD : 1)
  ) {
    return [{ words: withWildcards(first.pattern.words, places), members }];
  }
  const telling = fewest(places.filter((place) => !values.includes(place))) ?? fewest(places);
  if (!telling) return [];
  const key = keyIn(telling.values);
  const parts = Map.groupBy(members, ({ pattern }) => key(pattern.words[telling.at] ?? ''));
  return [...parts.values()].flatMap((part) => mergePatterns(part));
}

function varyingPlaces<T extends { pattern: Pattern }>(members: T[]): Place[] {
  const places: Place[] = [];
  for (let at = 0; at < (members[0]?.pattern.words.length ?? 0); at++) {
    const values = new Set(members.map(({ pattern }) => pattern.words[at] ?? ''));
    if (values.size > 1) places.push({ at, values });
  }
  return places;
}

/** The leftmost where several tell equally little: statements differ at their beginning. */
function fewest(places: Place[]): Place | undefined {
  const kinds = places.map(({ values }) => kindsIn(values));
  return places[kinds.indexOf(Math.min(...kinds))];
}

/** Names with numbers stay together, unless there is nothing else to tell. */
const keyIn = (values: Set<string>): ((word: string) => string) =>
  areNumbered(values) ? (word) => word : (word) => stemOf(word) || word;
const kindsIn = (values: Set<string>): number => new Set([...values].map(keyIn(values))).size;

const areIdentifiers = (values: Set<string>): boolean => {
  let identifiers = 0;
  for (const value of values) if (IDENTIFIER.test(value)) identifiers++;
  return identifiers * 2 > values.size;
};

const areEvents = (values: Set<string>, key: string): boolean => {
  const event = key === 'name' ? NAME_OF_EVENT : EVENT;
  return [...values].some((value) => event.test(value));
};

/** `deployments.apps`, `com.example.shop`: names in a space of names */
const areDotted = (values: Set<string>): boolean =>
  [...values].every((value) => /^[a-z][a-z\d-]*(?:\.[a-z\d-]+)+$/.test(value));

/** `worker1`, `worker2`: one stem, and what the masker has found */
function areNumbered(values: Set<string>): boolean {
  const stems = new Set<string>();
  for (const value of values) if (value !== WILDCARD) stems.add(stemOf(value));
  return stems.size === 1 && !stems.has('');
}

const isFree = (pattern: Pattern, at: number, values: Set<string>): boolean =>
  !areIdentifiers(values) && !areNumbered(values) && !BEFORE_VALUE.test(pattern.gaps[at] ?? '');

const isHead = ({ at, values }: Place, pattern: Pattern): boolean =>
  at === 0 && !areNumbered(values) && !BEFORE_VALUE.test(pattern.gaps[0] ?? '');

function isPlaceOfValues({ at, values }: Place, pattern: Pattern): boolean {
  const gap = pattern.gaps[at] ?? '';
  if (gap.endsWith('="')) return !areEvents(values, pattern.words[at - 1] ?? '');
  if (areNumbered(values) || (values.has(WILDCARD) && BEFORE_FOUND.test(gap))) return true;
  if (pattern.gaps[at + 1]?.startsWith('=') && gap !== ':') return false; // the name of a field
  if (gap === ' ' && NOUN.test(pattern.words[at - 1] ?? '')) return values.size >= ENOUGH.afterNoun;
  // At the beginning of a message, a name is that of the function which logs.
  if (at > 0 && areIdentifiers(values)) return values.size >= ENOUGH.identifiers || areDotted(values);
  return values.size >= (BEFORE_VALUE.test(gap) ? ENOUGH.fieldValues : ENOUGH.words);
}

const withWildcards = (words: string[], places: Place[]): string[] => {
  const general = [...words];
  for (const { at } of places) general[at] = WILDCARD;
  return general;
};
