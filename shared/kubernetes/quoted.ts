import { redactText } from '#shared/redaction/text.ts';

/** Much longer than what is shown, so that no secret is cut where it is shown and could not be recognised. */
const LOOKED_AT = 8_000;

/** Text of a server as one line without control characters and secrets, at most `max` characters long. */
export function quoted(text: string, max = 300): string {
  const known = redactText(text.slice(0, LOOKED_AT));
  const line = known.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1).trimEnd()}…` : line;
}
