import type { Mask } from './masking.ts';

const RUN = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
/** A blob as long as this is an archive, not a sentence with a secret in it; it is judged by its first part. */
const DECODED_PART = 64_000;

/** Printable UTF-8 that the base64 run stands for; undefined for what is no text. */
export function decodedText(run: string): string | undefined {
  if (!/[A-Z]/.test(run) || !/[a-z]/.test(run)) return undefined;
  const text = Buffer.from(run.slice(0, DECODED_PART), 'base64').toString('utf8');
  // Control characters and U+FFFD: what random bytes decode to.
  return /[^\P{Cc}\t\n\r]|\ufffd/u.test(text) ? undefined : text;
}

/** Base64 of a text that holds secrets is hidden whole. */
export const maskEncoded = (text: string, mask: Mask, holdsSecret: (decoded: string) => boolean): string =>
  text.replace(RUN, (run) => {
    const decoded = decodedText(run);
    return decoded !== undefined && holdsSecret(decoded) ? mask(run) : run;
  });
