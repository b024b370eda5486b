import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3Store } from '#shared/aws/s3-store.ts';
import type { Store } from '#shared/ports/store.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { type S3Server, startS3 } from '#test/support/s3-server.ts';
import { describeStoreContract } from '#test/support/store-contract.ts';

let s3: S3Server;
let store: Store;

beforeEach(async () => {
  s3 = await startS3();
  useAwsAt(s3.url);
  store = s3Store({ bucket: s3.bucket });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await s3[Symbol.asyncDispose]();
});

describeStoreContract('S3', async () => s3Store({ bucket: s3.bucket }));

describe('the S3 store', () => {
  it('reads a list page by page', async () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7]) await store.put(`timeline/${n}.json`, '{}');
    expect(await store.list('timeline/')).toHaveLength(7);
    expect(s3.requests.filter(({ query }) => query.has('continuation-token'))).toHaveLength(2);
  });

  it('stores content types, so that a report opens in a browser', async () => {
    await store.put('r/report.html', '<p>');
    await store.put('r/snapshot-1.json.gz', Buffer.from([31, 139]));
    expect(s3.objects.get('r/report.html')?.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(s3.objects.get('r/snapshot-1.json.gz')?.headers['content-type']).toBe('application/gzip');
  });

  it('takes its own write for its own when the answer to it was lost', async () => {
    s3.faults.push({ method: 'PUT', after: true });
    const version = await store.create('open/f.json', 'mine');
    expect(await store.read('open/f.json')).toEqual({ body: Buffer.from('mine'), version });
  });

  it("takes no other writer's equal object for its own after a lost answer", async () => {
    await store.create('open/f.json', 'same');
    s3.faults.push({ method: 'PUT' });
    await expect(store.create('open/f.json', 'same')).rejects.toMatchObject({ name: 'StoreConflict' });
  });

  it('takes its own replacement for its own when the answer to it was lost', async () => {
    const first = await store.create('state/t.json', 'one');
    s3.faults.push({ method: 'PUT', after: true });
    const second = await store.replace('state/t.json', 'two', first);
    expect(await store.read('state/t.json')).toEqual({ body: Buffer.from('two'), version: second });
  });

  it('tries again while S3 reports a race for the key, and wins when it is over', async () => {
    s3.faults.push({ method: 'PUT', status: 409, code: 'ConditionalRequestConflict' });
    await store.create('open/f.json', 'mine');
    expect(s3.objects.get('open/f.json')?.body.toString()).toBe('mine');
  });

  it('gives up a race that does not end as a conflict', async () => {
    for (let n = 0; n < 10; n++) s3.faults.push({ method: 'PUT', status: 409, code: 'ConditionalRequestConflict' });
    await expect(store.create('open/f.json', 'mine')).rejects.toMatchObject({ name: 'StoreConflict' });
  });

  it('reports a replaced object that is gone as a conflict', async () => {
    const version = await store.create('state/t.json', 'one');
    await store.remove('state/t.json');
    await expect(store.replace('state/t.json', 'two', version)).rejects.toMatchObject({ name: 'StoreConflict' });
  });

  it.each([
    [
      'GET',
      'AccessDenied',
      403,
      (s: Store) => s.read('a.json'),
      /s3:GetObject on arn:aws:s3:::medic-bucket\/\* and s3:ListBucket/,
    ],
    ['GET', 'AccessDenied', 403, (s: Store) => s.list('a/'), /s3:ListBucket on arn:aws:s3:::medic-bucket$/],
    ['PUT', 'AccessDenied', 403, (s: Store) => s.put('a.json', 'x'), /a\.json: access denied: allow s3:PutObject/],
    ['DELETE', 'AccessDenied', 403, (s: Store) => s.remove('a.json'), /allow s3:DeleteObject/],
    ['PUT', 'ExpiredToken', 400, (s: Store) => s.create('a.json', 'x'), /credentials have expired/],
    ['PUT', 'InvalidAccessKeyId', 403, (s: Store) => s.put('a.json', 'x'), /does not accept the credentials/],
  ] as const)('says in one line what %s with %s lacks', async (method, code, status, run, words) => {
    for (let n = 0; n < 3; n++) s3.faults.push({ method, status, code });
    const error = await run(store).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ name: 'StoreError', message: expect.stringMatching(words) });
    expect(error?.message).toContain('s3://medic-bucket/a');
    expect(error?.message).not.toContain('\n');
  });

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('names the right on the bucket in %s by the ARN of its partition', async (region, partition) => {
    s3.faults.push({ method: 'GET', status: 403, code: 'AccessDenied' });
    const listed = s3Store({ bucket: s3.bucket, region }).list('a/');
    await expect(listed).rejects.toThrow(`s3:ListBucket on arn:${partition}:s3:::medic-bucket`);
  });

  it('names a bucket that does not exist', async () => {
    const lost = s3Store({ bucket: 'nowhere' });
    const runs = [() => lost.read('a'), () => lost.put('a', ''), () => lost.list(''), () => lost.remove('a')];
    for (const run of runs)
      await expect(run()).rejects.toMatchObject({
        name: 'StoreError',
        message: expect.stringContaining('there is no bucket "nowhere"'),
      });
  });

  it('names a service that cannot be reached', async () => {
    const { url } = s3;
    await s3[Symbol.asyncDispose]();
    useAwsAt(url);
    await expect(s3Store({ bucket: s3.bucket }).read('a')).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringContaining('no connection (ECONNREFUSED)'),
    });
    s3 = await startS3();
  });

  it('locates an object in the console of its region, and by URI where none is known', () => {
    expect(store.locate('incidents/2026/11/i-1/report.html')).toBe(
      'https://eu-west-1.console.aws.amazon.com/s3/object/medic-bucket?region=eu-west-1&prefix=incidents%2F2026%2F11%2Fi-1%2Freport.html',
    );
    expect(s3Store({ bucket: 'b', region: 'cn-north-1' }).locate('k')).toContain('cn-north-1.console.amazonaws.cn/');
    vi.stubEnv('AWS_REGION', undefined);
    expect(s3Store({ bucket: 'b' }).locate('a/b')).toBe('s3://b/a/b');
  });
});
