import { TextDecoder } from 'node:util';

const BOM_UTF8 = [0xef, 0xbb, 0xbf];
const LONGEST_MARK = BOM_UTF8.length;

/**
 * The bytes of a stream as UTF-8, without the mark at its beginning. PowerShell's `>` writes UTF-16 with one, editors of
 * Windows UTF-8 with one. What has no mark passes as it is.
 */
export class ToUtf8 {
  #beginning: Buffer | undefined = Buffer.alloc(0);
  #decoder: TextDecoder | undefined;

  push(bytes: Buffer): Buffer {
    if (this.#beginning === undefined) return this.#converted(bytes);
    const begun = Buffer.concat([this.#beginning, bytes]);
    if (begun.length >= LONGEST_MARK) return this.#begin(begun);
    this.#beginning = begun;
    return Buffer.alloc(0);
  }

  /** What has been held back: a stream shorter than a mark, half a character. */
  end(): Buffer {
    const rest = this.#beginning === undefined ? Buffer.alloc(0) : this.#begin(this.#beginning);
    return this.#decoder ? Buffer.concat([rest, Buffer.from(this.#decoder.decode())]) : rest;
  }

  #begin(begun: Buffer): Buffer {
    this.#beginning = undefined;
    const isLittle = begun[0] === 0xff && begun[1] === 0xfe;
    const isBig = begun[0] === 0xfe && begun[1] === 0xff;
    if (isLittle || isBig) this.#decoder = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be');
    const isMarked = BOM_UTF8.every((byte, index) => begun[index] === byte);
    return this.#converted(isMarked ? begun.subarray(LONGEST_MARK) : begun);
  }

  #converted(bytes: Buffer): Buffer {
    return this.#decoder ? Buffer.from(this.#decoder.decode(bytes, { stream: true })) : bytes;
  }
}
