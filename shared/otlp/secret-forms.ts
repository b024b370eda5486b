import { spellingsOf } from '#shared/redaction/spellings.ts';

/** Names of schemes are no secrets: a server that asks for another one is quoted with its own words. */
const SCHEME = /^(basic|bearer|digest|token|apikey)$/i;

/** What the credentials of Basic say in clear text; the name of the user alone is no secret. */
function ofBasic(value: string): string[] {
  const [, encoded] = /^basic +(\S+)$/i.exec(value) ?? [];
  if (encoded === undefined) return [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return [pair, pair.slice(pair.indexOf(':') + 1)];
}

/** The values of headers in each spelling in which servers repeat them; the longest first. */
export function secretForms(headers: Readonly<Record<string, string>>): string[] {
  const plain = Object.values(headers).flatMap((value) => [
    value,
    ...value.split(' ').filter((word) => !SCHEME.test(word)),
    ...ofBasic(value),
  ]);
  return [...new Set(plain.flatMap(spellingsOf))].toSorted((a, b) => b.length - a.length);
}
