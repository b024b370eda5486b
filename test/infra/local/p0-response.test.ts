import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlowResult } from '#infra/local/runtime.ts';
import { incidentPrefix } from '#shared/incidents/paths.ts';
import { readTimeline } from '#shared/incidents/record.ts';
import { waiting } from '#test/support/faults.ts';
import { flowLab, type Lab } from '#test/support/flow-lab.ts';
import { healthyNamespace } from '#test/support/namespace.ts';

let lab: Lab;
const start = async (target?: Record<string, unknown>) => {
  lab = await flowLab(target);
};
beforeEach(() => start());
afterEach(() => lab[Symbol.asyncDispose]());

/** Ends the lab of beforeEach for one with another target. */
const withTarget = async (target: Record<string, unknown>) => {
  await lab[Symbol.asyncDispose]();
  await start(target);
};

type Answer = { outcome?: string; reason?: string; opened?: string };
const answerOf = (result: FlowResult): Answer => ('output' in result ? (result.output as Answer) : {});
const states = ({ events }: Awaited<ReturnType<Lab['respond']>>) =>
  events.flatMap((event) => (event.kind === 'ended' ? [event.state] : []));

/** Every branch after the opening ends so. */
async function expectEnd(result: Awaited<ReturnType<Lab['respond']>>, outcome: string) {
  const incident = await lab.incident(result.incidentId);
  expect(incident.outcome).toBe(outcome);
  const prefix = incidentPrefix(incident.id);
  expect(await lab.ports.store.read(`${prefix}/report.html`)).toBeDefined();
  const report = JSON.parse(String((await lab.ports.store.read(`${prefix}/report.json`))?.body));
  expect(report.outcome).toBe(outcome);
  expect(await lab.ports.store.list('open/')).toEqual([]);
  return incident;
}

describe('the P0 flow with the real functions', () => {
  it('restarts what a restart cures, proves it, reports and tells', async () => {
    const result = await lab.respond();
    expect(result.status).toBe('SUCCEEDED');
    expect(answerOf(result).outcome).toBe('recovered');
    const incident = await expectEnd(result, 'recovered');
    expect(incident.status).toBe('resolved');
    expect(lab.cluster.patches).toHaveLength(1);
    expect(lab.notices).toHaveLength(2);
    expect(states(result)).toEqual([
      'OpenIncident',
      'NotifyOpened',
      'CollectSnapshot',
      'Diagnose',
      'RestartRollout',
      'VerifyRecovery',
      'CloseIncident',
      'WriteReport',
      'NotifyOutcome',
    ]);
  });

  it('stores the evidence before the restart and after the recovery', async () => {
    const { incidentId } = await lab.respond();
    const keys = await lab.ports.store.list(incidentPrefix(incidentId ?? ''));
    expect(keys.filter((key) => key.includes('/snapshot-'))).toHaveLength(2);
    expect(keys.filter((key) => key.includes('/diagnosis-'))).toHaveLength(2);
    const kindsInOrder = (await readTimeline(lab.ports.store, incidentId ?? '')).map(({ kind }) => kind);
    expect(kindsInOrder.indexOf('evidence')).toBeLessThan(kindsInOrder.indexOf('action'));
  });

  it('ends with nothing to do on a healthy target, without a restart', async () => {
    Object.assign(lab.cluster.state.objects, healthyNamespace().objects);
    const result = await lab.respond();
    await expectEnd(result, 'nothing-to-do');
    expect(lab.cluster.patches).toEqual([]);
  });

  it('escalates what a restart cannot cure, with the reason', async () => {
    const { state } = lab.cluster;
    Object.assign(state.objects, healthyNamespace().objects);
    const app = state.objects.pods.filter(({ metadata }) => metadata.labels?.app === 'otlp-app');
    waiting(state, app, 'ErrImagePull', 'rpc error: code = NotFound desc = manifest unknown');
    const result = await lab.respond();
    const incident = await expectEnd(result, 'escalated');
    expect(incident.status).toBe('escalated');
    expect(lab.cluster.patches).toEqual([]);
    const timeline = await readTimeline(lab.ports.store, incident.id);
    expect(timeline.find(({ kind }) => kind === 'escalation')?.text).toMatch(/image/);
  });

  it('ends refused when a guard forbids the restart, and says which', async () => {
    lab.cluster.deployment().metadata.labels = { app: 'otlp-app', 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const result = await lab.respond();
    await expectEnd(result, 'refused');
    expect(answerOf(result).reason).toMatch(/Flux owns it/);
    expect(lab.cluster.patches).toEqual([]);
  });

  it('plans and does nothing in plan mode: a dry run, no patch, no notice', async () => {
    const result = await lab.respond({ mode: 'plan' });
    const incident = await expectEnd(result, 'refused');
    expect(incident.rehearsal).toBe(true);
    expect(incident.actions.map(({ outcome }) => outcome.result)).toEqual(['planned']);
    expect(lab.cluster.dryRuns).toHaveLength(1);
    expect(lab.cluster.patches).toEqual([]);
    expect(lab.notices).toEqual([]);
  });

  it('is safe to start with an empty input', async () => {
    const result = await lab.respond({ target: undefined, mode: undefined });
    await expectEnd(result, 'refused');
    expect(lab.cluster.patches).toEqual([]);
  });

  it('escalates when the restart did not help within the limit, and does not restart again', async () => {
    lab.cluster.cures = false;
    const result = await lab.respond();
    const incident = await expectEnd(result, 'escalated');
    expect(answerOf(result).reason).toMatch(/^not within 90 s: /);
    expect(lab.cluster.patches).toHaveLength(1);
    expect(incident.actions).toHaveLength(1);
    expect(result.events.filter((event) => event.kind === 'waiting').length).toBeGreaterThan(1);
  });

  it('escalates when the API server does not take the restart', async () => {
    lab.cluster.fates = ['forbidden'];
    const result = await lab.respond();
    const incident = await expectEnd(result, 'escalated');
    expect(incident.actions.at(-1)?.outcome.result).toBe('failed');
  });

  it('could not work when the cluster is out of reach, and still reports', async () => {
    await lab.cluster[Symbol.asyncDispose]();
    const result = await lab.respond();
    await expectEnd(result, 'could-not-work');
    expect(lab.notices).toHaveLength(2);
    expect(answerOf(result).reason).toMatch(/refused|connect/i);
  });

  it('shows a failed step as a failed execution, after report and notice', async () => {
    const { store } = lab.ports;
    lab.ports.store = {
      ...store,
      create: async (key, body) => {
        if (key.includes('/snapshot-'))
          throw Object.assign(new Error('the disk token=abc123secretvalue is gone'), { name: 'TypeError' });
        return store.create(key, body);
      },
    };
    const result = await lab.respond();
    expect(result.status).toBe('FAILED');
    expect(result).toMatchObject({ error: 'UnexpectedError' });
    const incident = await expectEnd(result, 'could-not-work');
    expect(lab.notices).toHaveLength(2);
    const timeline = await readTimeline(store, incident.id);
    expect(timeline.find(({ kind }) => kind === 'escalation')?.text).toMatch(/collect-snapshot failed unexpectedly/);
  });

  it('goes on when a notice cannot be sent', async () => {
    lab.ports.notifier = { send: async () => Promise.reject(new Error('no network')) };
    const result = await lab.respond();
    expect(lab.cluster.patches).toHaveLength(1);
    expect((await lab.incident(result.incidentId)).outcome).toBe('recovered');
  });

  it('tells openly that it failed when the report could not be written', async () => {
    const { store } = lab.ports;
    lab.ports.store = {
      ...store,
      put: async (key, body) => {
        if (key.includes('/report.')) throw new Error('no space left');
        return store.put(key, body);
      },
    };
    const result = await lab.respond();
    expect(result.status).toBe('FAILED');
    expect((await lab.incident(result.incidentId)).outcome).toBe('recovered');
    expect(lab.notices).toHaveLength(2);
  });

  it('fails openly when not even the incident can be opened', async () => {
    const { store } = lab.ports;
    lab.ports.store = {
      ...store,
      create: async (key, body) => {
        if (key.startsWith('open/')) throw new Error('no space left');
        return store.create(key, body);
      },
    };
    const result = await lab.respond();
    expect(result.status).toBe('FAILED');
    expect(lab.notices).toEqual([]);
  });

  it('leaves the workload alone under a diagnose-only policy', async () => {
    await withTarget({ policy: { response: 'diagnose-only' } });
    const result = await lab.respond();
    await expectEnd(result, 'refused');
    expect(lab.cluster.patches).toEqual([]);
    expect(lab.notices).toHaveLength(2);
  });
});

describe('many triggers', () => {
  it('makes one incident, one action and one message of ten identical triggers at once', async () => {
    const trigger = { source: 'alarm', id: 'alarm-1' };
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => lab.respond({ trigger })));
    const ran = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(ran).toHaveLength(1);
    for (const one of all)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(lab.cluster.patches).toHaveLength(1);
    expect(lab.notices).toHaveLength(2);
    expect((await lab.incident(ran[0]?.incidentId)).occurrences).toBe(1);
  });

  it('makes one incident and one action of ten different triggers at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) => lab.respond({ trigger: { source: 'alarm', id: `alarm-${n}` } })),
    );
    const opened = all.map((one) => answerOf(one).opened);
    expect(opened.filter((word) => word === 'new')).toHaveLength(1);
    expect(opened.filter((word) => word === 'duplicate')).toHaveLength(9);
    expect(new Set(all.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(lab.cluster.patches).toHaveLength(1);
    expect(lab.notices).toHaveLength(2);
    expect((await lab.incident(all[0]?.incidentId)).occurrences).toBe(10);
  });

  it('opens a new incident after the last one is closed', async () => {
    const first = await lab.respond({ trigger: { source: 'alarm', id: 'a' } });
    lab.cluster.pass(10);
    const second = await lab.respond({ trigger: { source: 'alarm', id: 'b' } });
    expect(second.incidentId).not.toBe(first.incidentId);
  });

  it('does not let a rehearsal hide a real incident', async () => {
    const [plan, act] = await Promise.all([
      lab.respond({ mode: 'plan', trigger: { source: 'cli', id: 'p' } }),
      lab.respond({ mode: 'act', trigger: { source: 'alarm', id: 'a' } }),
    ]);
    expect(plan.incidentId).not.toBe(act.incidentId);
    expect(answerOf(act).outcome).toBe('recovered');
  });
});
