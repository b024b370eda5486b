import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '#infra/local/doctor/check.ts';
import { examineCluster } from '#infra/local/doctor/cluster-section.ts';
import { checkVersion } from '#infra/local/doctor/server-version.ts';
import { config as configSchema } from '#shared/domain/config.ts';
import { accessRules } from '#shared/domain/kubernetes-access.ts';
import { target as targetSchema } from '#shared/domain/target.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import { serve } from '#test/support/http-server.ts';
import { type Answer, json, status } from '#test/support/kubernetes-answers.ts';
import { grantsOf, limitedSandbox } from '#test/support/limited-sandbox.ts';
import { KUBERNETES } from '../../../../scripts/components/catalogue.ts';

const target = targetSchema.parse({ name: 'shop', cluster: 'sandbox' });
const readers = accessRules('otlp-medic:readers', target);
const actors = accessRules('otlp-medic:actors', target);

async function examine(cluster: Cluster, written: object = {}, policy: object = {}) {
  const about = targetSchema.parse({ ...target, ...written });
  const config = configSchema.parse({ targets: [about], policy });
  const clusters = makeClusters({ sandbox: () => cluster });
  const { section, examined } = await examineCluster({ clusters, config, target: about }, { timeoutMs: 5000 });
  const found = (name: string): Check | undefined => section.checks.find((check) => check.name === name);
  const not = (outcome: string) => section.checks.filter((check) => check.outcome !== outcome).map(({ name }) => name);
  return { checks: section.checks, examined, found, not };
}

let lab: Awaited<ReturnType<typeof limitedSandbox>>;
beforeAll(async () => {
  lab = await limitedSandbox();
});
afterAll(() => lab[Symbol.asyncDispose]());

const as = (...rules: (typeof readers)[]) => lab.as(grantsOf(rules.flat(), target.namespace));

describe('a caller who may do all that the functions need', () => {
  it('is well', async () => {
    const { examined, not } = await examine(as(readers, actors));
    expect({ examined, not: not('pass') }).toEqual({ examined: true, not: [] });
  });

  it('asks nothing that the functions may not', async () => {
    const { checks } = await examine(as(readers, actors));
    expect(checks.filter(({ detail }) => detail.includes('forbidden'))).toEqual([]);
  });
});

describe('a caller who may read alone', () => {
  it('gets the question and the Role that a restart lacks', async () => {
    const { found, not } = await examine(as(readers));
    expect(not('pass')).toEqual(['permissions: restart-rollout']);
    expect(found('permissions: restart-rollout')).toEqual({
      name: 'permissions: restart-rollout',
      outcome: 'fail',
      detail: 'may not patch deployments.apps/otlp-app in otlp-system',
      fix: expect.stringContaining('Role'),
      commands: [
        'kubectl auth can-i patch deployments.apps/otlp-app -n otlp-system',
        'kubectl create role otlp-medic-actors -n otlp-system --verb=patch --resource=deployments.apps --resource-name=otlp-app',
      ],
    });
  });

  it('is well enough where the policy never acts', async () => {
    const { found } = await examine(as(readers), {}, { response: 'diagnose-only' });
    expect(found('permissions: restart-rollout')).toMatchObject({
      outcome: 'not-checked',
      detail: expect.stringContaining('diagnose-only'),
    });
  });

  it('is well enough where a restart is not among the actions', async () => {
    const { found } = await examine(as(readers), { actions: ['rollback'] });
    expect(found('permissions: restart-rollout')).toMatchObject({
      outcome: 'not-checked',
      detail: expect.stringContaining('no restart'),
    });
  });
});

describe('a caller who lacks some rights', () => {
  it('is warned of what is merely useful, and what for', async () => {
    const { found } = await examine(as(readers.filter(({ resources }) => !resources.includes('resourcequotas'))));
    expect(found('permissions: diagnose')).toMatchObject({
      outcome: 'warn',
      detail: expect.stringMatching(
        /^may not list resourcequotas.* in otlp-system: works without what keeps pods from being made$/,
      ),
      commands: expect.arrayContaining([
        'kubectl auth can-i list resourcequotas -n otlp-system',
        expect.stringMatching(
          /^kubectl create role otlp-medic-readers -n otlp-system --verb=list --resource=resourcequotas/,
        ),
      ]),
    });
  });

  it("gets a ClusterRole for what is the cluster's", async () => {
    const { found } = await examine(as(readers.filter(({ resources }) => !resources.includes('nodes'))));
    const { outcome, commands } = found('permissions: diagnose') ?? {};
    expect({ outcome, asked: commands?.[0] }).toEqual({ outcome: 'warn', asked: 'kubectl auth can-i list nodes' });
    expect(commands?.at(-1)).toMatch(/^kubectl create clusterrole otlp-medic-readers --verb=list --resource=nodes\b/);
  });

  it('may leave Secrets out: that is opt-in, and no fault', async () => {
    const { found, not } = await examine(
      as(
        readers.filter(({ need }) => need !== 'opt-in'),
        actors,
      ),
    );
    expect(not('pass')).toEqual(['secrets']);
    expect(found('secrets')).toMatchObject({
      outcome: 'not-checked',
      detail: expect.stringContaining('get secrets/otlp-app-secrets in otlp-system'),
      fix: expect.stringContaining('opt-in'),
      commands: expect.arrayContaining(['kubectl auth can-i get secrets/otlp-app-secrets -n otlp-system']),
    });
  });

  it('may do nothing at all: each function says so, and no object is called missing', async () => {
    const { checks, found, examined } = await examine(lab.as([]));
    expect(examined).toBe(true);
    for (const name of ['check-health', 'collect-snapshot', 'diagnose', 'restart-rollout', 'verify-recovery'])
      expect(found(`permissions: ${name}`)?.outcome, name).toBe('fail');
    const objects = checks.filter(({ name }) => name.startsWith('object: '));
    expect(objects.length).toBeGreaterThan(3);
    expect(new Set(objects.map(({ outcome }) => outcome))).toEqual(new Set(['not-checked']));
  });
});

describe('objects', () => {
  it("that the configuration names and the namespace lacks are missing; the guide's own names are only a guess", async () => {
    const written = {
      workloads: ['deployment/shop-api'],
      service: 'shop',
      configMaps: ['otlp-app-config', 'shop-config'],
    };
    const { checks, found } = await examine(lab.administrator(), written);
    const missing = checks.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name);
    expect(missing).toEqual(['object: deployment/shop-api', 'object: service/shop', 'object: configmap/shop-config']);
    expect(found('object: deployment/shop-api')?.fix).toContain('targets[shop].workloads');
    expect(found('object: configmap/otlp-app-config')?.outcome).toBe('pass');
  });

  it('of a namespace that is not there are not looked for one by one', async () => {
    const { checks } = await examine(lab.administrator(), { namespace: 'nowhere' });
    const objects = checks.filter(({ name }) => name.startsWith('object: '));
    expect(objects).toMatchObject([{ name: 'object: namespace/nowhere', outcome: 'fail', detail: 'does not exist' }]);
  });

  it('of a target for a whole namespace are its workloads', async () => {
    const { found } = await examine(lab.administrator(), { workloads: 'all' });
    expect(found('objects')).toMatchObject({ outcome: 'pass', detail: expect.stringMatching(/has \d+ workloads/) });
  });
});

/** An API server that says what it is told, at the time that it is told. */
async function answering(version: Answer, ahead = 0) {
  return serve((received, response) => {
    response.setHeader('date', new Date(Date.now() + ahead * 1000).toUTCString());
    (received.path === '/version' ? version : status(403, 'no'))(response, received);
  });
}

const asked = async (version: Answer, ahead = 0) => {
  await using server = await answering(version, ahead);
  const cluster = apiServer({ name: 'scripted', url: server.url });
  const answer = await examine(cluster);
  cluster.close();
  return answer;
};

describe('the clock', () => {
  const version = json({ gitVersion: 'v1.36.2' });

  it.each([
    [0, 'pass', /in step/],
    [20, 'pass', /in step/],
    [-20, 'pass', /in step/],
    [90, 'warn', /8[89] s|9[01] s/],
    [90, 'warn', /behind the server's/],
    [-90, 'warn', /ahead of the server's/],
    [600, 'fail', /refused from 5 minutes on/],
    [-600, 'fail', /ahead of the server's.*5 minutes/],
  ])('of a server that is %i s ahead is %s', async (ahead, outcome, words) => {
    const { found } = await asked(version, ahead);
    expect(found('clock')).toMatchObject({ outcome, detail: expect.stringMatching(words) });
  });

  it('is told beside a 401, which it may be the reason for', async () => {
    const { found, examined } = await asked(status(401, 'Unauthorized'), 3600);
    expect(found('cluster')).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('unauthorized') });
    expect(found('clock')).toMatchObject({ outcome: 'fail', fix: expect.stringContaining('NTP') });
    expect(examined).toBe(false);
  });
});

describe('the version', () => {
  it('that the cluster tests run is the one that is named as tested', () => {
    const [, minor] = /^v(1\.\d+)/.exec(KUBERNETES) ?? [];
    expect(checkVersion(KUBERNETES)).toMatchObject({
      outcome: 'pass',
      detail: expect.stringMatching(new RegExp(`tested with ${minor}$`)),
    });
  });

  it.each([
    ['v1.20.4', 'fail'],
    ['v1.29.9-eks-5e0fdde', 'warn'],
    ['v1.30.1-eks-5e0fdde', 'pass'],
    ['v1.37.0', 'pass'],
    ['v1.38.0-alpha.1', 'warn'],
    ['v2.0.0', 'warn'],
    ['unknown', 'not-checked'],
  ])('%s is %s', (gitVersion, outcome) => {
    expect(checkVersion(gitVersion).outcome).toBe(outcome);
  });

  it('that a server keeps to itself hides nothing else', async () => {
    const { examined, found } = await asked(status(403, 'forbidden: User "x" cannot get path "/version"'));
    expect({ examined, version: found('version')?.outcome }).toEqual({ examined: true, version: 'not-checked' });
    expect(found('clock')?.outcome).toBe('pass');
  });
});

describe('a cluster that gives nothing', () => {
  it('does not know the caller', async () => {
    const { examined, found } = await examine(lab.stranger());
    expect(examined).toBe(false);
    expect(found('cluster')).toMatchObject({
      outcome: 'fail',
      detail: expect.stringMatching(/^unauthorized: .*401/),
      fix: expect.stringContaining('sign in again'),
    });
    expect(found('permissions')?.outcome).toBe('not-checked');
  });

  it('refuses the connection', async () => {
    const { examined, found } = await examine(apiServer({ name: 'x', url: 'https://127.0.0.1:9' }));
    expect(examined).toBe(false);
    expect(found('cluster')).toEqual({
      name: 'cluster',
      outcome: 'fail',
      detail: 'connect: cannot read the version: 127.0.0.1:9 refused the connection (ECONNREFUSED)',
      fix: 'nothing listens there: check that the API server runs, and its port',
    });
  });

  it('has a name that nobody knows', async () => {
    const { found } = await examine(apiServer({ name: 'x', url: 'https://a..invalid:6443' }));
    expect(found('cluster')).toMatchObject({
      detail: expect.stringMatching(/^dns: .*cannot be resolved/),
      fix: expect.stringContaining('DNS or VPN'),
    });
  });

  it('knows nobody without credentials, and says so for each function', async () => {
    const { found } = await asked(json({ gitVersion: 'v1.36.2' }));
    expect(found('permissions: diagnose')).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('403') });
  });
});

describe('the metrics API', () => {
  const withMetrics = async (metrics: Answer) => {
    await using server = await serve((received, response) => {
      if (received.path === '/version') return json({ gitVersion: 'v1.36.2' })(response, received);
      if (received.path.startsWith('/apis/metrics.k8s.io')) return metrics(response, received);
      return json({ status: { allowed: true } })(response, received);
    });
    const cluster = apiServer({ name: 'scripted', url: server.url });
    const { found } = await examine(cluster);
    cluster.close();
    return found('metrics-api');
  };

  it('that is not there is named with what brings it', async () => {
    const absent: Answer = (response) => response.writeHead(404).end('404 page not found\n');
    expect(await withMetrics(absent)).toMatchObject({
      outcome: 'warn',
      fix: expect.stringContaining('metrics-server'),
    });
  });

  it('that may not be read is told with the rights, not here', async () => {
    expect(await withMetrics(status(403, 'pods.metrics.k8s.io is forbidden'))).toMatchObject({
      outcome: 'not-checked',
    });
  });
});
