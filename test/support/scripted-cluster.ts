import { mergePatch } from '#infra/local/sandbox/api/merge-patch.ts';
import type { KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { unready } from './faults.ts';
import { type HttpServer, type Received, serve } from './http-server.ts';
import { healthyNamespace, NOW, pod, replicaSet, settle } from './namespace.ts';

/** What the next real patch of a workload meets. */
export type PatchFate = 'taken' | 'taken-but-the-answer-is-lost' | 'conflict' | 'forbidden';

export interface ScriptedCluster extends AsyncDisposable {
  url: string;
  /** the cluster's objects, to be changed at will */
  state: Snapshot;
  /** bodies of the patches that were written, dry runs left out */
  patches: object[];
  dryRuns: object[];
  /** fates of the next patches, first one first; then `taken` */
  fates: PatchFate[];
  /** fate of each dry run */
  dryRunFate: PatchFate;
  /** ends of paths that nobody may read */
  forbidden: string[];
  /** whether a restart cures the pods */
  cures: boolean;
  clock: { now(): Date };
  /** moves the clock on */
  pass(seconds: number): void;
  deployment(name?: string): Workload;
}

const HANGS =
  'Readiness probe failed: Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

/**
 * The guide's namespace behind a real API over HTTP whose app hangs: a restart makes a revision, new pods at once, and
 * (if `cures`) health. Time stands still until it is passed.
 */
export async function scriptedCluster(): Promise<ScriptedCluster> {
  const state = healthyNamespace();
  unready(
    state,
    state.objects.pods.filter(({ metadata }) => metadata.labels?.app === 'otlp-app'),
    HANGS,
  );
  settle(state);
  let now = Date.parse(NOW);
  let server: HttpServer;

  const cluster: Omit<ScriptedCluster, 'url' | typeof Symbol.asyncDispose> = {
    state,
    patches: [],
    dryRuns: [],
    fates: [],
    dryRunFate: 'taken',
    forbidden: [],
    cures: true,
    clock: { now: () => new Date(now) },
    pass: (seconds) => {
      now += seconds * 1000;
    },
    deployment(name = 'otlp-app') {
      const found = state.objects.deployments.find(({ metadata }) => metadata.name === name);
      if (!found) throw new Error(`no deployment ${name}`);
      return found;
    },
  };

  const stamp = () => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

  function rollOut(workload: Workload): void {
    const { metadata, spec, status } = workload;
    const revision = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0) + 1;
    metadata.generation = (metadata.generation ?? 0) + 1;
    metadata.annotations = { ...metadata.annotations, 'deployment.kubernetes.io/revision': String(revision) };
    const set = replicaSet(workload, spec.template, revision, spec.replicas ?? 1, 0);
    set.metadata.creationTimestamp = stamp();
    state.objects.replicasets.push(set);
    state.objects.pods = state.objects.pods.filter((one) => one.metadata.labels?.app !== metadata.name);
    const made = ['ccccc', 'ddddd'].map((suffix) => pod(set, `${suffix}${revision}`, 'node-c', 0));
    for (const { metadata: of, status: its } of made) {
      of.creationTimestamp = stamp();
      for (const condition of its?.conditions ?? []) condition.lastTransitionTime = stamp();
    }
    state.objects.pods.push(...made);
    if (!cluster.cures) unready(state, made, HANGS);
    state.objects.events = cluster.cures ? [] : state.objects.events;
    settle(state);
    Object.assign(workload.status ?? {}, { observedGeneration: metadata.generation });
    const available = status?.conditions?.find(({ type }) => type === 'Available');
    if (available && cluster.cures) Object.assign(available, { status: 'True', lastTransitionTime: stamp() });
  }

  const answers: Record<PatchFate, number> = {
    taken: 200,
    'taken-but-the-answer-is-lost': 0,
    conflict: 409,
    forbidden: 403,
  };

  function patch(workload: Workload, { query, body }: Received): { code: number; object: object } {
    const wanted = JSON.parse(body.toString()) as Partial<Workload>;
    const dryRun = query.get('dryRun') === 'All';
    const fate = dryRun ? cluster.dryRunFate : (cluster.fates.shift() ?? 'taken');
    const code = answers[fate];
    if (code >= 400) return { code, object: { kind: 'Status', status: 'Failure', message: `scripted ${fate}`, code } };
    const { uid, resourceVersion } = wanted.metadata ?? {};
    if (
      (uid && uid !== workload.metadata.uid) ||
      (resourceVersion && resourceVersion !== workload.metadata.resourceVersion)
    )
      return { code: 409, object: { kind: 'Status', message: 'the object has been modified', code: 409 } };
    (dryRun ? cluster.dryRuns : cluster.patches).push(wanted);
    const merged = mergePatch(structuredClone(workload) as never, wanted as never) as unknown as Workload;
    if (dryRun) return { code, object: merged };
    const changed = JSON.stringify(merged.spec.template) !== JSON.stringify(workload.spec.template);
    Object.assign(workload, merged);
    workload.metadata.resourceVersion = String(Number(workload.metadata.resourceVersion ?? 1) + 1);
    if (changed) rollOut(workload);
    return { code, object: workload };
  }

  function answer(received: Received): { code: number; object: object } {
    if (cluster.forbidden.some((end) => received.path.endsWith(end)))
      return { code: 403, object: { kind: 'Status', status: 'Failure', message: 'scripted forbidden', code: 403 } };
    const parts = received.path.split('/');
    if (parts.at(-1) === 'version') return { code: 200, object: { gitVersion: 'v1.36.0' } };
    const [plural = '', name] = received.path
      .replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\/(namespaces\/[^/]+\/)?/, '')
      .split('/');
    if (plural === 'secrets') return { code: 200, object: { kind: 'List', metadata: {}, items: [] } };
    if (received.path.includes('metrics.k8s.io'))
      return { code: 404, object: { kind: 'Status', message: 'not found', code: 404 } };
    const items: KubeObject[] = (state.objects as unknown as Record<string, KubeObject[]>)[plural] ?? [];
    if (!name) return { code: 200, object: { kind: 'List', metadata: {}, items } };
    const found = items.find(({ metadata }) => metadata.name === name);
    if (!found) return { code: 404, object: { kind: 'Status', message: 'not found', code: 404 } };
    return received.method === 'PATCH' ? patch(found as Workload, received) : { code: 200, object: found };
  }

  for (const each of state.objects.deployments) each.metadata.resourceVersion = '1';
  server = await serve((received, response) => {
    const { code, object } = answer(received);
    if (code === 0) {
      response.destroy();
      return;
    }
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(object));
  });
  return Object.assign(cluster, { url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}
