import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Store, StoreConflict, StoreError, type Version } from '#shared/ports/store.ts';
import { storeKey } from '#shared/ports/store-key.ts';
import { clientLimits } from './client-limits.ts';
import { awsFault } from './fault.ts';
import { partitionOf } from './partition.ts';

export interface S3StoreOptions {
  bucket: string;
  /** default: where the SDK finds it (AWS_REGION, the profile) */
  region?: string;
}

/** S3 answers 409 while another write of the same key is under way; AWS says to try again. */
const CONFLICT_TRIES = 4;
const CONFLICT_PAUSE_MS = 50;

/** Names this write in the object, so that a retried write can tell its own lost answer from another one's write. */
const WRITE_ID = 'medic-write';

const CONTENT_TYPES: readonly [ending: string, type: string][] = [
  ['.json', 'application/json'],
  ['.html', 'text/html; charset=utf-8'],
  ['.md', 'text/markdown; charset=utf-8'],
  ['.gz', 'application/gzip'],
];

const contentType = (key: string) =>
  CONTENT_TYPES.find(([ending]) => key.endsWith(ending))?.[1] ?? 'application/octet-stream';

interface S3Answer {
  name?: string;
  $metadata?: { httpStatusCode?: number; attempts?: number };
}
const answerOf = (thrown: unknown) => (thrown ?? {}) as S3Answer;
const statusOf = (thrown: unknown) => answerOf(thrown).$metadata?.httpStatusCode;
const isMissing = (thrown: unknown) => ['NoSuchKey', 'NotFound'].includes(answerOf(thrown).name ?? '');

interface Place {
  bucket: string;
  /** as the second part of its ARN has it */
  partition: string;
}

function storeError(thrown: unknown, { bucket, partition }: Place, call: string, key: string): StoreError {
  const place = `s3://${bucket}/${key}`;
  const { name } = answerOf(thrown);
  const options = { cause: thrown };
  if (name === 'NoSuchBucket')
    return new StoreError(`${place}: there is no bucket "${bucket}": deploy the stack, or correct the name`, options);
  if (name === 'PermanentRedirect' || statusOf(thrown) === 301)
    return new StoreError(`${place}: the bucket is in another region: set AWS_REGION to the bucket's`, options);
  const fault = awsFault(thrown, call, `arn:${partition}:s3:::${bucket}${call === 's3:ListBucket' ? '' : '/*'}`);
  // S3 says 403 instead of 404 to whoever may not list: without this hint a missing object looks like a missing right.
  const hint = fault.kind === 'denied' && call === 's3:GetObject' ? ' and s3:ListBucket on the bucket' : '';
  return new StoreError(`${place}: ${fault.why}${hint}`, options);
}

const conflict = (bucket: string, key: string, what: string) => new StoreConflict(`s3://${bucket}/${key}: ${what}`);

/** The Store on an S3 bucket. Nothing is called until the first read or write. */
export function s3Store({ bucket, region = process.env.AWS_REGION }: S3StoreOptions): Store {
  const client = new S3Client({ ...clientLimits, ...(region ? { region } : {}) });
  const at: Place = { bucket, partition: partitionOf(region ?? '').id };

  async function head(key: string) {
    try {
      return await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storeError(error, at, 's3:GetObject', key);
    }
  }

  async function write(
    key: string,
    body: Buffer | string,
    condition: { IfNoneMatch?: '*'; IfMatch?: Version },
  ): Promise<Version> {
    storeKey(key);
    const id = randomUUID();
    const isConditional = Object.keys(condition).length > 0;
    for (let attempt = 1; ; attempt++) {
      try {
        const { ETag } = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: typeof body === 'string' ? Buffer.from(body) : body,
            ContentType: contentType(key),
            Metadata: { [WRITE_ID]: id },
            ...condition,
          }),
        );
        return ETag ?? '';
      } catch (error) {
        const status = statusOf(error);
        if (status === 409 && attempt < CONFLICT_TRIES) {
          await sleep(CONFLICT_PAUSE_MS * attempt);
          continue;
        }
        if (status === 409) throw conflict(bucket, key, 'other writers hold it: read it again');
        if (isConditional && status === 412) {
          const retried = attempt > 1 || (answerOf(error).$metadata?.attempts ?? 1) > 1;
          const present = retried ? await head(key) : undefined;
          if (present?.Metadata?.[WRITE_ID] === id) return present.ETag ?? '';
          throw conflict(bucket, key, condition.IfMatch ? 'it was changed since it was read' : 'it exists already');
        }
        if (condition.IfMatch && isMissing(error)) throw conflict(bucket, key, 'it was removed since it was read');
        throw storeError(error, at, 's3:PutObject', key);
      }
    }
  }

  return {
    async read(key) {
      storeKey(key);
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const bytes = await Body?.transformToByteArray();
        return { body: Buffer.from(bytes ?? []), version: ETag ?? '' };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw storeError(error, at, 's3:GetObject', key);
      }
    },

    create: (key, body) => write(key, body, { IfNoneMatch: '*' }),
    replace: (key, body, version) => write(key, body, { IfMatch: version }),
    put: (key, body) => write(key, body, {}),

    async remove(key, version) {
      storeKey(key);
      try {
        await client.send(
          new DeleteObjectCommand({ Bucket: bucket, Key: key, ...(version === undefined ? {} : { IfMatch: version }) }),
        );
      } catch (error) {
        if (isMissing(error)) return;
        if (version !== undefined && [409, 412].includes(statusOf(error) ?? 0)) {
          if (!(await head(key))) return;
          throw conflict(bucket, key, 'it was changed since it was read');
        }
        throw storeError(error, at, 's3:DeleteObject', key);
      }
    },

    async list(prefix) {
      const keys: string[] = [];
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
          for (const { Key } of page.Contents ?? []) if (Key) keys.push(Key);
      } catch (error) {
        throw storeError(error, at, 's3:ListBucket', prefix);
      }
      return keys.sort();
    },

    locate(key) {
      if (!region) return `s3://${bucket}/${key}`;
      const query = new URLSearchParams({ region, prefix: key });
      return `https://${region}.${partitionOf(region).console}/s3/object/${bucket}?${query}`;
    },
  };
}
