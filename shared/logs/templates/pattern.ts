import { WILDCARD } from './wildcard.ts';

/** A masked message in words and what stands between them: `words.length` is one less than `gaps.length`. */
export interface Pattern {
  words: string[];
  gaps: string[];
}

/** A text in quotes after `=` is one word, whatever is in it. */
const WORD = /(?<==")[^"]{1,300}(?=")|<\*>|[^\s=:,;()[\]{}<>"'|!?`]+/g;
/** What lies beyond tells no statements apart, and a line of a thousand words must not cost a thousand squared. */
const MOST_WORDS = 128;

export function patternOf(masked: string): Pattern {
  const words: string[] = [];
  const gaps: string[] = [];
  let done = 0;
  for (const { 0: word, index } of masked.matchAll(WORD)) {
    if (words.length === MOST_WORDS) break;
    gaps.push(masked.slice(done, index));
    words.push(word);
    done = index + word.length;
  }
  gaps.push(masked.slice(done));
  return { words, gaps };
}

export const textOf = ({ words, gaps }: Pattern): string =>
  gaps.reduce((text, gap, index) => text + gap + (words[index] ?? ''), '');

/** Patterns can only be one template when they agree in this. */
export const shapeOf = ({ gaps }: Pattern): string => gaps.join('\0');

export const covers = (general: readonly string[], words: readonly string[]): boolean =>
  general.length === words.length && general.every((word, index) => word === WILDCARD || word === words[index]);
