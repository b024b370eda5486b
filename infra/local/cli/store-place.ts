import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '#shared/domain/errors.ts';
import { storeFolder } from '../config.ts';

const WHY: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOENT: 'no directory can be made there',
  ENOTDIR: 'a part of it is a file',
  EEXIST: 'is a file, a directory is needed',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left on the disk',
};

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown';

/** One level at a time: mkdir's own recursion tries for ever where nothing can be made, as in /proc. */
function make(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || statSync(dirname(folder), { throwIfNoEntry: false })) throw error;
    make(dirname(folder));
    mkdirSync(folder);
  }
}

/** The directory that `--out` names, or the one beside the configuration. */
export function storeAt(out: string | undefined, cwd: string): string {
  if (out === '') throw new InputError('--out: name a directory');
  return out === undefined ? storeFolder(cwd) : resolve(cwd, out);
}

/** The same, made where it was not there yet and fit to be written to. Throws InputError. */
export function usableStore(out: string | undefined, cwd: string): string {
  const folder = storeAt(out, cwd);
  try {
    make(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    const why = WHY[codeOf(error)] ?? `cannot be used (${codeOf(error)})`;
    throw new InputError(
      out === undefined ? `${folder}: ${why}; name another directory with --out DIR` : `--out ${out}: ${why}`,
    );
  }
}
