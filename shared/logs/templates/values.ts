import {
  AT,
  BACKSLASH,
  COLON,
  DASH,
  DIGIT,
  DOT,
  HEX_LETTER,
  isDigit,
  JOINER,
  LETTER,
  SLASH,
  UPPER,
} from './characters.ts';

const LETTERS = LETTER | HEX_LETTER;

/** Last labels by which a name without a digit is that of a host. */
const TOP_LEVEL = new Set('com net org edu gov mil local internal localdomain lan corp'.split(' '));
/** The same of three labels and more: `user.home` and `log.info` are none. */
const TOP_OF_THREE = new Set('info io home svc cluster amazonaws'.split(' '));
/** No country has them, or fields have them more often: `service.instance.id` */
const NO_COUNTRY = new Set('id ip os db ok ns ms'.split(' '));
/** Packages begin with what hosts end with: `org.slf4j.impl` */
const PACKAGE_ROOT = new Set('com net org edu gov io'.split(' '));

/** Words that are the unit of the number before them. */
const UNITS = new Set(
  `b byte bytes kb mb gb tb kib mib gib tib ns us µs ms msec msecs millis s sec secs second seconds min mins minute minutes
  h hour hours day days`.split(/\s+/),
);

const CALENDAR = new Set(
  `Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday Jan Feb Mar Apr May Jun Jul Aug Sep
  Oct Nov Dec January February March April June July August September October November December`.split(/\s+/),
);
const LONGEST_IN_CALENDAR = 9;
const CLOCK = new Set(
  'AM PM UTC GMT EST EDT CST CDT MST MDT PST PDT WET WEST CET CEST EET EEST BST IST JST'.split(' '),
);

/** A letter or two with a number is a name as often as a value (en0, IPv6, SOCKS5, node1): the templates decide. */
const MOST_DIGITS_OF_A_NAME = 2;

/** Does this word go on with the number before it: its unit, or a part of a date? */
export const goesOn = (word: string): boolean =>
  (word.length <= 7 && UNITS.has(word.toLowerCase())) || CLOCK.has(word) || isOfCalendar(word);

/** A weekday or a month: with a number after it, a date. */
export const isOfCalendar = (word: string): boolean =>
  word.length >= 3 && word.length <= LONGEST_IN_CALENDAR && word.charCodeAt(0) <= 87 && CALENDAR.has(word);

/** `kafka` of `kafka17`; nothing where the word has no letter, or does not end in a number. */
export function stemOf(word: string): string {
  let end = word.length;
  while (end > 0 && isDigit(word.charCodeAt(end - 1))) end--;
  const stem = word.slice(0, end);
  return end < word.length && /[A-Za-z]/.test(stem) ? stem : '';
}

/**
 * Is this word, whatever the statement that logs it, a value: a number, an id, an address, a path? `bits` are the kinds of
 * its characters. One rule for all logs.
 */
export function isValue(word: string, bits: number, digits: number): boolean {
  if (digits === 0) return isNameOfSomething(word, bits);
  if ((bits & LETTERS) === 0) return true;
  if (isPath(word, bits) || (bits & AT) !== 0) return true;
  if (isDigit(word.charCodeAt(0))) return true; // 0x1f, 10ms, 4G, 3edec1e4-9678
  if ((bits & (LETTER | SLASH)) === 0 && word.length >= 6) return true; // hexadecimal, a UUID
  if ((bits & DASH) !== 0 && /-\d{1,2}$/.test(word)) return true; // hub-0, as hub-100
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
  if ((bits & BACKSLASH) !== 0) return word.charCodeAt(1) === 58 || word.startsWith('\\\\') || isBackslashPath(word);
  if ((bits & SLASH) === 0) return false;
  if (word.charCodeAt(0) === 47) return word.length > 1;
  const first = word.indexOf('/');
  return word.indexOf('/', first + 1) > 0;
}

/** `\var\lib`, but not a text whose line ends are written out: `\npanic\ngoroutine` */
const isBackslashPath = (word: string): boolean => /^\\[^\\]{2,}\\/.test(word) && !/^(?:\\[nrt][^\\]*)+$/.test(word);

/** What ends like a name of the internet, or has three labels and ends in two letters. */
function isHost(word: string): boolean {
  const last = word.slice(word.lastIndexOf('.') + 1);
  const firstDot = word.indexOf('.');
  const first = word.slice(0, firstDot);
  if (PACKAGE_ROOT.has(first) || first === '') return false;
  if (TOP_LEVEL.has(last)) return true;
  if (word.indexOf('.', firstDot + 1) < 0) return false;
  return TOP_OF_THREE.has(last) || (last.length === 2 && !NO_COUNTRY.has(last));
}

/** A word with colons is one value as a whole, not a name and its value: an IPv6 or MAC address, a time. */
export function isColonValue(word: string, bits: number): boolean {
  if ((bits & LETTERS) === 0) return true;
  if ((bits & (LETTER | DOT | DASH | SLASH | JOINER | BACKSLASH | AT)) === 0)
    return word.indexOf(':', word.indexOf(':') + 1) > 0;
  return (bits & DIGIT) !== 0 && /^\d{4}-\d\d-\d\d[T_]\d\d:/.test(word);
}
