import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { filesStore } from '#shared/files/store.ts';
import { describeStoreContract } from '#test/support/store-contract.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'support', 'store-process.ts');
const freshDir = () => mkdtemp(join(tmpdir(), 'medic-store-'));
const work = (...args: string[]) => promisify(execFile)(process.execPath, [SCRIPT, ...args]);

describeStoreContract('files', async () => filesStore(join(await freshDir(), 'not-made-yet')));

describe('the store on files between processes', () => {
  it('loses no count when processes compare and swap the same object', async () => {
    const dir = await freshDir();
    const store = filesStore(dir);
    await store.create('count.json', '0');
    await Promise.all(['a', 'b', 'c'].map(() => work(dir, 'count', '20')));
    expect((await store.read('count.json'))?.body.toString()).toBe('60');
  }, 30_000);

  it('goes on when a process was killed while it held the lock', async () => {
    const dir = await freshDir();
    const store = filesStore(dir);
    const version = await store.create('a.json', '1');
    await expect(work(dir, 'die-in-lock')).rejects.toMatchObject({ signal: 'SIGKILL' });
    await store.replace('a.json', '2', version);
    expect((await store.read('a.json'))?.body.toString()).toBe('2');
  }, 30_000);

  it('never shows half an object while another process writes, nor after that is killed', async () => {
    const dir = await freshDir();
    const store = filesStore(dir);
    const writer = spawn(process.execPath, [SCRIPT, dir, 'put-for-ever']);
    const read = async () => (await store.read('big.json'))?.body.toString();
    await expect.poll(read, { timeout: 10_000 }).toBeDefined();
    const whole = (text: string | undefined) => {
      const { n, text: inside } = JSON.parse(text ?? '');
      expect(inside).toBe(String(n).repeat(200_000));
    };
    for (let n = 0; n < 30; n++) whole(await read());
    writer.kill('SIGKILL');
    await once(writer, 'close');
    whole(await read());
    expect(await store.list('')).toEqual(['big.json']);
  }, 30_000);
});

it('names what is wrong when its directory is a file', async () => {
  const file = join(await freshDir(), 'a-file');
  await writeFile(file, '');
  await expect(filesStore(file).put('a.json', '1')).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringMatching(/^cannot write .*a-file\/a\.json: (ENOTDIR|EEXIST)/),
  });
});

it('names what is wrong with its lock', async () => {
  const dir = await freshDir();
  await mkdir(join(dir, '.lock'));
  await expect(filesStore(dir).put('a.json', '1')).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringMatching(/a\.json: ERR_SQLITE_ERROR \(.+\); .*lock/),
  });
});

describe('keys', () => {
  const hostile = [
    '../out',
    'a/../../out',
    '/etc/passwd',
    'a//b',
    'a/',
    '',
    '.lock',
    'a/.tmp/b',
    'a\\b',
    'a\u0000b',
    'C:/x',
    'ü',
  ];

  it.each(hostile)('refuses %j for every operation', async (key) => {
    const dir = await freshDir();
    const store = filesStore(join(dir, 'store'));
    for (const run of [
      () => store.read(key),
      () => store.create(key, ''),
      () => store.put(key, ''),
      () => store.remove(key),
      () => store.replace(key, '', 'v'),
    ])
      await expect(run()).rejects.toMatchObject({ name: 'StoreError', message: expect.stringMatching(/store key/) });
    expect(() => store.locate(key)).toThrow(/store key/);
    expect((await readdir(dir)).filter((name) => name !== 'store')).toEqual([]);
  });

  it('keeps its own files out of a listing', async () => {
    const store = filesStore(await freshDir());
    const version = await store.create('a.json', '1');
    await store.replace('a.json', '2', version);
    expect(await store.list('')).toEqual(['a.json']);
  });
});

describe('a directory that cannot be used', () => {
  it('is a StoreError that names the file and the remedy', async () => {
    const dir = await freshDir();
    await writeFile(join(dir, 'file'), '');
    const store = filesStore(dir);
    await expect(store.create('file/inside.json', '1')).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringMatching(/cannot write .*file\/inside\.json: (ENOTDIR|EEXIST)/),
    });
  });

  it.skipIf(process.getuid?.() === 0)('says so when it is not writable', async () => {
    const dir = await freshDir();
    await chmod(dir, 0o500);
    await expect(filesStore(dir).put('a', '1')).rejects.toThrow(/EACCES; make the directory writable/);
  });
});
