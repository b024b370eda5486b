import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#shared/domain/incident.ts';
import { saveDiagnosis } from '#shared/incidents/diagnoses.ts';
import { createIncident, readTimeline } from '#shared/incidents/record.ts';
import { flowLab, type Lab } from '#test/support/flow-lab.ts';
import { diagnosisOf } from '#test/support/sample-findings.ts';
import { incidentOf } from '#test/support/sample-incidents.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await flowLab();
});
afterEach(() => lab[Symbol.asyncDispose]());

async function opened(change: Partial<Incident> = {}): Promise<string> {
  const incident = incidentOf({ target: 'shop', openedAt: lab.cluster.clock.now().toISOString(), ...change });
  await createIncident(lab.ports.store, incident);
  return incident.id;
}

const restart = (event: Record<string, unknown>) =>
  lab.invoke('restart-rollout', { target: 'shop', reason: 'it hangs', ...event });
const act = async (event: Record<string, unknown> = {}) =>
  restart({ incidentId: await opened(), mode: 'act', ...event });

describe('restart-rollout', () => {
  it('without an incident answers with its plan: dry run, consequences, nothing written', async () => {
    const answer = await lab.invoke('restart-rollout', {});
    expect(answer).toMatchObject({ result: 'planned', workload: 'deployment/otlp-app' });
    expect(answer.consequences).toContainEqual(expect.stringMatching(/^no downtime expected/));
    expect(lab.cluster.dryRuns).toHaveLength(1);
    expect(lab.cluster.patches).toEqual([]);
    expect(await lab.ports.store.list('')).toEqual([]);
  });

  it('does not act without an incident', async () => {
    await expect(restart({ mode: 'act' })).rejects.toMatchObject({ name: 'InputError' });
  });

  it('tries the very patch with a dry run before it writes it', async () => {
    expect(await act()).toMatchObject({ result: 'done', generation: 3 });
    expect(lab.cluster.dryRuns).toEqual(lab.cluster.patches);
  });

  it('leaves an entry before the action and one after it, and the outcome in the incident', async () => {
    const incidentId = await opened();
    await restart({ incidentId, mode: 'act' });
    const actions = (await readTimeline(lab.ports.store, incidentId)).filter(({ kind }) => kind === 'action');
    expect(actions.map(({ data }) => (data?.intent ? 'intent' : data?.result))).toEqual(['intent', 'done']);
    expect((await lab.incident(incidentId)).actions).toMatchObject([
      { plan: { kind: 'restart' }, outcome: { result: 'done', generation: 3 } },
    ]);
  });

  it('restarts once for an incident, however often it is asked', async () => {
    const incidentId = await opened();
    await restart({ incidentId, mode: 'act' });
    expect(await restart({ incidentId, mode: 'act' })).toMatchObject({ result: 'already-done', generation: 3 });
    expect(lab.cluster.patches).toHaveLength(1);
    expect((await lab.incident(incidentId)).actions).toHaveLength(1);
  });

  it('counts the cooldown from the restart, however long its incident was open before', async () => {
    const [target] = lab.ports.config.targets;
    Object.assign(target?.policy ?? {}, { cooldownMinutes: 30 });
    const long = await opened();
    lab.cluster.pass(3 * 3600);
    expect(await restart({ incidentId: long, mode: 'act' })).toMatchObject({ result: 'done' });
    lab.cluster.pass(600);
    const next = await opened({ id: '20261120-131000-ab12cd' });
    expect(await restart({ incidentId: next, mode: 'act' })).toMatchObject({
      result: 'refused',
      refusals: [{ guard: 'cooldown', reason: expect.stringMatching(/20 min are left/) }],
    });
  });

  it('restarts once when it is asked ten times at once', async () => {
    const incidentId = await opened();
    const all = await Promise.all(Array.from({ length: 10 }, () => restart({ incidentId, mode: 'act' })));
    expect(new Set(all.map(({ result }) => result))).toEqual(new Set(['done', 'already-done']));
    expect(lab.cluster.patches).toHaveLength(1);
    expect((await lab.incident(incidentId)).actions).toHaveLength(1);
  });

  it('does not restart again when somebody has undone its restart', async () => {
    const incidentId = await opened();
    await restart({ incidentId, mode: 'act' });
    lab.cluster.deployment().spec.template.metadata = { labels: { app: 'otlp-app' } };
    const answer = await restart({ incidentId, mode: 'act' });
    expect(answer).toMatchObject({ result: 'refused', refusals: [{ guard: 'once-per-incident' }] });
  });

  it('looks again when the object changed between reading and writing', async () => {
    lab.cluster.fates = ['conflict', 'conflict'];
    expect(await act()).toMatchObject({ result: 'done' });
    expect(lab.cluster.patches).toHaveLength(1);
  });

  it('gives up on an object that changes all the time', async () => {
    lab.cluster.fates = Array.from({ length: 9 }, () => 'conflict' as const);
    expect(await act()).toMatchObject({ result: 'failed', reason: expect.stringMatching(/changed 5 times/) });
  });

  it('knows that it was done though the answer of the API server was lost', async () => {
    lab.cluster.fates = ['taken-but-the-answer-is-lost'];
    expect(await act()).toMatchObject({ result: 'done', generation: 3 });
    expect(lab.cluster.patches).toHaveLength(1);
  });

  it('keeps its plan when the answer was lost and the object cannot be read either', async () => {
    lab.cluster.fates = ['taken-but-the-answer-is-lost'];
    const hidden = () => (lab.cluster.patches.length > 0 ? ['deployments/otlp-app'] : []);
    Object.defineProperty(lab.cluster, 'forbidden', { get: hidden });
    const incidentId = await opened();
    expect(await restart({ incidentId, mode: 'act' })).toMatchObject({
      result: 'failed',
      reason: expect.stringMatching(/it is not known whether the change was made/),
    });
    expect((await lab.incident(incidentId)).actions).toMatchObject([{ outcome: { result: 'failed' } }]);
  });

  it('is refused by the dry run with the words of the API server', async () => {
    lab.cluster.dryRunFate = 'forbidden';
    const answer = await act();
    expect(answer).toMatchObject({ result: 'refused', refusals: [{ guard: 'dry-run' }] });
    expect(answer.reason).toMatch(/scripted forbidden/);
    expect(lab.cluster.patches).toEqual([]);
  });

  it('is refused where the role may not even read the workload', async () => {
    lab.cluster.forbidden = ['deployments/otlp-app'];
    const answer = await act();
    expect(answer).toMatchObject({ result: 'refused', refusals: [{ guard: 'access' }] });
    expect(answer.reason).toMatch(/scripted forbidden/);
    expect(lab.cluster.patches).toEqual([]);
  });

  it('has failed, and says why, when the cluster is out of reach', async () => {
    await lab.cluster[Symbol.asyncDispose]();
    expect(await act()).toMatchObject({ result: 'failed' });
  });

  it('records a refusal for the report', async () => {
    const incidentId = await opened();
    await lab.ports.store.put('state/kill-switch.json', '"maintenance"');
    expect(await restart({ incidentId, mode: 'act' })).toMatchObject({
      result: 'refused',
      refusals: [{ guard: 'kill-switch' }],
    });
    const entry = (await readTimeline(lab.ports.store, incidentId)).find(({ kind }) => kind === 'action');
    expect(entry?.data).toMatchObject({
      kind: 'restart',
      result: 'refused',
      reason: expect.stringMatching(/maintenance/),
    });
  });

  it('never acts for a rehearsal', async () => {
    const incidentId = await opened({ rehearsal: true });
    expect(await restart({ incidentId, mode: 'act' })).toMatchObject({ result: 'planned' });
    expect(lab.cluster.patches).toEqual([]);
  });

  it('does not restart the app when the diagnosis blames a workload that is not of the target', async () => {
    const incidentId = await opened();
    const made = diagnosisOf({ action: { class: 'restart', reason: 'the Collector hangs' } });
    const [root] = made.rootCauses;
    if (!root) throw new Error('the sample has a root cause');
    const owner = { kind: 'Deployment', namespace: 'otlp-system', name: 'otel-collector' };
    await saveDiagnosis(lab.ports.store, incidentId, {
      ...made,
      rootCauses: [{ ...root, owner, actions: ['restart'] }],
    });
    const answer = await restart({ incidentId, mode: 'act' });
    expect(answer).toMatchObject({
      result: 'refused',
      workload: 'deployment/otel-collector',
      refusals: [{ guard: 'own-workload' }],
    });
  });

  it('names the workload that does not exist', async () => {
    const answer = await lab.invoke('restart-rollout', { workload: 'statefulset/otlp-app' });
    expect(answer.refusals).toContainEqual({
      guard: 'exists',
      reason: 'statefulset/otlp-app does not exist in namespace otlp-system',
    });
  });
});
