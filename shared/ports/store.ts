/** A write lost against another one: the key exists already, or has another version than was read. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}

/** The store could not be read or written; one line with the key, the place and the fix. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** An opaque token of one state of one object: S3's ETag. */
export type Version = string;

/**
 * S3's semantics, on S3 and on files: whole objects, conditional writes, no append. Keys are relative, with `/`, as
 * design 4.3 lists them.
 */
export interface Store {
  read(key: string): Promise<{ body: Buffer; version: Version } | undefined>;
  /** Create-once. Throws StoreConflict when the key exists. */
  create(key: string, body: Buffer | string): Promise<Version>;
  /** Compare-and-swap. Throws StoreConflict when the object is no longer at `version`. */
  replace(key: string, body: Buffer | string, version: Version): Promise<Version>;
  /** Unconditional, for what has one writer. */
  put(key: string, body: Buffer | string): Promise<Version>;
  /** Conditional when a version is given. Removing what is not there is no error. */
  remove(key: string, version?: Version): Promise<void>;
  /** All keys that start with the prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Where a person finds it: a path, a URL. */
  locate(key: string): string;
}
