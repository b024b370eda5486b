import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { input } from '#functions/write-report/input.ts';
import { makeStep } from '#functions/write-report/step.ts';
import { readIncident, readTimeline } from '#shared/incidents/record.ts';
import type { Store } from '#shared/ports/store.ts';
import { report as schema } from '#shared/report/model.ts';
import { hostile } from '#test/support/hostile-facts.ts';
import { ID, PREFIX, reportPorts, stepContext, storeWith } from '#test/support/reported-incident.ts';
import { deadCluster, recovered } from '#test/support/sample-incidents.ts';

const write = (store: Store, event: Record<string, unknown> = { incidentId: ID }) =>
  makeStep(reportPorts(store))(input.parse(event), stepContext());
const textAt = async (store: Store, key: string) => (await store.read(key))?.body.toString() ?? '';
const modelAt = async (store: Store) => schema.parse(JSON.parse(await textAt(store, `${PREFIX}/report.json`)));

describe('write-report', () => {
  it('writes the three reports beside the incident and says where they are', async () => {
    const store = await storeWith(recovered);
    const { result, reports, locations, headline } = await write(store);
    expect(result).toBe('written');
    expect(reports).toEqual({
      json: `${PREFIX}/report.json`,
      html: `${PREFIX}/report.html`,
      markdown: `${PREFIX}/report.md`,
    });
    for (const place of Object.values(locations ?? {})) expect(existsSync(place)).toBe(true);
    expect(await modelAt(store)).toMatchObject({ outcome: 'recovered', headline, after: { verdict: 'healthy' } });
    expect(await textAt(store, `${PREFIX}/report.html`)).toContain('OOMKilled');
    expect(await textAt(store, `${PREFIX}/report.md`)).toMatch(/^# Recovered/);
  });

  it('reports on an incident that has no diagnosis, because the cluster is dead', async () => {
    const store = await storeWith(deadCluster);
    expect((await write(store)).result).toBe('written');
    const report = await modelAt(store);
    expect(report).toMatchObject({ outcome: 'could-not-work', verdict: 'unknown' });
    expect(report.headline).toContain('connect to https://10.0.3.7:6443 refused');
  });

  it('replaces the report when it is written again, and is on record once', async () => {
    const store = await storeWith(recovered);
    await write(store);
    const again = await write(store, { incidentId: ID, outcome: 'escalated' });
    expect((await modelAt(store)).outcome).toBe('escalated');
    expect((await readIncident(store, ID)).reports).toEqual(Object.values(again.reports ?? {}));
    const entries = (await readTimeline(store, ID)).filter(({ kind }) => kind === 'report');
    expect(entries).toHaveLength(1);
  });

  it('writes what it can of a damaged record, and names the gap', async () => {
    const store = await storeWith(recovered);
    await store.put(`${PREFIX}/diagnosis-1.json`, '{ "half": ');
    await write(store);
    const { coverage, timeline } = await modelAt(store);
    expect(coverage.notChecked[0]).toMatchObject({ check: 'diagnoses' });
    expect(timeline.length).toBe(recovered.timeline.length);
  });

  it('stores hostile text harmless', async () => {
    const store = await storeWith(hostile);
    await write(store);
    expect(await textAt(store, `${PREFIX}/report.html`)).not.toMatch(/<script|<img/i);
  });

  it('answers an empty event, and writes nothing where no incident is open', async () => {
    const store = await storeWith();
    expect(await write(store, {})).toMatchObject({ result: 'no-incident' });
    expect(await store.list('')).toEqual([]);
  });

  it.each([
    ['20261125-010203-ffffff', 'UnavailableError'],
    ['../../etc/passwd', 'InputError'],
  ])('refuses an incident that is not there: %s', async (incidentId, name) => {
    await expect(write(await storeWith(), { incidentId })).rejects.toMatchObject({ name });
  });
});
