import type { Mask } from './masking.ts';
import { isPlaceholder, isReference } from './secret-names.ts';

const AUTHORITY_END = /[\s"'`<>\\/?#,;)}|]/;
const URL_END = /[\s"'`<>]/;
/** A value that is a URL and nothing else has no quotes around it: they are part of its password. */
const ONLY_A_URL = /^[a-z][a-z0-9+.-]{0,30}:\/\/\S+$/i;
const HOST_AND_PORT = /^[\w.-]{1,253}:\d{1,5}(?:[/?#]|$)/;
/** Longer than any real authority: a bound for text that is one endless word. */
const REACH = 1024;

/**
 * The userinfo of URLs: scheme, host, port and path stay, the hop rules read them. Passwords that hold a raw `/`, `?` or
 * `#` are found too, unless what follows the first colon is a port and nothing later is an address with one.
 */
export function maskUserinfo(text: string, mask: Mask): string {
  const urlEnd = ONLY_A_URL.test(text) ? /\s/ : URL_END;
  let result = '';
  let done = 0;
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const start = at + 3;
    if (start < done) continue;
    const end = userinfoEnd(text, start, urlEnd);
    if (end < 0) continue;
    result += text.slice(done, start) + maskUser(text.slice(start, end), mask);
    done = end;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** Index of the `@`, or -1. */
function userinfoEnd(text: string, start: number, urlEnd: RegExp): number {
  const word = upTo(text, start, urlEnd);
  const authority = word.slice(0, endOf(word, AUTHORITY_END));
  const at = authority.lastIndexOf('@');
  const last = word.lastIndexOf('@');
  if (at >= 0) return start + (last > at && isHostAndPort(word.slice(at + 1, last), word.slice(last + 1)) ? last : at);
  const colon = authority.indexOf(':');
  if (colon < 0 || last < colon) return -1;
  const looksLikePort = /^:\d{1,5}$/.test(authority.slice(colon));
  return looksLikePort && !isEndOfPassword(word.slice(colon, last), word.slice(last + 1)) ? -1 : start + last;
}

/** `u:1234?word@db:5432`: digits are a password where an address with a port follows and no query with a value is between. */
const isEndOfPassword = (between: string, after: string): boolean =>
  !between.includes('=') && HOST_AND_PORT.test(after);

/** `u:p@ss/word@db:5432`: the last `@` counts where a port follows and no query has begun. */
const isHostAndPort = (between: string, after: string): boolean => !between.includes('?') && HOST_AND_PORT.test(after);

const endOf = (text: string, stop: RegExp): number => {
  const end = text.search(stop);
  return end < 0 ? text.length : end;
};

const upTo = (text: string, start: number, stop: RegExp): string => {
  const reach = text.slice(start, start + REACH);
  return reach.slice(0, endOf(reach, stop));
};

function maskUser(userinfo: string, mask: Mask): string {
  const hide = (part: string) => (part === '' || isReference(part) || isPlaceholder(part) ? part : mask(part));
  const colon = userinfo.indexOf(':');
  if (colon < 0) return hide(userinfo);
  return `${hide(userinfo.slice(0, colon))}:${hide(userinfo.slice(colon + 1))}`;
}
