import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dayRecord, type RunRecord } from '#shared/domain/history.ts';
import { filesStore } from '#shared/files/store.ts';
import { keepRun, lastRun } from '#shared/incidents/run-history.ts';
import type { Store } from '#shared/ports/store.ts';

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
  store = filesStore(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const START = Date.parse('2026-11-20T00:00:00Z');
const HOURS = 3_600_000;
const hour = (hours: number) => new Date(START + hours * HOURS);

const recordAt = (at: Date, code = 'container-oom-killed'): RunRecord => ({
  schemaVersion: 1,
  target: 'shop',
  at: at.toISOString(),
  verdict: 'failed',
  faults: [
    {
      fingerprint: code,
      code,
      severity: 'P1',
      title: code,
      firstSeen: hour(0).toISOString(),
      lastSeen: at.toISOString(),
      runs: 1,
    },
  ],
  notRead: [],
});

async function everyHour(from: number, to: number, series: Parameters<typeof keepRun>[1] = { target: 'shop' }) {
  for (let hours = from; hours < to; hours += 1) await keepRun(store, series, recordAt(hour(hours)), hour(hours));
}

it('keeps two days run by run, and each day before them as one object that says what was seen', async () => {
  await everyHour(0, 24 * 4 + 3);
  const keys = await store.list('history/');
  expect(keys.filter((key) => !key.endsWith('day.json'))).toHaveLength(24 + 3);
  const days = keys.filter((key) => key.endsWith('day.json'));
  expect(days).toEqual(['20', '21', '22'].map((day) => `history/shop/2026/11/${day}/day.json`));
  const first = dayRecord.parse(JSON.parse((await store.read(days[0] ?? ''))?.body.toString() ?? ''));
  expect(first.runs).toHaveLength(24);
  expect(first.runs[0]).toEqual({ at: hour(0).toISOString(), verdict: 'failed' });
  expect(first.faults).toMatchObject([{ code: 'container-oom-killed', lastSeen: hour(23).toISOString() }]);
  expect((await lastRun(store, { target: 'shop' }, hour(24 * 4 + 3)))?.at).toBe(hour(24 * 4 + 2).toISOString());
});

it('folds what a day got after it was folded into the same object', async () => {
  await everyHour(0, 73);
  const late = new Date(hour(1).getTime() + 60_000);
  await store.create('history/shop/2026/11/20/010100.000Z.json', JSON.stringify(recordAt(late, 'image-not-found')));
  await everyHour(96, 97);
  const key = 'history/shop/2026/11/20/day.json';
  expect(await store.list('history/shop/2026/11/20/')).toEqual([key]);
  const day = dayRecord.parse(JSON.parse((await store.read(key))?.body.toString() ?? ''));
  expect(day.runs).toHaveLength(25);
  expect(day.faults.map(({ code }) => code)).toEqual(['container-oom-killed', 'image-not-found']);
});

it('drops days that are older than the bucket keeps its objects', async () => {
  await everyHour(0, 1);
  await everyHour(24 * 402, 24 * 402 + 1);
  expect(await store.list('history/')).toEqual(['history/shop/2027/12/27/000000.000Z.json']);
});

it('keeps each run once, whoever delivers it how often at the same time', async () => {
  const deliveries = Array.from({ length: 8 }, (_, n) =>
    keepRun(store, { target: 'shop' }, recordAt(hour(1), `delivery-${n}`), hour(1)),
  );
  await Promise.all(deliveries);
  expect(await store.list('history/')).toHaveLength(1);
});

it('loses no run where several processes fold the same days', async () => {
  await everyHour(0, 48);
  await Promise.all(
    [72, 72.1, 72.2, 72.3].map((hours) => keepRun(store, { target: 'shop' }, recordAt(hour(hours)), hour(hours))),
  );
  await everyHour(96, 97);
  const days = (await store.list('history/')).filter((key) => key.endsWith('day.json'));
  const runs = [];
  for (const key of days)
    runs.push(...dayRecord.parse(JSON.parse((await store.read(key))?.body.toString() ?? '')).runs);
  expect(runs).toHaveLength(48);
});

it('knows the runs of one function from those of another one, and of other targets', async () => {
  await everyHour(0, 30);
  await everyHour(0, 73, { target: 'shop', by: 'diagnose' });
  await keepRun(store, { target: 'shop-2' }, recordAt(hour(40)), hour(40));
  expect((await lastRun(store, { target: 'shop' }, hour(73)))?.at).toBe(hour(29).toISOString());
  expect((await lastRun(store, { target: 'shop', by: 'diagnose' }, hour(73)))?.at).toBe(hour(72).toISOString());
  expect(await lastRun(store, { target: 'shop', by: 'diagnose-storage' }, hour(73))).toBeUndefined();
  expect(await store.list('history/shop/2026/11/20/')).toHaveLength(24);
});
