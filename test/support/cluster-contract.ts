import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject, Pod, PodMetrics, Workload } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { type Cluster, ClusterError, type ClusterFault } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';

/**
 * A server with the guide's namespace on it, healthy: the Deployments `otlp-app` and `otel-collector`, their pods
 * labelled `app=NAME`, the ConfigMap `otlp-app-config`, the Secret `otlp-app-secrets` with the key `api-key`.
 */
export interface ClusterUnderTest {
  /** of a user who may do everything */
  cluster: Cluster;
  /** the same, with one object per page */
  paged: Cluster;
  namespace: string;
  /** the value of the Secret's key, in clear: it may come out nowhere */
  secretValue: string;
  /** a container whose log ends with these lines; `previous` is that of its last run, where it had one */
  log: { pod: string; container: string; lines: string[]; previous?: string[] };
  /** whether metrics.k8s.io is served */
  metrics: boolean;
  /** the same server with a token that it does not know */
  stranger?: Cluster;
  /** the same server for a user who may only list pods in the namespace */
  restricted?: Cluster;
  /** a server that forgets: `expireTokens` makes the tokens that it gave so far too old, between two pages of one object */
  forgetful: { paged: Cluster; namespace: string; expireTokens(): void };
  /** a server that serves few requests at once and turns the others away; `turnedAway` tells how many so far */
  crowded: { cluster: Cluster; turnedAway(): Promise<number> };
  close(): Promise<void>;
}

interface Usage {
  containers: { name: string; usage: Record<string, string> }[];
}

/** The fault with which a call fails. */
export async function faultOf(call: Promise<unknown>): Promise<ClusterError> {
  const error = await call.then(
    (value) => expect.fail(`no fault, but ${JSON.stringify(value)?.slice(0, 200)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterError);
  const fault = error as ClusterError;
  expect(fault.message).not.toMatch(/[\n\r]/);
  return fault;
}

async function until<T>(what: string, look: () => Promise<T>, holds: (value: T) => boolean, ms = 60_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}`);
    await sleep(50);
  }
}

const versions = (objects: KubeObject[]) =>
  objects.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`);

/** What `narrow` reads, with all the pods of that moment: controllers are at work meanwhile. */
async function steady<T>(all: () => Promise<Pod[]>, narrow: (pods: Pod[]) => Promise<T>): Promise<[Pod[], T]> {
  const attempt = async () => {
    const before = await all();
    const read = await narrow(before);
    return { before, read, after: await all() };
  };
  const same = ({ before, after }: { before: Pod[]; after: Pod[] }) =>
    versions(before).join() === versions(after).join();
  const { before, read } = await until('pods that do not change', attempt, same);
  return [before, read];
}

const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort();
const revision = (object: KubeObject) => Number(object.metadata.annotations?.['deployment.kubernetes.io/revision']);

/** What every Cluster adapter does on every server; where a server differs from a real control plane, it is wrong. */
export function describeClusterContract(name: string, open: () => Promise<ClusterUnderTest>): void {
  describe(`Cluster contract: ${name}`, () => {
    let under: ClusterUnderTest;
    let cluster: Cluster;
    let namespace: string;
    beforeAll(async () => {
      under = await open();
      ({ cluster, namespace } = under);
    });
    afterAll(() => under?.close());

    const pods = () => cluster.list<Pod>(RESOURCES.pods, { namespace });
    const app = () => ({ namespace, name: 'otlp-app' });
    const deployment = async () => {
      const found = await cluster.get<Workload>(RESOURCES.deployments, app());
      return found ?? expect.fail('no Deployment otlp-app');
    };
    const restartPatch = (at: string) => ({
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } },
    });
    /** As `kubectl rollout status` ends: all replicas are of the newest template and available, and no other is left. */
    const complete = () =>
      until('the rollout', deployment, ({ metadata, spec, status }) => {
        const wanted = spec?.replicas ?? 1;
        return (
          (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
          status?.replicas === wanted &&
          status.updatedReplicas === wanted &&
          status.availableReplicas === wanted
        );
      });
    const owned = async (by: Workload) => {
      const sets = await cluster.list<Workload>(RESOURCES.replicasets, { namespace, labelSelector: 'app=otlp-app' });
      return sets.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === by.metadata.uid));
    };
    const restartedAt = (of: Workload) =>
      of.spec?.template?.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt'];

    it('tells the version and the time of the server', async () => {
      const { gitVersion, serverTime } = await cluster.version();
      expect(gitVersion).toMatch(/^v\d+\.\d+/);
      expect(Math.abs(Date.parse(serverTime ?? '') - Date.now())).toBeLessThan(60_000);
    });

    describe('lists', () => {
      it('give every item its apiVersion and kind', async () => {
        const [pods, deployments] = await Promise.all([
          cluster.list(RESOURCES.pods, { namespace }),
          cluster.list(RESOURCES.deployments, { namespace }),
        ]);
        expect(new Set(pods.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))).toEqual(new Set(['v1 Pod']));
        expect(deployments).toContainEqual(expect.objectContaining({ apiVersion: 'apps/v1', kind: 'Deployment' }));
      });

      it('hold what a get of each object answers', async () => {
        const [listed] = await cluster.list(RESOURCES.configmaps, {
          namespace,
          fieldSelector: 'metadata.name=otlp-app-config',
        });
        expect(listed).toEqual(await cluster.get(RESOURCES.configmaps, { namespace, name: 'otlp-app-config' }));
      });

      it('are of one namespace, or of all', async () => {
        const [here, everywhere] = await steady(pods, () => cluster.list(RESOURCES.pods));
        expect(here.every(({ metadata }) => metadata.namespace === namespace)).toBe(true);
        expect(names(everywhere)).toEqual(expect.arrayContaining(names(here)));
      });

      it('are empty for a namespace that does not exist', async () => {
        expect(await cluster.list(RESOURCES.pods, { namespace: 'nowhere' })).toEqual([]);
      });

      it('hold cluster-scoped objects', async () => {
        const [node] = await cluster.list(RESOURCES.nodes);
        expect(node).toMatchObject({ apiVersion: 'v1', kind: 'Node' });
        expect(await cluster.get(RESOURCES.nodes, { name: node?.metadata.name ?? '' })).toMatchObject({ kind: 'Node' });
      });

      it.each([
        ['app=otlp-app', (label?: string) => label === 'otlp-app'],
        ['app==otlp-app', (label?: string) => label === 'otlp-app'],
        ['app!=otlp-app', (label?: string) => label !== 'otlp-app'],
        ['app in (otlp-app,otel-collector)', (label?: string) => ['otlp-app', 'otel-collector'].includes(label ?? '')],
        ['app notin (otlp-app)', (label?: string) => label !== 'otlp-app'],
        ['app', (label?: string) => label !== undefined],
        ['!app', (label?: string) => label === undefined],
        ['app=otlp-app,nosuch', () => false],
      ])('are narrowed by the label selector %s', async (labelSelector, chosen) => {
        const [all, some] = await steady(pods, () => cluster.list(RESOURCES.pods, { namespace, labelSelector }));
        expect(names(some)).toEqual(names(all.filter(({ metadata }) => chosen(metadata.labels?.app))));
      });

      it.each<[string, (pod: Pod | undefined) => string | undefined]>([
        ['metadata.name', (pod) => pod?.metadata.name],
        ['status.phase', (pod) => pod?.status?.phase],
        ['spec.nodeName', (pod) => pod?.spec?.nodeName],
      ])('are narrowed by the field selector %s', async (field, read) => {
        const [all, some] = await steady(pods, ([pod]) =>
          cluster.list(RESOURCES.pods, { namespace, fieldSelector: `${field}=${read(pod)}` }),
        );
        expect(some).not.toEqual([]);
        expect(names(some)).toEqual(names(all.filter((pod) => read(pod) === read(all[0]))));
      });

      it('refuse a selector that is none', async () => {
        const fault = await faultOf(cluster.list(RESOURCES.pods, { namespace, labelSelector: 'app in (' }));
        expect(fault).toMatchObject({ fault: 'invalid', status: 400 });
      });

      it('are the same in many pages as in one', async () => {
        const [whole, paged] = await Promise.all([
          cluster.list(RESOURCES.configmaps, { namespace }),
          under.paged.list(RESOURCES.configmaps, { namespace }),
        ]);
        expect(whole.length).toBeGreaterThan(1);
        expect(paged).toEqual(whole);
      });

      it('keep their selector over pages', async () => {
        const query = { namespace, labelSelector: 'app=otlp-app' };
        const [all, paged] = await steady(pods, () => under.paged.list(RESOURCES.pods, query));
        expect(names(paged)).toEqual(names(all.filter(({ metadata }) => metadata.labels?.app === 'otlp-app')));
      });

      it('begin again when the token of the next page has expired', async () => {
        const { paged, namespace: place, expireTokens } = under.forgetful;
        const whole = names(await paged.list(RESOURCES.configmaps, { namespace: place }));
        expect(whole.length).toBeGreaterThan(1);
        let seen = 0;
        const trim = <T extends KubeObject>(item: T): T => {
          if (seen === 0) expireTokens();
          seen++;
          return item;
        };
        expect(names(await paged.list(RESOURCES.configmaps, { namespace: place, trim }))).toEqual(whole);
        expect(seen).toBeGreaterThan(whole.length);
      });

      it('wait and come again when the server turns them away', async () => {
        const before = await under.crowded.turnedAway();
        // A server with nothing else to do may answer them all: then again, with more at once.
        for (let crowd = 60; crowd <= 480 && (await under.crowded.turnedAway()) === before; crowd *= 2) {
          const lists = Array.from({ length: crowd }, () =>
            under.crowded.cluster.list(RESOURCES.nodes, {}, { timeoutMs: 60_000 }),
          );
          const answers = await Promise.all(lists);
          expect(new Set(answers.map((nodes) => names(nodes).join()))).toHaveLength(1);
        }
        expect(await under.crowded.turnedAway()).toBeGreaterThan(before);
      }, 90_000);

      it('tell events about an object', async () => {
        const events = await until(
          'an event about the Deployment',
          () =>
            cluster.list<KubeEvent>(RESOURCES.events, {
              namespace,
              fieldSelector: 'involvedObject.kind=Deployment,involvedObject.name=otlp-app',
            }),
          (found) => found.length > 0,
        );
        expect(events[0]).toMatchObject({
          apiVersion: 'v1',
          kind: 'Event',
          involvedObject: { kind: 'Deployment', namespace, name: 'otlp-app' },
          reason: 'ScalingReplicaSet',
          type: 'Normal',
        });
      });
    });

    describe('absent things', () => {
      it('are undefined: an object, and an object of an absent namespace', async () => {
        expect(await cluster.get(RESOURCES.configmaps, { namespace, name: 'nosuch' })).toBeUndefined();
        expect(await cluster.get(RESOURCES.pods, { namespace: 'nowhere', name: 'nosuch' })).toBeUndefined();
      });

      it('are a fault when it is the API itself', async () => {
        const resource = { group: 'nosuch.example', version: 'v1', plural: 'things' };
        expect(await faultOf(cluster.list(resource, { namespace }))).toMatchObject({ fault: 'not-found', status: 404 });
        expect(await faultOf(cluster.get(resource, { namespace, name: 'x' }))).toMatchObject({ fault: 'not-found' });
      });
    });

    describe('metadata of Secrets', () => {
      const keysOf = (secret?: KubeObject) => {
        const fields = JSON.stringify(secret?.metadata.managedFields ?? []);
        return [...fields.matchAll(/"f:([^"]+)":\{\}/g)].map(([, key]) => key);
      };

      it('names the keys and has no values', async () => {
        const name = 'otlp-app-secrets';
        const one = await cluster.get(RESOURCES.secrets, { namespace, name, metadataOnly: true });
        const [listed] = await cluster.list(RESOURCES.secrets, {
          namespace,
          fieldSelector: `metadata.name=${name}`,
          metadataOnly: true,
        });
        for (const secret of [one, listed]) {
          expect(secret).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name, namespace } });
          expect(keysOf(secret)).toContain('api-key');
          expect(Object.keys(secret ?? {}).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
          const text = JSON.stringify(secret);
          expect(text).not.toContain(under.secretValue);
          expect(text).not.toContain(Buffer.from(under.secretValue).toString('base64'));
        }
      });

      it('is undefined for a Secret that does not exist', async () => {
        const ref = { namespace, name: 'nosuch', metadataOnly: true };
        expect(await cluster.get(RESOURCES.secrets, ref)).toBeUndefined();
      });
    });

    describe('logs', () => {
      const query = () => ({ namespace, pod: under.log.pod, container: under.log.container });
      const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

      it('end with the last lines', async () => {
        const { lines } = under.log;
        expect(linesOf(await cluster.podLog(query())).slice(-lines.length)).toEqual(lines);
        expect(linesOf(await cluster.podLog({ ...query(), tailLines: 1 }))).toEqual(lines.slice(-1));
      });

      it('stop at the limit of bytes', async () => {
        const text = await cluster.podLog({ ...query(), tailLines: 2, limitBytes: 5 });
        expect(text).toBe(under.log.lines.slice(-2).join('\n').slice(0, 5));
      });

      it('bear the time of each line where that is asked for, to the nanosecond', async () => {
        const dated = linesOf(await cluster.podLog({ ...query(), tailLines: 2, timestamps: true }));
        const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d) /;
        for (const line of dated) expect(line).toMatch(stamp);
        expect(dated.map((line) => line.replace(stamp, ''))).toEqual(under.log.lines.slice(-2));
      });

      it('of the previous run are those before the restart', async () => {
        const previous = cluster.podLog({ ...query(), previous: true });
        if (under.log.previous)
          expect(linesOf(await previous).slice(-under.log.previous.length)).toEqual(under.log.previous);
        else expect(await faultOf(previous)).toMatchObject({ fault: 'invalid', status: 400 });
      });

      it('of a container or pod that is not there are faults', async () => {
        expect(await faultOf(cluster.podLog({ ...query(), container: 'nosuch' }))).toMatchObject({ fault: 'invalid' });
        expect(await faultOf(cluster.podLog({ ...query(), pod: 'nosuch' }))).toMatchObject({ fault: 'not-found' });
      });
    });

    it('tells the usage of pods where metrics are served, else that the API is not there', async () => {
      const list = () => cluster.list<PodMetrics & Usage>(RESOURCES.podmetrics, { namespace });
      if (!under.metrics) {
        expect(await faultOf(list())).toMatchObject({ fault: 'not-found' });
        return;
      }
      const [usage] = await until('usage of pods', list, (found) => found.length > 0, 100_000);
      expect(usage).toMatchObject({ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics' });
      expect(usage?.containers[0]?.usage).toMatchObject({
        cpu: expect.stringMatching(/^\d+[num]?$/),
        memory: expect.stringMatching(/^\d+(Ki|Mi)?$/),
      });
    });

    describe('patches', () => {
      const patch = (body: unknown, more: { dryRun?: boolean; fieldManager?: string } = {}) =>
        cluster.patch<Workload>(RESOURCES.deployments, app(), { type: 'strategic-merge', body, ...more });

      it('change nothing in a dry run, though the answer shows the change', async () => {
        const before = await deployment();
        const at = new Date().toISOString();
        const shown = await patch(restartPatch(at), { dryRun: true });
        expect(restartedAt(shown)).toBe(at);
        const after = await deployment();
        expect(restartedAt(after)).toBe(restartedAt(before));
        expect(after.metadata.generation).toBe(before.metadata.generation);
      });

      it('restart a Deployment: a new revision, and a rollout that completes', async () => {
        const before = await deployment();
        const at = new Date().toISOString();
        const patched = await patch(restartPatch(at), { fieldManager: 'contract' });
        expect(patched.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
        expect(patched.metadata.managedFields).toContainEqual(
          expect.objectContaining({ manager: 'contract', operation: 'Update' }),
        );
        const done = await complete();
        expect(revision(done)).toBe(revision(before) + 1);
        expect(done.status?.conditions).toContainEqual(
          expect.objectContaining({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }),
        );
        const sets = await owned(done);
        const newest = sets.toSorted((a, b) => revision(b) - revision(a));
        expect(newest[0]?.spec?.template?.metadata?.annotations).toMatchObject({
          'kubectl.kubernetes.io/restartedAt': at,
        });
        expect(newest.slice(1).every(({ spec }) => spec?.replicas === 0)).toBe(true);
      });

      it('undo a rollout: the old ReplicaSet comes back under a new number, and its old number is gone', async () => {
        const before = await deployment();
        const good = before.spec?.template;
        await patch({ spec: { template: { metadata: { annotations: { 'example.com/change': 'unwanted' } } } } });
        const changed = await complete();
        expect(revision(changed)).toBe(revision(before) + 1);

        const undo = [
          { op: 'test', path: '/metadata/uid', value: changed.metadata.uid },
          { op: 'replace', path: '/spec/template', value: good },
        ];
        await cluster.patch(RESOURCES.deployments, app(), { type: 'json', body: undo });
        const undone = await complete();
        expect(revision(undone)).toBe(revision(before) + 2);
        const sets = await owned(undone);
        const current = sets.find((set) => revision(set) === revision(undone));
        expect(current?.metadata.annotations?.['deployment.kubernetes.io/revision-history']?.split(',')).toContain(
          String(revision(before)),
        );
        expect(sets.map(revision)).not.toContain(revision(before));
        expect(current?.spec?.replicas).toBe(undone.spec?.replicas);
      });

      it('of an annotation of the Deployment make a generation and no revision', async () => {
        const before = await deployment();
        await patch({ metadata: { annotations: { 'example.com/note': new Date().toISOString() } } });
        const after = await complete();
        expect(after.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
        expect(revision(after)).toBe(revision(before));
      });

      it('of a version that is no longer the last are a conflict', async () => {
        const body = { metadata: { resourceVersion: '1', annotations: { late: 'yes' } } };
        expect(await faultOf(patch(body))).toMatchObject({ fault: 'conflict', status: 409 });
      });

      it('with a JSON patch whose test fails are refused', async () => {
        const body = [
          { op: 'test', path: '/spec/replicas', value: 4711 },
          { op: 'replace', path: '/spec/replicas', value: 1 },
        ];
        const refused = cluster.patch(RESOURCES.deployments, app(), { type: 'json', body });
        expect(await faultOf(refused)).toMatchObject({ fault: 'invalid' });
      });

      it('that make no sense are refused and change nothing', async () => {
        const before = await deployment();
        expect(await faultOf(patch({ spec: { replicas: -1 } }))).toMatchObject({ fault: 'invalid', status: 422 });
        expect(await faultOf(patch({ spec: { replicas: 'many' } }))).toMatchObject({ fault: 'invalid' });
        expect((await deployment()).spec).toEqual(before.spec);
      });

      it('of what does not exist are a fault', async () => {
        const ref = { namespace, name: 'nosuch' };
        const request = { type: 'merge', body: {} } as const;
        expect(await faultOf(cluster.patch(RESOURCES.deployments, ref, request))).toMatchObject({ fault: 'not-found' });
      });
    });

    describe('permissions', () => {
      it('are told', async () => {
        const access = { verb: 'patch', group: 'apps', resource: 'deployments', namespace, name: 'otlp-app' };
        expect(await cluster.can(access)).toMatchObject({ allowed: true });
        if (under.restricted) {
          expect(await under.restricted.can(access)).toMatchObject({ allowed: false });
          expect(await under.restricted.can({ verb: 'list', resource: 'pods', namespace })).toMatchObject({
            allowed: true,
          });
        }
      });

      it('that lack make a fault that says how to ask for them', async ({ skip }) => {
        const { restricted } = under;
        if (!restricted) return skip('this server has no permissions');
        expect(await restricted.list(RESOURCES.pods, { namespace })).not.toEqual([]);
        const fault = await faultOf(restricted.list(RESOURCES.deployments, { namespace }));
        expect(fault).toMatchObject({ fault: 'forbidden', status: 403 });
        expect(fault.message).toContain(`kubectl auth can-i list deployments.apps -n ${namespace}`);
      });

      it('of a caller whom nobody knows are none', async ({ skip }) => {
        if (!under.stranger) return skip('this server lets everyone in');
        expect(await faultOf(under.stranger.list(RESOURCES.pods, { namespace }))).toMatchObject({
          fault: 'unauthorized',
          status: 401,
        });
      });
    });

    it.each<[string, ClusterFault, () => { signal?: AbortSignal; timeoutMs?: number }]>([
      ['is aborted', 'aborted', () => ({ signal: AbortSignal.abort() })],
      ['has no time', 'timeout', () => ({ timeoutMs: 0 })],
    ])('ends a call that %s', async (_, fault, options) => {
      expect(await faultOf(cluster.list(RESOURCES.pods, { namespace }, options()))).toMatchObject({ fault });
    });
  });
}
