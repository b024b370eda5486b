import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Store, StoreConflict, StoreError, type Version } from '#shared/ports/store.ts';
import { fileOf } from './key.ts';
import { exclusively } from './lock.ts';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;
const versionOf = (body: Buffer): Version => createHash('sha256').update(body).digest('hex');

const REMEDY: Record<string, string> = {
  EACCES: 'make the directory writable or choose another one',
  EROFS: 'choose a directory on a writable disk',
  ENOSPC: 'free space on the disk',
  ENOTDIR: 'a part of the key is a file: keys cannot be nested in an object',
  EISDIR: 'the key is the folder of other keys',
  EPERM: 'choose a directory on a disk that has hard links',
  ENOTSUP: 'choose a directory on a disk that has hard links',
  ERR_SQLITE_ERROR: 'end the process that holds the lock, or choose a directory on a local disk, where locks work',
};

function failed(what: string, file: string, error: unknown): StoreError {
  const said = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? said;
  const why = code === 'ERR_SQLITE_ERROR' ? `${code} (${said})` : code;
  return new StoreError(`cannot ${what} ${file}: ${why}${REMEDY[code] ? `; ${REMEDY[code]}` : ''}`, { cause: error });
}

/**
 * A Store in a directory, with S3's semantics for several processes: an object appears whole or not at all (it is
 * written aside and linked or renamed into its place), create-once is decided by `link`, compare-and-swap under a lock
 * that a killed holder leaves free. The version is the hash of the content, as S3's ETag is.
 */
export function filesStore(directory: string): Store {
  const dir = resolve(directory);
  const aside = join(dir, '.tmp');

  /** Writes the content out of the way, down to the disk, and hands over the file. */
  async function written<T>(
    file: string,
    body: Buffer | string,
    use: (temporary: string) => T | Promise<T>,
  ): Promise<T> {
    const temporary = join(aside, `${process.pid}-${randomUUID()}`);
    try {
      await mkdir(aside, { recursive: true });
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(body);
        await handle.sync();
      } finally {
        await handle.close();
      }
      return await use(temporary);
    } catch (error) {
      if (error instanceof StoreConflict) throw error;
      throw failed('write', file, error);
    } finally {
      // Where nothing could be written nothing is left, and the reason is told already.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  function current(file: string): Version | undefined {
    try {
      return versionOf(readFileSync(file));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  function mustBeAt(key: string, file: string, version: Version) {
    const now = current(file);
    if (now !== version) throw new StoreConflict(`${key} ${now ? 'has changed since it was read' : 'is gone'}`);
  }

  return {
    async read(key) {
      const file = fileOf(dir, key);
      try {
        const body = await readFile(file);
        return { body, version: versionOf(body) };
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EISDIR') return undefined;
        throw failed('read', file, error);
      }
    },

    async create(key, body) {
      const file = fileOf(dir, key);
      return written(file, body, async (temporary) => {
        try {
          await link(temporary, file);
        } catch (error) {
          if (codeOf(error) === 'EEXIST') throw new StoreConflict(`${key} exists already`);
          throw error;
        }
        return versionOf(Buffer.from(body));
      });
    },

    async replace(key, body, version) {
      const file = fileOf(dir, key);
      return written(file, body, (temporary) =>
        exclusively(dir, () => {
          mustBeAt(key, file, version);
          renameSync(temporary, file);
          return versionOf(Buffer.from(body));
        }),
      );
    },

    async put(key, body) {
      const file = fileOf(dir, key);
      return written(file, body, (temporary) =>
        exclusively(dir, () => {
          renameSync(temporary, file);
          return versionOf(Buffer.from(body));
        }),
      );
    },

    async remove(key, version) {
      const file = fileOf(dir, key);
      try {
        mkdirSync(dir, { recursive: true });
        exclusively(dir, () => {
          if (version !== undefined && current(file) !== undefined) mustBeAt(key, file, version);
          rmSync(file, { force: true });
        });
      } catch (error) {
        if (error instanceof StoreConflict) throw error;
        throw failed('remove', file, error);
      }
    },

    async list(prefix) {
      // The whole folders of the prefix are walked, not the store: it grows with every incident.
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const root = folder === '' ? dir : fileOf(dir, folder.slice(0, -1));
      try {
        const entries = await readdir(root, { recursive: true, withFileTypes: true });
        const keys = entries
          .filter((entry) => entry.isFile())
          .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
        return keys.filter((key) => !key.startsWith('.') && key.startsWith(prefix)).sort();
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
        throw failed('list', root, error);
      }
    },

    locate: (key) => fileOf(dir, key),
  };
}
