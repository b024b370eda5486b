import { expect, it } from 'vitest';
import { seenEvidence } from '#shared/report/evidence.ts';

const ready = (source: string, value = 'false', at?: string) => ({
  source,
  path: 'status.ready',
  value,
  ...(at && { at }),
});

it('says once what several objects show alike, with the last time, and keeps what differs', () => {
  const seen = seenEvidence([
    ready('Pod/a', 'false', '2026-11-25T01:00:00.000Z'),
    ready('Pod/b', 'false', '2026-11-25T01:00:09.000Z'),
    ready('Pod/c', 'true'),
    ready('Pod/a'),
  ]);
  expect(seen).toEqual([
    { path: 'status.ready', value: 'false', where: 'Pod/a, Pod/b, 2026-11-25 01:00:09 UTC' },
    { path: 'status.ready', value: 'true', where: 'Pod/c' },
  ]);
});

it('names three of many objects and counts the others', () => {
  const [seen] = seenEvidence(['a', 'b', 'c', 'd', 'e'].map((name) => ready(`Pod/${name}`)));
  expect(seen?.where).toBe('Pod/a, Pod/b, Pod/c and 2 more');
});
