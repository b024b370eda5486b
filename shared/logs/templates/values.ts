import { AT, BACKSLASH, COLON, DASH, DIGIT, DOT, HEX_LETTER, JOINER, LETTER, SLASH, UPPER } from './characters.ts';

const LETTERS = LETTER | HEX_LETTER;

/** Last labels by which a name without a digit is that of a host; `org.apache.kafka` begins with one instead. */
const TOP_LEVEL = new Set(
  'com net org edu gov mil info local internal svc cluster localdomain lan home corp amazonaws io'.split(' '),
);

/** Words that are the unit of the number before them. */
const UNITS = new Set(
  `b byte bytes kb mb gb tb kib mib gib tib ns us µs ms msec msecs millis s sec secs second seconds min mins minute minutes
  h hour hours day days`.split(/\s+/),
);

/** A letter or two with a number is a name as often as a value (en0, IPv6, SOCKS5, node-1): the templates decide. */
const MOST_DIGITS_OF_A_NAME = 2;

export const isUnit = (word: string): boolean => word.length <= 7 && UNITS.has(word.toLowerCase());

/**
 * Is this word, whatever the statement that logs it, a value: a number, an id, an address, a path? `bits` are the kinds of
 * its characters. One rule for all logs.
 */
export function isValue(word: string, bits: number, digits: number): boolean {
  if (digits === 0) return isNameOfSomething(word, bits);
  if ((bits & LETTERS) === 0) return true;
  if (isPath(word, bits) || (bits & AT) !== 0) return true;
  const first = word.charCodeAt(0);
  if (first >= 48 && first <= 57) return true; // 0x1f, 10ms, 4G, 3edec1e4-9678
  if ((bits & (LETTER | SLASH)) === 0 && word.length >= 6) return true; // hexadecimal, a UUID
  return digits > MOST_DIGITS_OF_A_NAME || ((bits & DOT) !== 0 && isHost(word));
}

const isNameOfSomething = (word: string, bits: number): boolean => {
  if ((bits & LETTERS) === 0) return false;
  // Eight letters up to f are no word, but an id that happens to have no digit.
  if ((bits & ~(HEX_LETTER | UPPER | DASH)) === 0) return word.length >= 8;
  if ((bits & (SLASH | BACKSLASH)) !== 0) return isPath(word, bits);
  if ((bits & AT) !== 0) return /^[^@]+@[^@]+$/.test(word);
  return (bits & DOT) !== 0 && (bits & (UPPER | JOINER | COLON)) === 0 && isHost(word);
};

function isPath(word: string, bits: number): boolean {
  if ((bits & BACKSLASH) !== 0) return word.charCodeAt(1) === 58 || word.startsWith('\\\\');
  if ((bits & SLASH) === 0) return false;
  if (word.charCodeAt(0) === 47) return word.length > 1;
  const first = word.indexOf('/');
  return word.indexOf('/', first + 1) > 0;
}

/** `localhost` is one, and what ends like a name of the internet, or has three labels and ends in two letters. */
function isHost(word: string): boolean {
  const last = word.slice(word.lastIndexOf('.') + 1);
  const firstDot = word.indexOf('.');
  const first = word.slice(0, firstDot);
  if (TOP_LEVEL.has(first) || first === '') return false;
  if (last === 'io' || last.length === 2) return word.indexOf('.', firstDot + 1) > 0;
  return TOP_LEVEL.has(last);
}

/** A word with colons is one value as a whole, not a name and its value: an IPv6 or MAC address, a time. */
export function isColonValue(word: string, bits: number): boolean {
  if ((bits & LETTERS) === 0) return true;
  if ((bits & (LETTER | DOT | DASH | SLASH | JOINER | BACKSLASH | AT)) === 0)
    return word.indexOf(':', word.indexOf(':') + 1) > 0;
  return (bits & DIGIT) !== 0 && /^\d{4}-\d\d-\d\d[T_]\d\d:/.test(word);
}
