/** Controls (but `\n` and `\t`), and what changes the direction of text, has no width or separates lines. */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu;

const REPLACEMENT = '\ufffd';

/** A text that can be shown anywhere, at most so many characters long. A `\r` is dropped. */
export function printable(text: string, most: number): string {
  const clean = text.replaceAll('\r', '').replace(UNPRINTABLE, REPLACEMENT);
  const cut = clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`;
  return cut.toWellFormed();
}

/** A copy that does not keep the chunk alive that the text was cut from. */
export const detached = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
