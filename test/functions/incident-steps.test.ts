import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invokeLocally } from '#infra/local/invoke.ts';
import { readTimeline } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { flowLab, type Lab } from '#test/support/flow-lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await flowLab();
});
afterEach(() => lab[Symbol.asyncDispose]());

const open = (event: Record<string, unknown> = {}) =>
  lab.invoke('open-incident', { mode: 'act', execution: 'e-1', ...event });
const kindsOf = async (id: unknown) => (await readTimeline(lab.ports.store, String(id))).map(({ kind }) => kind);

describe('open-incident', () => {
  it('with {} says what it would open and writes nothing', async () => {
    expect(await lab.invoke('open-incident', {})).toMatchObject({ opened: 'planned', severity: 'P0', target: 'shop' });
    expect(await lab.ports.store.list('')).toEqual([]);
  });

  it('with {} says which incident is open already', async () => {
    const { incidentId } = await open();
    const answer = await lab.invoke('open-incident', {});
    expect(answer).toMatchObject({
      opened: 'planned',
      incidentId,
      reason: expect.stringMatching(/is open for this target/),
    });
  });

  it('sets the deadlines of the severity', async () => {
    expect(await open({ severity: 'P1' })).toMatchObject({
      openedAt: '2026-11-20T10:00:00.000Z',
      acknowledgeBy: '2026-11-20T11:00:00.000Z',
      resolveBy: '2026-11-20T14:00:00.000Z',
    });
  });

  it('counts another trigger once, and the same one not at all', async () => {
    const trigger = (id: string) => ({ source: 'alarm', id });
    const { incidentId } = await open({ trigger: trigger('a') });
    await open({ execution: 'e-2', trigger: trigger('a') });
    await open({ execution: 'e-3', trigger: trigger('b') });
    await open({ execution: 'e-4', trigger: trigger('b') });
    expect((await lab.incident(String(incidentId))).occurrences).toBe(2);
    expect((await kindsOf(incidentId)).filter((kind) => kind === 'repeated')).toHaveLength(1);
  });

  it('says on the timeline why it was opened, not under which id; that is in the data', async () => {
    const id = '2c1b7f0a-9f5e-4a53-8f1e-0d3c2b1a9e8f';
    const { incidentId } = await open({ trigger: { source: 'cli', id, reason: 'medic respond' } });
    await open({ execution: 'e-2', trigger: { source: 'schedule', id: 'tick-1' } });
    const entries = await readTimeline(lab.ports.store, String(incidentId));
    expect(entries.map(({ text, data }) => ({ text, data }))).toEqual([
      { text: 'P0 incident opened for shop: medic respond', data: { trigger: id, source: 'cli' } },
      { text: 'reported again: asked for by schedule', data: { trigger: 'tick-1', source: 'schedule' } },
    ]);
  });

  it('writes its opening once, however often it is resumed', async () => {
    const { incidentId } = await open();
    lab.cluster.pass(60);
    expect(await open()).toMatchObject({ opened: 'resumed', incidentId });
    expect(await kindsOf(incidentId)).toEqual(['opened']);
  });

  it('of a person leaves the incident to the first flow that comes, and to that one alone', async () => {
    const byHand = await open({ execution: undefined });
    lab.cluster.pass(60);
    expect(await open({ execution: undefined })).toMatchObject({ opened: 'duplicate' });
    const flows = await Promise.all([open({ execution: 'e-1' }), open({ execution: 'e-2' })]);
    expect(flows.map(({ opened }) => opened).sort()).toEqual(['duplicate', 'resumed']);
    expect(new Set(flows.map(({ incidentId }) => incidentId))).toEqual(new Set([byHand.incidentId]));
  });

  it('names an unknown target and the nearest right one', async () => {
    await expect(open({ target: 'shopp' })).rejects.toThrow(/unknown target "shopp": did you mean "shop"\?/);
  });
});

describe('escalate', () => {
  it('with {} and no open incident has nothing to escalate', async () => {
    expect(await lab.invoke('escalate', {})).toMatchObject({ result: 'no-incident' });
  });

  it('with {} plans for the open incident', async () => {
    const { incidentId } = await open();
    expect(await lab.invoke('escalate', {})).toMatchObject({ result: 'planned', incidentId });
    expect((await lab.incident(String(incidentId))).status).toBe('open');
  });

  it('records the reason once and makes the incident escalated', async () => {
    const { incidentId } = await open();
    const event = { incidentId, reason: 'image-not-found needs a person', mode: 'act' };
    expect(await lab.invoke('escalate', event)).toMatchObject({ result: 'escalated' });
    expect(await lab.invoke('escalate', event)).toMatchObject({ result: 'already-escalated' });
    expect((await lab.incident(String(incidentId))).status).toBe('escalated');
    expect(await kindsOf(incidentId)).toEqual(['opened', 'escalation']);
  });

  it.each([
    [
      'of Lambda',
      '{"errorType":"DeadlineError","errorMessage":"diagnose did not finish","trace":[]}',
      /DeadlineError: diagnose did not finish$/,
    ],
    ['of Step Functions', 'no JSON at all', /DeadlineError: no JSON at all$/],
    ['of any length', 'x'.repeat(10_000), /^a step of the flow failed: DeadlineError: x+$/],
  ])('words the failure of a step %s', async (_, Cause, says) => {
    const { incidentId } = await open();
    const answer = await lab.invoke('escalate', {
      incidentId,
      failure: { Error: 'DeadlineError', Cause },
      mode: 'act',
    });
    expect(answer.reason).toMatch(says);
    expect(String(answer.reason).length).toBeLessThanOrEqual(2000);
  });
});

describe('close-incident', () => {
  it('with {} is safe, with and without an open incident', async () => {
    expect(await lab.invoke('close-incident', {})).toMatchObject({ result: 'no-incident' });
    const { incidentId } = await open();
    expect(await lab.invoke('close-incident', {})).toMatchObject({ result: 'planned', incidentId });
    expect(await lab.ports.store.list('open/')).toHaveLength(1);
  });

  it('wants an outcome to act', async () => {
    await open();
    await expect(lab.invoke('close-incident', { mode: 'act' })).rejects.toMatchObject({ name: 'InputError' });
  });

  it.each([
    ['recovered', 'resolved'],
    ['nothing-to-do', 'resolved'],
    ['escalated', 'escalated'],
    ['refused', 'escalated'],
    ['could-not-work', 'escalated'],
  ])('%s makes it %s, and frees the target', async (outcome, status) => {
    const { incidentId } = await open();
    expect(await lab.invoke('close-incident', { outcome, mode: 'act' })).toMatchObject({
      result: 'closed',
      outcome,
      status,
    });
    const incident = await lab.incident(String(incidentId));
    expect(incident.resolvedAt !== undefined).toBe(status === 'resolved');
    expect(await lab.ports.store.list('open/')).toEqual([]);
  });

  it('keeps the first outcome when it is closed again', async () => {
    const { incidentId } = await open();
    await lab.invoke('close-incident', { incidentId, outcome: 'recovered', mode: 'act' });
    lab.cluster.pass(5);
    const again = await lab.invoke('close-incident', { incidentId, outcome: 'escalated', mode: 'act' });
    expect(again).toMatchObject({ result: 'already-closed', outcome: 'recovered' });
    expect((await kindsOf(incidentId)).filter((kind) => kind === 'closed')).toHaveLength(1);
  });

  it('does not free the target for another incident that is open now', async () => {
    const first = await open();
    await lab.invoke('close-incident', { incidentId: first.incidentId, outcome: 'recovered', mode: 'act' });
    lab.cluster.pass(5);
    await open({ execution: 'e-2' });
    await lab.invoke('close-incident', { incidentId: first.incidentId, outcome: 'recovered', mode: 'act' });
    expect(await lab.ports.store.list('open/')).toHaveLength(1);
  });

  it('marks a resolution that came too late', async () => {
    const { incidentId } = await open();
    lab.cluster.pass(3601);
    await lab.invoke('close-incident', { incidentId, outcome: 'recovered', mode: 'act' });
    expect((await lab.incident(String(incidentId))).sla.breaches).toEqual(['resolve']);
  });

  it('names an incident that is not there, and text that is no id', async () => {
    const close = (incidentId: string) =>
      lab.invoke('close-incident', { incidentId, outcome: 'recovered', mode: 'act' });
    await expect(close('20261125-010203-ab12cd')).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(close('../../etc/passwd')).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('verify-recovery', () => {
  it('with {} judges the present state without a trace in the store', async () => {
    expect(await lab.invoke('verify-recovery', {})).toMatchObject({
      outcome: 'not-recovered',
      workload: 'deployment/otlp-app',
    });
    expect(await lab.ports.store.list('')).toEqual([]);
  });

  it('settles while the cluster does not answer, and keeps no evidence of it', async () => {
    const { incidentId } = await open();
    await lab.invoke('restart-rollout', { incidentId, mode: 'act' });
    await lab.cluster[Symbol.asyncDispose]();
    expect(await lab.invoke('verify-recovery', { incidentId })).toMatchObject({ outcome: 'settling' });
    lab.cluster.pass(91);
    expect(await lab.invoke('verify-recovery', { incidentId })).toMatchObject({ outcome: 'not-recovered' });
  });

  it('makes the incident mitigated when it has recovered, and stores what it saw', async () => {
    const { incidentId } = await open();
    await lab.invoke('restart-rollout', { incidentId, mode: 'act' });
    lab.cluster.pass(60);
    const answer = await lab.invoke('verify-recovery', { incidentId });
    expect(answer).toMatchObject({
      outcome: 'recovered',
      snapshotKey: expect.stringMatching(/snapshot-1/),
      diagnosisKey: expect.stringMatching(/diagnosis-1/),
    });
    expect(await lab.incident(String(incidentId))).toMatchObject({
      status: 'mitigated',
      mitigatedAt: '2026-11-20T10:01:00.000Z',
    });
  });

  it('does not repeat on the timeline what the last look said', async () => {
    lab.cluster.cures = false;
    const { incidentId } = await open();
    await lab.invoke('restart-rollout', { incidentId, mode: 'act' });
    for (let n = 0; n < 3; n++) await lab.invoke('verify-recovery', { incidentId });
    expect((await kindsOf(incidentId)).filter((kind) => kind === 'verification')).toHaveLength(1);
  });

  it('does not fill the timeline while only the seconds change', async () => {
    Object.assign(lab.ports.config.targets[0]?.policy ?? {}, { settleSeconds: 60 });
    const { incidentId } = await open();
    await lab.invoke('restart-rollout', { incidentId, mode: 'act' });
    for (let n = 0; n < 3; n++) {
      lab.cluster.pass(10);
      expect(await lab.invoke('verify-recovery', { incidentId })).toMatchObject({ outcome: 'settling' });
    }
    expect((await kindsOf(incidentId)).filter((kind) => kind === 'verification')).toHaveLength(1);
  });

  it('recovers though the pods of a dependency may not be read', async () => {
    const { incidentId } = await open();
    await lab.invoke('restart-rollout', { incidentId, mode: 'act' });
    lab.cluster.pass(60);
    const [container] = lab.cluster.deployment().spec.template.spec.containers ?? [];
    container?.env?.push({ name: 'BACKEND', value: 'http://store.backends.svc:3100' });
    lab.cluster.forbidden = ['namespaces/backends/pods'];
    const answer = await lab.invoke('verify-recovery', { incidentId });
    expect(answer.checks).toContainEqual(expect.objectContaining({ name: 'new pods', outcome: 'pass' }));
  });

  it('leaves the status of a closed incident as it is', async () => {
    const { incidentId } = await open();
    await lab.invoke('restart-rollout', { incidentId, mode: 'act' });
    lab.cluster.pass(60);
    await lab.invoke('close-incident', { incidentId, outcome: 'escalated', mode: 'act' });
    expect(await lab.invoke('verify-recovery', { incidentId })).toMatchObject({ outcome: 'recovered' });
    expect(await lab.incident(String(incidentId))).toMatchObject({ status: 'escalated', outcome: 'escalated' });
  });
});

describe('a step that its caller has cancelled', () => {
  /** The cluster is cut off in the middle of the step. */
  const cancelled = (functionName: string, event: object) => {
    const stop = new AbortController();
    const { ports } = lab;
    const open: Ports['clusters']['open'] = async (...asked) => {
      stop.abort();
      return ports.clusters.open(...asked);
    };
    return invokeLocally({ ...ports, clusters: { open } }, functionName, event, {
      sink: () => undefined,
      signal: stop.signal,
    });
  };

  it.each(['collect-snapshot', 'diagnose', 'verify-recovery', 'restart-rollout'])(
    'leaves nothing of what it did not see: %s',
    async (functionName) => {
      const { incidentId } = await open();
      const before = await lab.ports.store.list('');
      const event = { incidentId, ...(functionName === 'restart-rollout' && { mode: 'act' }) };
      await expect(cancelled(functionName, event)).rejects.toMatchObject({
        name: 'UnavailableError',
        message: `${functionName} was cancelled`,
      });
      expect(await lab.ports.store.list('')).toEqual(before);
    },
  );
});
