import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader, LONGEST_LINE } from '#shared/logs/lines.ts';

const bytes = (text: string) => Buffer.from(text);

function linesOf(...chunks: Uint8Array[]): string[] {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

describe('the lines of a stream of bytes', () => {
  it.each([
    ['nothing', '', []],
    ['one line without its end', 'a', ['a']],
    ['an end alone', '\n', ['']],
    ['a last line without its end', 'a\n\nb', ['a', '', 'b']],
    ['a carriage return before the end', 'a\r\nb\r\n', ['a', 'b']],
    ['a lone carriage return, which ends nothing', 'a\rb\n', ['a\rb']],
    ['other separators of lines, which end nothing', 'a\u2028b\u0085c\u000bd\n', ['a\u2028b\u0085c\u000bd']],
    ['a NUL', 'a\0b\n', ['a\0b']],
    ['a hole of NULs, as a file has that was cut under its writer', `${'\0'.repeat(200_000)}a\0b\n\0\n`, ['a\0b', '']],
    ['marks of UTF-8, also of files put together', '\ufeffa\n\ufeffb\ufeff', ['a', 'b\ufeff']],
  ])('of %s', (_, text, lines) => expect(linesOf(bytes(text))).toEqual(lines));

  it('are text whatever the bytes are', () => {
    expect(linesOf(Uint8Array.of(0x61, 0xff, 0x62, 10, 0xe2, 0x82))).toEqual(['a\ufffdb', '\ufffd']);
  });

  it('are those of UTF-16 where a mark says so, however the bytes are cut', () => {
    const little = Buffer.from('\ufeffa é 😀\r\nb', 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const marked of [little, big]) {
      expect(linesOf(marked)).toEqual(['a é 😀', 'b']);
      expect(linesOf(...[...marked].map((byte) => Uint8Array.of(byte)))).toEqual(['a é 😀', 'b']);
      expect(linesOf(marked.subarray(0, -1)).at(-1)).toBe('\ufffd');
    }
  });

  it('are cut where they are too long to be a record, and the next one is whole', () => {
    const [long, next] = linesOf(bytes(`${'é'.repeat(LONGEST_LINE * 3)}\nnext`));
    expect(long).toBe('é'.repeat(LONGEST_LINE));
    expect(next).toBe('next');
  });

  it('do not depend on where the chunks are cut', () => {
    const text = fc
      .array(
        fc.oneof(fc.constantFrom('\n', '\r\n', '\0\0', 'é', '😀', 'x'.repeat(40_000)), fc.string({ unit: 'binary' })),
      )
      .map((parts) => bytes(parts.join('')));
    const input = fc.oneof(
      text,
      fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(input, fc.array(fc.nat(), { maxLength: 6 }), (whole, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((to, index) => whole.subarray(places[index], to));
        expect(linesOf(...chunks)).toEqual(linesOf(whole));
      }),
    );
  });

  it('do not change when the caller uses a chunk again', () => {
    const lines: string[] = [];
    const reader = new LineReader((line) => lines.push(line));
    const chunk = bytes('begun');
    reader.push(chunk);
    chunk.fill(0);
    reader.push(bytes(' and ended\n'));
    expect(lines).toEqual(['begun and ended']);
  });
});
