import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '#shared/ports/store.ts';

const conflict = { name: 'StoreConflict' };
const fulfilled = (results: PromiseSettledResult<unknown>[]) => results.filter(({ status }) => status === 'fulfilled');

/** The same cases for each Store: what the incident records rely on. `open` gives an empty store for each case. */
export function describeStoreContract(name: string, open: () => Promise<Store>): void {
  describe(`the store contract on ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    it('reads back what was put, byte for byte', async () => {
      const body = randomBytes(1000);
      const version = await store.put('a/b/c.bin', body);
      expect(await store.read('a/b/c.bin')).toEqual({ body, version });
    });

    it('stores text as UTF-8', async () => {
      await store.put('a.txt', 'Zürich 苏黎世');
      expect((await store.read('a.txt'))?.body.toString('utf8')).toBe('Zürich 苏黎世');
    });

    it('stores an empty object', async () => {
      await store.create('empty', '');
      expect((await store.read('empty'))?.body).toHaveLength(0);
    });

    it('stores a large object', async () => {
      const body = randomBytes(8 * 1024 * 1024);
      await store.put('large.bin', body);
      expect((await store.read('large.bin'))?.body.equals(body)).toBe(true);
    });

    it('has nothing where nothing was written', async () => {
      expect(await store.read('none')).toBeUndefined();
      expect(await store.list('')).toEqual([]);
    });

    it('creates a key once', async () => {
      await store.create('open/f.json', 'first');
      await expect(store.create('open/f.json', 'second')).rejects.toMatchObject(conflict);
      expect((await store.read('open/f.json'))?.body.toString()).toBe('first');
    });

    it('lets one of many simultaneous creators win', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => store.create('open/f.json', `${n}`)),
      );
      expect(fulfilled(results)).toHaveLength(1);
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      expect((await store.read('open/f.json'))?.body.toString()).toBe(`${winner}`);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(conflict);
    });

    it('replaces an object that is still at the version that was read', async () => {
      const first = await store.create('state.json', '1');
      const second = await store.replace('state.json', '2', first);
      expect(second).not.toBe(first);
      expect(await store.read('state.json')).toEqual({ body: Buffer.from('2'), version: second });
    });

    it('refuses to replace an object that has changed since', async () => {
      const first = await store.create('state.json', '1');
      await store.put('state.json', '2');
      await expect(store.replace('state.json', '3', first)).rejects.toMatchObject(conflict);
      expect((await store.read('state.json'))?.body.toString()).toBe('2');
    });

    it('refuses to replace an object that is gone or never was', async () => {
      const version = await store.create('state.json', '1');
      await store.remove('state.json');
      await expect(store.replace('state.json', '2', version)).rejects.toMatchObject(conflict);
      await expect(store.replace('never.json', '2', version)).rejects.toMatchObject(conflict);
      expect(await store.list('')).toEqual([]);
    });

    it('lets one of many simultaneous replacements win', async () => {
      const version = await store.create('state.json', 'start');
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => store.replace('state.json', `${n}`, version)),
      );
      expect(fulfilled(results)).toHaveLength(1);
    });

    it('removes, and removes again without complaint', async () => {
      const version = await store.create('a', '1');
      await store.remove('a');
      await store.remove('a');
      await store.remove('a', version);
      expect(await store.read('a')).toBeUndefined();
    });

    it('removes by version only what is still at it', async () => {
      const first = await store.create('a', '1');
      const second = await store.replace('a', '2', first);
      await expect(store.remove('a', first)).rejects.toMatchObject(conflict);
      expect((await store.read('a'))?.body.toString()).toBe('2');
      await store.remove('a', second);
      expect(await store.read('a')).toBeUndefined();
    });

    it('lets a key be created again after its removal', async () => {
      await store.create('open/f.json', '1');
      await store.remove('open/f.json');
      await store.create('open/f.json', '2');
      expect((await store.read('open/f.json'))?.body.toString()).toBe('2');
    });

    it('lists the keys under a prefix, sorted, and no others', async () => {
      for (const key of ['t/b', 't/a/2', 't/a/10', 'tu', 'other/t/a']) await store.put(key, 'x');
      expect(await store.list('t/')).toEqual(['t/a/10', 't/a/2', 't/b']);
      expect(await store.list('t/a/1')).toEqual(['t/a/10']);
      expect(await store.list('')).toEqual(['other/t/a', 't/a/10', 't/a/2', 't/b', 'tu']);
      expect(await store.list('none/')).toEqual([]);
    });

    it.each(['../a', 'a/../b', '/a', 'a//b', 'a/', '', '.lock', 'a/.b', 'a b', 'a\\\\b', 'ä', 'a'.repeat(901)])(
      'refuses the odd key "%s", and writes nothing',
      async (key) => {
        const odd = { name: 'StoreError', message: expect.stringContaining('is not allowed') };
        await expect(store.read(key)).rejects.toMatchObject(odd);
        await expect(store.put(key, 'x')).rejects.toMatchObject(odd);
        await expect(store.create(key, 'x')).rejects.toMatchObject(odd);
        await expect(store.replace(key, 'x', 'v')).rejects.toMatchObject(odd);
        await expect(store.remove(key)).rejects.toMatchObject(odd);
        expect(await store.list('')).toEqual([]);
      },
    );

    it('tells where a person finds an object', () => {
      expect(store.locate('incidents/i-1/report.html')).toContain('report.html');
    });
  });
}
