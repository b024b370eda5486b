import { join } from 'node:path';
import { storeKey } from '#shared/ports/store-key.ts';

/** The file of a key. Throws StoreError. */
export const fileOf = (dir: string, key: string): string => join(dir, ...storeKey(key).split('/'));
