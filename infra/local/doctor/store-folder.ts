import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { type Check, fail, pass } from './check.ts';
import { nearestExisting } from './nearest-folder.ts';

const WHY: Record<string, string> = {
  EACCES: 'this user may not write there',
  EROFS: 'its file system is read-only',
};

/** Where incidents, snapshots and reports are kept. Nothing is written. */
export async function checkStore(folder: string): Promise<Check> {
  const there = nearestExisting(folder);
  const fix = 'mend it, or name another folder with --out DIR';
  try {
    if (!(await stat(there)).isDirectory()) return fail('store', `${there} is a file, not a folder`, { fix });
    await access(there, constants.W_OK | constants.X_OK);
    return pass('store', there === folder ? `${folder} can be written` : `${folder} will be made when it is needed`);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return fail('store', `${there}: ${WHY[code] ?? `it cannot be used (${code})`}`, { fix });
  }
}
