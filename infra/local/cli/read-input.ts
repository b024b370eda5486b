import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { InputError } from '#shared/domain/errors.ts';

const WHY: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a directory, a file is needed',
  EACCES: 'may not be read',
};

/** What keeps a file from being read, in one line that names it as the command line does. */
export function unreadable(named: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return new InputError(`${named}: ${WHY[code] ?? `cannot be read (${code})`}`);
}

/** The content of the file that a flag names, or of stdin for `-`. Throws InputError. */
export async function readInput(flag: string, file: string, cwd: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    throw unreadable(`${flag} ${file}`, error);
  }
}
