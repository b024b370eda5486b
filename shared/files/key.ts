import { join } from 'node:path';
import { StoreError } from '#shared/ports/store.ts';

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._@=+-]*$/;

/** Whether each part is a plain name. Names with a dot in front are the store's own. */
const isKey = (key: string) => key.length <= 900 && key.split('/').every((segment) => SEGMENT.test(segment));

/** The file of a key. Throws StoreError for a key that could lead out of the directory or into the store's own files. */
export function fileOf(dir: string, key: string): string {
  if (isKey(key)) return join(dir, ...key.split('/'));
  throw new StoreError(
    `store key ${JSON.stringify(key.slice(0, 100))} is not allowed: use names of letters, digits and . _ @ = + - joined by /, no name starting with a dot`,
  );
}
