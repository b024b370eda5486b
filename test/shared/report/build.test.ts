import { describe, expect, it } from 'vitest';
import { buildReport } from '#shared/report/build.ts';
import { renderJson } from '#shared/report/json.ts';
import { report as schema } from '#shared/report/model.ts';
import { standing } from '#shared/report/standing.ts';
import { hostile } from '#test/support/hostile-facts.ts';
import { crashLoop, diagnosisOf, healthy, latestTag, oomKilled } from '#test/support/sample-findings.ts';
import {
  cascade,
  deadCluster,
  entry,
  escalated,
  incidentOf,
  recovered,
  restartOf,
} from '#test/support/sample-incidents.ts';

const all = { recovered, escalated, cascade, deadCluster, hostile };

describe('buildReport', () => {
  it.each(Object.entries(all))('makes a model that its schema accepts and JSON keeps: %s', (_, facts) => {
    const built = buildReport(facts);
    expect(schema.parse(JSON.parse(renderJson(built)))).toEqual(built);
  });

  it('tells a plain diagnosis by its root cause and its remedy', () => {
    const built = buildReport({ diagnosis: diagnosisOf() });
    expect(built).toMatchObject({ headline: oomKilled.title, verdict: 'failed', timeline: [], attempts: [] });
    expect(built.outcome).toBeUndefined();
    expect(built.next.commands).toContain('kubectl -n otlp-system rollout restart deployment/otlp-app');
    expect(built.next.commands).toEqual(expect.arrayContaining(oomKilled.remedy.commands));
  });

  it.each([
    ['networkpolicy default-deny selects no pod', 'NetworkPolicy default-deny selects no pod'],
    ['persistentvolumeclaim data does not exist', 'PersistentVolumeClaim data does not exist'],
    ['hpa otlp-app gets no metrics', 'HPA otlp-app gets no metrics'],
    ['deployment otlp-app is scaled to zero', 'Deployment otlp-app is scaled to zero'],
    ['pods of networkpolicy-agent are gone', 'Pods of networkpolicy-agent are gone'],
    ['config.yaml of configmap app is no valid YAML', 'config.yaml of configmap app is no valid YAML'],
  ])('begins its headline as one would write it: %s', (title, headline) => {
    expect(buildReport({ diagnosis: diagnosisOf({ rootCauses: [{ ...oomKilled, title }] }) }).headline).toBe(headline);
  });

  it('never calls a system healthy that it could not look at', () => {
    const blind = diagnosisOf({
      verdict: 'unknown',
      rootCauses: [],
      findings: [],
      coverage: { checked: [], notChecked: [{ check: 'pods', why: 'forbidden' }] },
    });
    const built = buildReport({ diagnosis: blind });
    expect(built.headline).toContain('forbidden');
    expect(`${built.headline} ${built.next.text}`).not.toMatch(/no fault|nothing to do/i);
  });

  it('puts no name into a command that a shell could read otherwise', () => {
    const owner = { kind: 'Deployment', namespace: 'a; rm -rf ~', name: 'x$(id)' };
    const root = { ...oomKilled, owner, remedy: { text: '', commands: [] } };
    expect(buildReport({ diagnosis: diagnosisOf({ rootCauses: [root] }) }).next.commands).toEqual([]);
  });

  it.each([
    ['recovered', { ...recovered, outcome: undefined }],
    ['escalated', { ...escalated, outcome: undefined }],
    ['refused', { ...cascade, outcome: undefined }],
    ['could-not-work', { ...deadCluster, outcome: undefined }],
    ['nothing-to-do', { ...deadCluster, timeline: [], diagnoses: [healthy], outcome: undefined }],
    [undefined, { ...recovered, timeline: recovered.timeline.slice(0, 2), diagnoses: [], outcome: undefined }],
  ])('reads the outcome %s from the facts where nobody tells it', (outcome, facts) => {
    expect(buildReport(facts).outcome).toBe(outcome);
  });

  it('measures how long diagnosis, action and recovery took from the opening', () => {
    expect(buildReport(recovered).measures).toEqual({ toDiagnosisMs: 5000, toActionMs: 9000, toRecoveryMs: 87_000 });
    expect(buildReport(escalated).measures).toEqual({ toDiagnosisMs: 5000 });
  });

  it('compares the findings before and after the action', () => {
    const after = diagnosisOf({ findings: [crashLoop, { ...latestTag, fingerprint: 'new' }] });
    const { change } = buildReport({ ...recovered, diagnoses: [diagnosisOf(), diagnosisOf(), after] });
    expect(change?.gone.map(({ code }) => code)).toEqual([
      'container-oom-killed',
      'deployment-unavailable',
      'service-no-ready-endpoints',
      'image-tag-latest',
    ]);
    expect(change?.remaining).toEqual([crashLoop]);
    expect(change?.appeared).toMatchObject([{ fingerprint: 'new' }]);
  });

  it('never lets a missing diagnosis look like a complete one', () => {
    const { coverage, headline } = buildReport(deadCluster);
    expect(coverage.notChecked).toMatchObject([{ check: 'everything', why: expect.stringContaining('refused') }]);
    expect(headline).toContain('10.0.3.7:6443 refused');
  });

  it('takes the reason from the escalation where no error is on the timeline', () => {
    const reason = 'a step of the flow failed: DeadlineError: diagnose ran out of time';
    const timeline = [entry(9, 'escalation', 'escalate', `handed over: ${reason}`, { reason })];
    const built = buildReport({ ...deadCluster, timeline });
    expect(built.headline).toBe(`The medic could not do its work: ${reason}`);
  });

  it('still says what to do where the cause was found before the flow failed', () => {
    const built = buildReport({ ...escalated, outcome: 'could-not-work' });
    expect(built.next.commands[0]).toContain('rollout undo');
  });

  it('tells a plan from a refusal', () => {
    const incident = incidentOf({ rehearsal: true, actions: [restartOf({ result: 'planned', reason: 'plan mode' })] });
    const built = buildReport({ ...escalated, incident, outcome: 'refused' });
    expect(standing(built).word).toBe('Planned');
    expect(`${built.headline} ${built.next.text}`).not.toMatch(/refused/i);
    expect(standing(buildReport(cascade)).word).toBe('Refused');
  });

  it('advises the way back first where a rollback cures it', () => {
    const { next } = buildReport(escalated);
    expect(next.text).toMatch(/^Roll back to revision 11, then mend the cause: /);
    expect(next.commands[0]).toBe('kubectl -n otlp-system rollout undo deployment/otlp-app --to-revision=11');
    expect(new Set(next.commands).size).toBe(next.commands.length);
    const [diagnosis] = escalated.diagnoses;
    expect(diagnosis && buildReport({ diagnosis }).next).toEqual(next);
  });

  it('tells nobody to look at a pod that the restart has replaced', () => {
    const { subject } = oomKilled;
    expect(subject.kind).toBe('Pod');
    const look = `kubectl -n otlp-system logs ${subject.name}`;
    const edit = 'kubectl -n otlp-system edit deployment/otlp-app';
    const root = { ...oomKilled, remedy: { text: 'Give it more memory.', commands: [look, edit] } };
    const diagnoses = [diagnosisOf({ rootCauses: [root] }), healthy];
    expect(buildReport({ ...recovered, diagnoses }).next.commands).toEqual([edit]);
  });

  it('counts no untried restart where nothing fails', () => {
    const facts = { ...deadCluster, timeline: [], diagnoses: [healthy], outcome: undefined };
    expect(buildReport(facts).attempts).toEqual([]);
  });

  it('says why a restart that would help was not come to', () => {
    const restart = { class: 'restart' as const, reason: 'a restart can cure it' };
    const facts = { ...escalated, diagnoses: [diagnosisOf({ action: restart })] };
    expect(buildReport(facts).attempts[0]?.reason).toBe('the flow did not come to it; a restart can cure it');
  });

  it('names what was not seen where there is no verdict, the weightiest first', () => {
    const notChecked = [
      { check: 'nodes', why: 'not in the file (a root cause could be missed)' },
      { check: 'pods', why: 'not in the file (could change the verdict)' },
    ];
    const blind = { verdict: 'unknown' as const, rootCauses: [], findings: [], coverage: { checked: [], notChecked } };
    const { headline, next } = buildReport({ diagnosis: diagnosisOf(blind) });
    expect(headline).toBe('Too little could be checked to say: pods: not in the file');
    expect(next.text).toContain('(pods: not in the file)');
  });

  it('says why a restart was not tried', () => {
    expect(buildReport(escalated).attempts).toMatchObject([
      { action: 'restart', result: 'not-tried', reason: expect.stringContaining('same missing image') },
    ]);
  });

  it('does not call a restart untried that was begun and whose end nobody recorded', () => {
    const { plan } = restartOf();
    const intent = entry(6, 'action', 'restart-rollout', 'about to restart Deployment otlp-app', { intent: plan });
    expect(buildReport({ ...escalated, timeline: [...escalated.timeline, intent] }).attempts).toMatchObject([
      {
        action: 'restart',
        result: 'failed',
        at: intent.at,
        workload: plan.workload,
        reason: expect.stringMatching(/not known whether/),
      },
    ]);
    expect(buildReport({ ...recovered, timeline: [...recovered.timeline, intent] }).attempts).toMatchObject([
      { result: 'done' },
    ]);
  });

  it('shows a refusal that had no plan, and an attempt that had one only once', () => {
    expect(buildReport(cascade).attempts).toMatchObject([
      { action: 'restart', result: 'refused', reason: 'the policy of this target is diagnose-only' },
    ]);
    const data = { kind: 'restart', result: 'done', reason: 'it helps' };
    const timeline = [...recovered.timeline, entry(10, 'action', 'restart-rollout', 'restarted', data)];
    expect(buildReport({ ...recovered, timeline }).attempts).toHaveLength(1);
  });

  it('takes the verification whatever else the timeline holds of it', () => {
    const [last] = recovered.timeline.slice(-1);
    const checks = [{ name: 'rollout', outcome: 'fail', detail: 'gone', final: true }];
    const data = { outcome: 'not-recovered', reason: 'gone', checks, extra: 1 };
    const timeline = [{ ...entry(90, 'verification', 'x', 'y', data), ...(last && { actor: last.actor }) }];
    expect(buildReport({ ...recovered, timeline }).verification).toMatchObject({
      outcome: 'not-recovered',
      checks: [{ name: 'rollout', outcome: 'fail', detail: 'gone' }],
    });
  });

  it('names what is stored but cannot be read', () => {
    const gap = { check: 'diagnoses', why: 'damaged' };
    expect(buildReport({ ...recovered, unreadable: [gap] }).coverage.notChecked[0]).toEqual(gap);
  });
});

describe('the marks of the service level', () => {
  const marks = (facts: Parameters<typeof buildReport>[0]) =>
    Object.fromEntries(buildReport(facts).marks.map(({ name, state }) => [name, state]));

  it('needs no acknowledgement of what was over before', () => {
    expect(marks(recovered)).toMatchObject({ 'acknowledge-by': 'not-needed', 'resolve-by': 'met', closed: 'reached' });
  });

  it('keeps both deadlines pending while a person must act', () => {
    expect(marks(escalated)).toMatchObject({ 'acknowledge-by': 'pending', 'resolve-by': 'pending', now: 'reached' });
  });

  it('tells a deadline that was met from one that was missed', () => {
    expect(marks(cascade)).toMatchObject({ acknowledged: 'reached', 'acknowledge-by': 'met', 'resolve-by': 'missed' });
  });

  it('misses a deadline whose act came too late', () => {
    const incident = incidentOf({
      actions: [restartOf()],
      acknowledgedAt: '2026-11-25T01:17:04.000Z',
      resolvedAt: '2026-11-25T02:02:03.000Z',
    });
    expect(marks({ ...recovered, incident })).toMatchObject({ 'acknowledge-by': 'missed', 'resolve-by': 'met' });
  });

  it('misses a deadline whose breach is on record, whatever else is known', () => {
    const incident = { ...recovered.incident, sla: { ...recovered.incident.sla, breaches: ['acknowledge' as const] } };
    expect(marks({ ...recovered, incident })).toMatchObject({ 'acknowledge-by': 'missed', 'resolve-by': 'met' });
  });

  it('stands in the order of time', () => {
    const times = buildReport(cascade).marks.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });
});
