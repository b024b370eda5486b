import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesStore } from '#shared/files/store.ts';
import { incidentIdOf, incidentPrefix, nextNumber } from '#shared/incidents/paths.ts';
import {
  appendTimeline,
  createIncident,
  readIncident,
  readTimeline,
  updateIncident,
} from '#shared/incidents/record.ts';
import { entry, incidentOf } from '#test/support/sample-incidents.ts';

const store = () => filesStore(mkdtempSync(join(tmpdir(), 'medic-incidents-')));
const { id } = incidentOf();

describe('an incident id', () => {
  it('is made of the time and six hexadecimal digits, and is the same for the same seed', () => {
    const at = new Date('2026-11-25T09:30:01.234Z');
    expect(incidentIdOf(at, 'seed')).toMatch(/^20261125-093001-[0-9a-f]{6}$/);
    expect(incidentIdOf(at, 'seed')).toBe(incidentIdOf(at, 'seed'));
    expect(incidentIdOf(at, 'other')).not.toBe(incidentIdOf(at, 'seed'));
  });

  it('leads to a folder by year and month', () => {
    expect(incidentPrefix('20261125-093001-1a2b3c')).toBe('incidents/2026/11/20261125-093001-1a2b3c');
  });

  it.each(['', '../../etc', '20261125-093001-1a2b3c/..', '20261125-093001-XYZ123', 'incident-1'])(
    'is not %j',
    (wrong) => {
      expect(() => incidentPrefix(wrong)).toThrow(/is no incident id: write it as/);
    },
  );

  it('numbers what is stored of it from one, without reuse of the highest', () => {
    expect(nextNumber([], 'snapshot')).toBe(1);
    expect(nextNumber(['p/snapshot-9.json.gz', 'p/snapshot-10.json.gz', 'p/diagnosis-40.json'], 'snapshot')).toBe(11);
  });
});

describe('an incident record', () => {
  it('is created once', async () => {
    const files = store();
    expect(await createIncident(files, incidentOf())).toBe(true);
    expect(await createIncident(files, incidentOf({ status: 'resolved' }))).toBe(false);
    expect((await readIncident(files, id)).status).toBe('open');
  });

  it('keeps every change of many writers at once', async () => {
    const files = store();
    await createIncident(files, incidentOf());
    const add = () => updateIncident(files, id, (now) => ({ ...now, occurrences: now.occurrences + 1 }));
    await Promise.all(Array.from({ length: 8 }, add));
    expect((await readIncident(files, id)).occurrences).toBe(9);
  });

  it('is not written when there is nothing to change', async () => {
    const files = store();
    await createIncident(files, incidentOf());
    const before = await files.read(`${incidentPrefix(id)}/incident.json`);
    await updateIncident(files, id, () => undefined);
    expect((await files.read(`${incidentPrefix(id)}/incident.json`))?.version).toBe(before?.version);
  });

  it('that is not there is named with the place that was looked in', async () => {
    await expect(readIncident(store(), id)).rejects.toThrow(
      /incident 20261125-010203-ab12cd is not in the store \(.*incident\.json\)/,
    );
  });
});

describe('a timeline', () => {
  it('is read in the order of time, whatever the order of writing', async () => {
    const files = store();
    for (const seconds of [30, 0, 7])
      await appendTimeline(files, id, entry(seconds, 'note', 'test', `after ${seconds}`));
    expect((await readTimeline(files, id)).map(({ text }) => text)).toEqual(['after 0', 'after 7', 'after 30']);
  });

  it('keeps two entries of the same instant', async () => {
    const files = store();
    await Promise.all([1, 2, 3].map((n) => appendTimeline(files, id, entry(0, 'note', 'test', `note ${n}`))));
    expect(await readTimeline(files, id)).toHaveLength(3);
  });

  it('does not double an entry that a repeated step writes again', async () => {
    const files = store();
    for (let n = 0; n < 3; n++) await appendTimeline(files, id, entry(0, 'opened', 'open-incident', 'opened'));
    expect(await readTimeline(files, id)).toHaveLength(1);
  });
});
