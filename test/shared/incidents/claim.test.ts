import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { target } from '#shared/domain/target.ts';
import { filesStore } from '#shared/files/store.ts';
import { claimIncident, FLOW_LIMIT_SECONDS, openIncidentOf, releaseClaim } from '#shared/incidents/claim.ts';
import { incidentFingerprint } from '#shared/incidents/fingerprint.ts';
import { claimKey } from '#shared/incidents/paths.ts';
import { readIncident, updateIncident } from '#shared/incidents/record.ts';
import type { Store } from '#shared/ports/store.ts';
import { incidentOf } from '#test/support/sample-incidents.ts';

const first = incidentOf();
const later = (seconds: number) =>
  incidentOf({
    id: '20261125-020203-ffffff',
    execution: 'p0-response-2',
    openedAt: new Date(Date.parse(first.openedAt) + seconds * 1000).toISOString(),
  });

let store: Store;
beforeEach(() => {
  store = filesStore(mkdtempSync(join(tmpdir(), 'medic-claims-')));
});

describe('the claim of an incident', () => {
  it('lets one of many win, and tells the others whose it is', async () => {
    const all = Array.from({ length: 10 }, (_, n) =>
      incidentOf({ id: `20261125-010203-00000${n}`, execution: `e-${n}` }),
    );
    const results = await Promise.all(all.map((one) => claimIncident(store, one)));
    expect(results.filter(({ opened }) => opened === 'new')).toHaveLength(1);
    expect(new Set(results.map(({ incident }) => incident.id)).size).toBe(1);
    expect((await store.list('incidents/')).filter((key) => key.endsWith('incident.json'))).toHaveLength(1);
  });

  it('is resumed by the execution that made it', async () => {
    await claimIncident(store, first);
    expect(await claimIncident(store, { ...first, id: '20261125-010300-000001' })).toMatchObject({
      opened: 'resumed',
      incident: { id: first.id },
    });
  });

  it('without an incident record is completed by the next one', async () => {
    await store.create(claimKey(first.fingerprint), JSON.stringify(first));
    expect(await claimIncident(store, later(10))).toMatchObject({ opened: 'duplicate', incident: { id: first.id } });
    expect((await readIncident(store, first.id)).openedAt).toBe(first.openedAt);
  });

  it('of a closed incident that was never released is taken over', async () => {
    await claimIncident(store, first);
    await updateIncident(store, first.id, (now) => ({ ...now, outcome: 'recovered', status: 'resolved' }));
    expect(await claimIncident(store, later(10))).toMatchObject({ opened: 'new', incident: { id: later(10).id } });
  });

  it('of a flow that cannot be alive any more is closed as could-not-work and taken over', async () => {
    await claimIncident(store, first);
    expect(await claimIncident(store, later(FLOW_LIMIT_SECONDS - 1))).toMatchObject({ opened: 'duplicate' });
    expect(await claimIncident(store, later(FLOW_LIMIT_SECONDS))).toMatchObject({ opened: 'new' });
    expect(await readIncident(store, first.id)).toMatchObject({ outcome: 'could-not-work', status: 'escalated' });
  });

  it('is released by its own incident alone', async () => {
    await claimIncident(store, first);
    await releaseClaim(store, later(1));
    expect((await openIncidentOf(store, first.fingerprint))?.id).toBe(first.id);
    await releaseClaim(store, first);
    await releaseClaim(store, first);
    expect(await openIncidentOf(store, first.fingerprint)).toBeUndefined();
  });
});

describe('the fingerprint of an incident', () => {
  const eks = target.parse({ name: 'shop', cluster: { eks: 'prod', region: 'eu-west-1' } });

  it('stays the same when policy, endpoints or the CA file of the target change', () => {
    const changed = target.parse({
      ...eks,
      cluster: { eks: 'prod', region: 'eu-west-1', caFile: 'ca.pem' },
      policy: { settleSeconds: 1 },
    });
    expect(incidentFingerprint(changed)).toBe(incidentFingerprint(eks));
  });

  it('differs by cluster, namespace, target, and for a rehearsal', () => {
    const others = [
      target.parse({ ...eks, cluster: { eks: 'prod', region: 'eu-west-2' } }),
      target.parse({ ...eks, namespace: 'other' }),
      target.parse({ ...eks, name: 'other' }),
      target.parse({ ...eks, cluster: 'sandbox' }),
    ].map((one) => incidentFingerprint(one));
    expect(new Set([incidentFingerprint(eks), incidentFingerprint(eks, true), ...others]).size).toBe(6);
  });
});
