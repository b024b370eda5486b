import { StoreError } from './store.ts';

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._@=+-]*$/;
/** S3 takes 1024 bytes; a file store adds the path of its directory. */
const LIMIT = 900;

/**
 * The key, if each of its parts is a plain name: the same on S3 and on files, where other keys could lead out of the
 * directory. Names with a dot in front are a store's own. Throws StoreError.
 */
export function storeKey(key: string): string {
  if (key.length <= LIMIT && key.split('/').every((segment) => SEGMENT.test(segment))) return key;
  throw new StoreError(
    `store key ${JSON.stringify(key.slice(0, 100))} is not allowed: use names of letters, digits and . _ @ = + - joined by /, no name starting with a dot`,
  );
}
