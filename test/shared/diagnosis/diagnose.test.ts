import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '#shared/diagnosis/catalogue.ts';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { CHAINS } from '#shared/diagnosis/edges.ts';
import { RULES } from '#shared/diagnosis/rules.generated.ts';
import { layer } from '#shared/domain/finding.ts';
import { judge } from '#test/support/diagnosing.ts';
import { crashLoop, podsOf, serviceOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';

const crashing = () => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1 });
};

describe('the registry of rules', () => {
  it('holds every rule file of the layer folders', () => {
    const files = globSync(`shared/diagnosis/{${layer.options.join(',')}}/*.ts`).map((file) =>
      file.replaceAll('\\', '/').replace(/^shared\/diagnosis\/|\.ts$/g, ''),
    );
    expect(files.length).toBeGreaterThan(20);
    expect(Object.keys(RULES).sort()).toEqual(files.sort());
  });

  it('has a symptom or a cause in the graph for every fault but advice', () => {
    const linked = new Set(CHAINS.flatMap(({ stages }) => stages.flat()));
    const apart = Object.entries(CATALOGUE).filter(
      ([code, { severity }]) => severity !== 'P3' && !linked.has(code as keyof typeof CATALOGUE),
    );
    // Only callers from outside, or nobody, stand behind these.
    expect(apart.map(([code]) => code).sort()).toEqual([
      'hpa-target-missing',
      'ingress-tls-secret-missing',
      'service-lb-pending',
    ]);
  });
});

describe('the verdict', () => {
  it('is failed where a workload that was asked about serves no more, degraded where something else fails', () => {
    expect(judge(crashing()).verdict).toBe('failed');
    const collector = healthyNamespace();
    crashLoop(collector, podsOf(collector, 'otel-collector'));
    expect(judge(collector).verdict).toBe('degraded');
    expect(judge(collector, wholeNamespace()).verdict).toBe('failed');
  });

  it('is unknown where nothing fails but pods could not be read', () => {
    const snapshot = healthyNamespace();
    snapshot.coverage.notChecked.push({ check: 'pods', why: 'forbidden: otlp-medic may not list pods' });
    const found = judge(snapshot);
    expect(found.verdict).toBe('unknown');
    expect(found.coverage.notChecked).toEqual([
      { check: 'pods', why: 'forbidden: otlp-medic may not list pods (could change the verdict)' },
    ]);
  });

  it('is healthy where only something else could not be read, and says what that may hide', () => {
    const snapshot = healthyNamespace();
    snapshot.coverage.notChecked.push(
      { check: 'events', why: 'forbidden' },
      { check: 'podmetrics', why: 'not served' },
    );
    expect(judge(snapshot)).toMatchObject({
      verdict: 'healthy',
      coverage: { notChecked: [{ why: 'forbidden (a root cause could be missed)' }, { why: 'not served' }] },
    });
  });

  it('rests on the pods behind the Service where its EndpointSlices were not read, as `kubectl get all` leaves them out', () => {
    const withoutSlices = (snapshot = healthyNamespace()) => {
      snapshot.objects.endpointslices = [];
      snapshot.coverage.notChecked.push({ check: 'endpointslices', why: 'not in the file' });
      return snapshot;
    };
    expect(judge(withoutSlices())).toMatchObject({
      verdict: 'healthy',
      coverage: { notChecked: [{ why: 'not in the file' }] },
    });

    const drifted = healthyNamespace();
    serviceOf(drifted, 'otlp-app-service').spec.selector = { app: 'other' };
    const found = judge(withoutSlices(drifted));
    expect(found).toMatchObject({ verdict: 'failed', rootCauses: [{ code: 'service-selector-matches-nothing' }] });
    const empty = found.findings.find(({ code }) => code === 'service-no-ready-endpoints');
    expect(empty?.evidence[0]).toMatchObject({ path: 'spec.selector', value: '0 ready, 0 pods selected' });

    const byHand = healthyNamespace();
    serviceOf(byHand, 'otlp-app-service').spec.selector = {};
    const noPods = withoutSlices();
    noPods.coverage.notChecked.push({ check: 'pods', why: 'not in the file' });
    for (const snapshot of [withoutSlices(byHand), noPods])
      expect(judge(snapshot)).toMatchObject({
        verdict: 'unknown',
        coverage: {
          notChecked: expect.arrayContaining([
            { check: 'endpointslices', why: expect.stringContaining('could change the verdict') },
          ]),
        },
      });
  });

  it('is unknown for a cluster out of reach, with no fault made up', () => {
    const snapshot = healthyNamespace();
    for (const list of Object.values(snapshot.objects)) list.length = 0;
    Object.assign(snapshot, { secrets: [], configFacts: [] });
    const everything =
      'namespaces, nodes, pods, deployments, replicasets, services, endpointslices, configmaps, events, secrets, logs';
    snapshot.coverage = { checked: [], notChecked: [{ check: `cluster (${everything})`, why: 'connect: refused' }] };
    expect(judge(snapshot)).toMatchObject({ verdict: 'unknown', rootCauses: [], findings: [] });
  });
});

describe('ignore', () => {
  const rule = (written: object) => ({
    code: 'container-crash-loop',
    subject: {},
    until: '2026-11-20',
    reason: 'known, ticket 7',
    ...written,
  });
  const silenced = (...rules: ReturnType<typeof rule>[]) =>
    diagnose(crashing(), { target: sandboxTarget(), ignore: rules, now: new Date('2026-11-20T23:00:00Z') });

  it('shows a silenced finding apart, with the date and the reason, until the end of that day', () => {
    const found = silenced(rule({}));
    expect(found.ignored).toMatchObject([
      { finding: { code: 'container-crash-loop' }, until: '2026-11-20', reason: 'known, ticket 7' },
    ]);
    expect(found.findings.map(({ code }) => code)).not.toContain('container-crash-loop');
  });

  it('does not silence after its date', () => {
    expect(silenced(rule({ until: '2026-11-19' })).ignored).toEqual([]);
  });

  it('fits by the object at fault or its owner, and by nothing else', () => {
    const byOwner = { kind: 'Deployment', namespace: NAMESPACE, name: 'otlp-app' };
    expect(silenced(rule({ subject: byOwner })).ignored).toHaveLength(1);
    expect(silenced(rule({ subject: { ...byOwner, container: 'app' } })).ignored).toHaveLength(1);
    expect(silenced(rule({ subject: { ...byOwner, name: 'other' } })).ignored).toEqual([]);
  });

  it('never hides that the target is down', () => {
    const all = ['container-exit-error', 'deployment-unavailable', 'service-no-ready-endpoints'].map((code) =>
      rule({ code }),
    );
    expect(silenced(rule({}), ...all)).toMatchObject({ verdict: 'failed', rootCauses: [] });
  });
});
