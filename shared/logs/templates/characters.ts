/** What a character can be in a log message; a set of bits, so that a word's characters add up to what is in it. */
export const SEPARATOR = 1;
/** letters beyond f, which no hexadecimal number has */
export const LETTER = 2;
export const HEX_LETTER = 4;
export const UPPER = 8;
export const DIGIT = 16;
export const DOT = 32;
export const DASH = 64;
export const SLASH = 128;
export const COLON = 256;
export const AT = 512;
export const BACKSLASH = 1024;
/** `_ + ~ % $ # * & ^`: within a word, and no telling signs of anything */
export const JOINER = 2048;

const ASCII = new Uint16Array(128).fill(SEPARATOR);
const set = (characters: string, bits: number): void => {
  for (const character of characters) ASCII[character.charCodeAt(0)] = bits;
};
set('ghijklmnopqrstuvwxyz', LETTER);
set('GHIJKLMNOPQRSTUVWXYZ', LETTER | UPPER);
set('abcdef', HEX_LETTER);
set('ABCDEF', HEX_LETTER | UPPER);
set('0123456789', DIGIT);
set('.', DOT);
set('-', DASH);
set('/', SLASH);
set(':', COLON);
set('@', AT);
set('\\', BACKSLASH);
set('_+~%$#*&^', JOINER);

/** Letters of other scripts are letters. */
export const kindOf = (code: number): number => (code < 128 ? (ASCII[code] ?? SEPARATOR) : LETTER);

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** What can stand between two values of one list. */
const BETWEEN = new Set([...' \t,;|:\'"'].map((character) => character.charCodeAt(0)));
export const isBetweenValues = (code: number): boolean => BETWEEN.has(code);
