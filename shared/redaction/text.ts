import { maskAssignments } from './assignments.ts';
import { maskEncoded } from './encoded.ts';
import type { Mask } from './masking.ts';
import { maskPem } from './pem.ts';
import { PROBE_PASSWORDS } from './probe-passwords.ts';
import { SECRET_KINDS } from './secret-kinds.ts';
import { isPlaceholder } from './secret-names.ts';
import { maskUserinfo } from './urls.ts';
import type { Style } from './value-span.ts';

const KINDS = [...SECRET_KINDS, ...PROBE_PASSWORDS];

/** Secrets of every kind in a text, each given to `mask`. Linear in the text's length; applying it twice changes nothing. */
export function maskText(text: string, mask: Mask, style: Style = 'free'): string {
  if (text.length < 6) return text;
  const plain = maskPlain(text, mask, style);
  return maskEncoded(plain, mask, (decoded) => maskPlain(decoded, () => '[redacted]', style) !== decoded);
}

function maskPlain(text: string, mask: Mask, style: Style): string {
  const named = maskAssignments(maskUserinfo(maskPem(text, mask), mask), mask, style);
  const lower = named.toLowerCase();
  let result = named;
  for (const { hints, pattern, except } of KINDS) {
    if (!hints.some((hint) => lower.includes(hint))) continue;
    result = result.replace(pattern, (whole, before: string, secret: string) =>
      isPlaceholder(secret) || secret.startsWith('[redacted') || except?.test(secret) ? whole : before + mask(secret),
    );
  }
  return maskKeyPair(result, mask);
}

/** A secret access key has no shape of its own: 40 characters next to a key id, or with all of base64's classes. */
const maskKeyPair = (text: string, mask: Mask): string =>
  text.replace(/(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])/g, (run) =>
    /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9]/.test(run) && !run.startsWith('/') ? mask(run) : run,
  );

/**
 * Free text (a log line, an event's or an error's message) without its secrets. One placeholder for all: where equal
 * secrets must stay recognisable as equal, see makeRedactor.
 */
export const redactText = (text: string): string => maskText(text, () => '[redacted]');
