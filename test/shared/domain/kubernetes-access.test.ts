import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPolicyWebhook } from '#infra/local/sandbox/scenarios/policy-webhook.ts';
import { type AccessRule, accessRules } from '#shared/domain/kubernetes-access.ts';
import { target as targetSchema } from '#shared/domain/target.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { grantsOf, limitedSandbox } from '#test/support/limited-sandbox.ts';

const target = targetSchema.parse({ name: 'shop', cluster: 'sandbox' });
const readers = accessRules('otlp-medic:readers', target);

let lab: Awaited<ReturnType<typeof limitedSandbox>>;
beforeAll(async () => {
  lab = await limitedSandbox();
  // What has a snapshot look at other namespaces too.
  const { cluster } = lab.sandbox;
  installPolicyWebhook(cluster);
  cluster.apply('networkpolicies', {
    metadata: { name: 'idle', namespace: target.namespace },
    spec: { podSelector: { matchLabels: { app: 'none' } }, policyTypes: ['Ingress'] },
  });
});
afterAll(() => lab[Symbol.asyncDispose]());

const look = async (rules: readonly AccessRule[]) => {
  const onEks = { version: async () => ({ gitVersion: 'v1.36.2-eks-3025e55' }) };
  const cluster = Object.assign(lab.as(grantsOf(rules, target.namespace)), onEks);
  const { coverage } = await collectSnapshot(cluster, target, { clock: systemClock });
  return coverage.notChecked.map(({ check }) => check);
};

describe('the rights of readers', () => {
  it('are all that a snapshot needs', async () => {
    expect(await look(readers)).toEqual([]);
  });

  it('hold nothing that a snapshot does not need', async () => {
    const namespaced = readers.filter(({ scope }) => scope === 'namespace').flatMap(({ resources }) => resources);
    // It would cover the narrower rules for the same resources.
    const isWide = ({ scope, resources }: AccessRule) =>
      scope === 'cluster' && resources.some((one) => namespaced.includes(one));
    const narrow = readers.filter((rule) => !isWide(rule));
    const rows = readers.flatMap((rule) => rule.resources.map((resource) => ({ rule, resource })));
    for (const { rule, resource } of rows) {
      const others = isWide(rule) ? readers : narrow;
      const rest = others.flatMap((one) => {
        const resources = one === rule ? one.resources.filter((other) => other !== resource) : one.resources;
        return resources.length > 0 ? [{ ...one, resources }] : [];
      });
      expect(await look(rest), `${rule.apiGroup}/${resource}`).not.toEqual(await look(others));
    }
  });

  it('never write, never exec, and read Secrets by name alone', () => {
    const verbs = new Set(readers.flatMap((rule) => rule.verbs));
    expect([...verbs].sort()).toEqual(['get', 'list']);
    expect(readers.flatMap(({ resources }) => resources).filter((name) => /exec|proxy|attach/.test(name))).toEqual([]);
    const secrets = readers.filter(({ resources }) => resources.includes('secrets'));
    expect(secrets).toMatchObject([{ verbs: ['get'], names: ['otlp-app-secrets'], need: 'opt-in' }]);
  });

  it('let the check of a recovery read the workload itself', async () => {
    const cluster = lab.as(grantsOf(readers, target.namespace));
    const ref = { namespace: target.namespace, name: 'otlp-app' };
    expect(await cluster.get(RESOURCES.deployments, ref)).toBeDefined();
  });

  it('leave Secrets out for a target that names none', () => {
    const none = targetSchema.parse({ name: 'shop', cluster: 'sandbox', secrets: [] });
    const asked = accessRules('otlp-medic:readers', none).flatMap(({ resources }) => resources);
    expect(asked).not.toContain('secrets');
  });
});

describe('the rights of actors', () => {
  const of = (written: object) =>
    accessRules('otlp-medic:actors', targetSchema.parse({ name: 'shop', cluster: 'sandbox', ...written }));
  const rights = (rules: AccessRule[]) =>
    rules.map(({ resources, verbs, names }) => ({ resources, verbs, ...(names && { names }) }));

  it('are for the named workloads alone', () => {
    const workloads = ['deployment/api', 'statefulset/queue', 'deployment/web'];
    expect(rights(of({ workloads }))).toEqual([
      { resources: ['deployments'], verbs: ['get', 'patch'], names: ['api', 'web'] },
      { resources: ['statefulsets'], verbs: ['get', 'patch'], names: ['queue'] },
    ]);
  });

  it('are for every workload of the namespace where the target is all of them', () => {
    const resources = ['deployments', 'statefulsets', 'daemonsets'];
    expect(rights(of({ workloads: 'all' }))).toEqual([{ resources, verbs: ['get', 'patch'] }]);
  });

  it('are none where a restart is not among the actions', () => {
    expect(of({ actions: ['rollback'] })).toEqual([]);
  });

  it('are enough for a restart', async () => {
    const cluster = lab.as(grantsOf(of({}), target.namespace));
    const ref = { namespace: target.namespace, name: 'otlp-app' };
    const body = { metadata: { annotations: { tried: 'yes' } } };
    await cluster.get(RESOURCES.deployments, ref);
    await cluster.patch(RESOURCES.deployments, ref, { type: 'strategic-merge', body, dryRun: true });
  });
});

describe('the rights of probers', () => {
  it('are none without an endpoint that needs them, and the logs of the one namespace where a receipt is written', () => {
    const rightsOf = (endpoint: object) => {
      const otlp = [{ endpoint: 'http://otelcol:4318', ...endpoint }];
      return accessRules('otlp-medic:probers', targetSchema.parse({ name: 'shop', cluster: 'sandbox', otlp }));
    };
    expect(rightsOf({})).toEqual([]);
    const receipt = { selector: 'app=otelcol', namespace: 'monitoring' };
    expect(rightsOf({ receipt })).toMatchObject([
      { resources: ['pods'], verbs: ['list'], namespace: 'monitoring', need: 'useful' },
      { resources: ['pods/log'], verbs: ['get'], namespace: 'monitoring', need: 'useful' },
    ]);
  });
});
