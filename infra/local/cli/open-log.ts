import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '#shared/domain/errors.ts';
import { unreadable } from './read-input.ts';

const CHUNK_BYTES = 256 * 1024;

/** A log file or stdin as it comes. */
export interface OpenLog {
  /** all of it, unpacked where it is gzip, to `push`. Rejects with InputError for what cannot be read. */
  read(push: (chunk: Uint8Array) => void): Promise<void>;
  /** bytes so far, packed */
  done(): number;
  /** bytes in all, where that is known */
  size: number | undefined;
}

/** Throws InputError for a file that is not there; `-` is stdin. */
export async function openLog(file: string, cwd: string, signal: AbortSignal): Promise<OpenLog> {
  const path = resolve(cwd, file);
  const size = file === '-' ? undefined : await sizeOf(file, path);
  let done = 0;
  return {
    size,
    done: () => done,
    async read(push) {
      const source: Readable =
        file === '-'
          ? addAbortSignal(signal, process.stdin)
          : createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
      const counted = async function* () {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          done += chunk.length;
          yield chunk;
        }
      };
      try {
        await unpack(counted(), push);
      } catch (error) {
        if (signal.aborted) throw error;
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code.startsWith('Z_')) throw new InputError(`${file}: is gzip, but damaged or cut short`);
        throw unreadable(file, error);
      }
    },
  };
}

async function sizeOf(file: string, path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** gzip is known by its first two bytes, whatever the file is called. */
async function unpack(chunks: AsyncGenerator<Buffer>, push: (chunk: Uint8Array) => void): Promise<void> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < 2) {
    const { value, done } = await chunks.next();
    if (done) break;
    start = start.length === 0 ? value : Buffer.concat([start, value]);
  }
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    push(start);
    for await (const chunk of chunks) push(chunk);
    return;
  }
  const all = async function* () {
    yield start;
    yield* chunks;
  };
  await pipeline(all(), createGunzip(), async (unpacked: AsyncIterable<Buffer>) => {
    for await (const chunk of unpacked) push(chunk);
  });
}
