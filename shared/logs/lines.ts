import { ToUtf8 } from './encoding.ts';

/** Longer lines are cut: what tells a record apart stands at its beginning. Characters. */
export const LONGEST_LINE = 16_384;
/** A character of text takes at most three bytes (four for two of JavaScript's), so this much holds the longest line. */
const MOST_BYTES = LONGEST_LINE * 4;

/** A whole file given as one chunk is decoded in slabs. Bytes. */
const SLAB = 1 << 20;

const NEWLINE = 10;
/**
 * A file that was cut under its writer (logrotate's copytruncate), or lost its end with the node, has a hole of zeros; files
 * that were put together have marks of UTF-8 in the middle.
 */
const BEFORE_TEXT = /^[\0\ufeff]+/;
const MARK = 0xfeff;
const CUT_CODE_PAIR = /[\ud800-\udbff]$/;

/**
 * The physical lines of a stream of bytes, whatever its chunks: what `\n` ends, and what follows the last one. Invalid
 * UTF-8 becomes U+FFFD, a `\r` before the end is taken off; a line of any length costs the memory of a short one.
 */
export class LineReader {
  readonly #online: (line: string) => void;
  readonly #toUtf8 = new ToUtf8();
  /** the beginning of a line whose end has not come yet */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #open = false;

  constructor(online: (line: string) => void) {
    this.#online = online;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += SLAB) this.#read(this.#toUtf8.push(bytes.subarray(at, at + SLAB)));
  }

  #read(bytes: Buffer): void {
    let from = 0;
    if (this.#open) {
      const end = bytes.indexOf(NEWLINE);
      if (end < 0) {
        this.#keep(bytes);
        return;
      }
      this.#keep(bytes.subarray(0, end));
      this.#flush();
      from = end + 1;
    }
    const last = bytes.lastIndexOf(NEWLINE);
    if (last >= from) {
      this.#split(bytes.toString('utf8', from, last));
      from = last + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
  }

  end(): void {
    this.#read(this.#toUtf8.end());
    if (this.#open) this.#flush();
  }

  #split(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#emit(text.slice(from, end));
      from = end + 1;
    }
    this.#emit(text.slice(from));
  }

  /** The chunk belongs to the caller, who may fill it again: a copy is kept. */
  #keep(bytes: Buffer): void {
    this.#open = true;
    const room = MOST_BYTES - this.#begunBytes;
    if (room <= 0) return;
    const from = this.#begunBytes === 0 ? holeIn(bytes) : 0;
    const kept = Buffer.from(bytes.subarray(from, from + room));
    this.#begun.push(kept);
    this.#begunBytes += kept.length;
  }

  #flush(): void {
    const line = Buffer.concat(this.#begun).toString('utf8');
    this.#begun = [];
    this.#begunBytes = 0;
    this.#open = false;
    this.#emit(line);
  }

  #emit(text: string): void {
    const first = text.charCodeAt(0);
    const line = first === 0 || first === MARK ? text.replace(BEFORE_TEXT, '') : text;
    const whole = line.length <= LONGEST_LINE ? line : line.slice(0, LONGEST_LINE).replace(CUT_CODE_PAIR, '');
    this.#online(whole.endsWith('\r') ? whole.slice(0, -1) : whole);
  }
}

/** How many zeros the bytes begin with. */
function holeIn(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && bytes[at] === 0) at++;
  return at;
}
