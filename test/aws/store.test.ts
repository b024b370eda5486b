import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { s3Store } from '#shared/aws/s3-store.ts';
import { describeStoreContract } from '#test/support/store-contract.ts';

const s3 = new S3Client({});

/** As the stack makes it: versioned. */
async function newBucket(): Promise<string> {
  const Bucket = `medic-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

describeStoreContract('the S3 of the stand-in', async () => s3Store({ bucket: await newBucket() }));

it('lists more keys than one page of S3 holds', async () => {
  const store = s3Store({ bucket: await newBucket() });
  const keys = Array.from({ length: 1005 }, (_, n) => `timeline/${String(n).padStart(5, '0')}.json`);
  for (let n = 0; n < keys.length; n += 50) await Promise.all(keys.slice(n, n + 50).map((key) => store.put(key, '{}')));
  expect(await store.list('timeline/')).toEqual(keys);
});

it('names a bucket that does not exist', async () => {
  await expect(s3Store({ bucket: 'medic-nowhere' }).put('a', '')).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringContaining('there is no bucket "medic-nowhere"'),
  });
});
