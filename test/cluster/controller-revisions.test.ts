import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { ControllerRevision, Pod, Workload } from '#shared/domain/kubernetes.ts';
import { medic } from '#test/support/medic.ts';
import { bed } from './situation.ts';

/*
 * A StatefulSet and a DaemonSet whose ControllerRevisions, pods and status are the real controllers' work. The test is
 * the kubelet alone: it runs every image but those that no registry has.
 */

const client = bed();
const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
const out = mkdtempSync(join(tmpdir(), 'otlp-medic-revisions-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const KINDS = ['StatefulSet', 'DaemonSet'] as const;
const IMAGE = 'registry.example/cache';
const NO_SUCH_IMAGE = `${IMAGE}:3-typo`;

interface Version {
  tag: string;
  size: string;
}

const cache = (kind: (typeof KINDS)[number], namespace: string, { tag, size }: Version) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'cache', namespace },
  spec: {
    selector: { matchLabels: { app: 'cache' } },
    template: {
      metadata: { labels: { app: 'cache', 'bed/hold': 'true' } },
      spec: {
        containers: [{ name: 'cache', image: `${IMAGE}:${tag}`, env: [{ name: 'CACHE_SIZE', value: size }] }],
      },
    },
    ...(kind === 'StatefulSet' && { replicas: 2, serviceName: 'cache' }),
  },
});

describe.each(KINDS)('a %s whose newest revision names an image that is not there', (kind) => {
  const namespace = `revisions-of-a-${kind.toLowerCase()}`;
  const workload = `${kind.toLowerCase()}/cache`;
  const kubectl = (...args: string[]) => client.kubectl('-n', namespace, ...args);
  const pods = async () => (await client.json<{ items: Pod[] }>('-n', namespace, 'get', 'pods')).items;
  const revisions = async () => {
    const { items } = await client.json<{ items: ControllerRevision[] }>('-n', namespace, 'get', 'controllerrevisions');
    return items.toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
  };
  const roll = (version: Version) => client.apply(cache(kind, namespace, version));
  const asked = async (format: 'json' | 'text') => {
    const flags = ['--kubeconfig', kubeconfig, '--namespace', namespace, '--out', out];
    return medic(['diagnose', ...flags, ...(format === 'json' ? ['--format', format] : [])]);
  };
  const diagnosed = async (): Promise<Diagnosis> => {
    const { stdout, stderr } = await asked('json');
    expect(stdout, stderr).not.toBe('');
    return JSON.parse(stdout);
  };

  /** Speaks for the kubelet until its pods, and what the controller says of them, are as they should be. */
  async function live(isThere: (workload: Workload, pods: Pod[]) => boolean) {
    for (let attempt = 0; attempt < 120; attempt++) {
      const all = await pods();
      await Promise.all(all.filter(isNew).map((pod) => start(namespace, pod)));
      if (isThere(await client.json<Workload>('-n', namespace, 'get', workload), all)) return;
      await sleep(250);
    }
    throw new Error(`${workload} of ${namespace} does not become as it should be`);
  }
  const rolledOut = (image: string) =>
    live(
      ({ metadata, status }, all) =>
        status?.observedGeneration === metadata.generation &&
        all.length >= 2 &&
        all.every((pod) => isReady(pod) && imageOf(pod) === image && !pod.metadata.deletionTimestamp) &&
        (kind === 'StatefulSet'
          ? status?.updateRevision === status?.currentRevision && status?.readyReplicas === all.length
          : status?.updatedNumberScheduled === all.length && status.numberAvailable === all.length),
    );

  beforeAll(async () => {
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await roll({ tag: '1', size: '64Mi' });
    await rolledOut(`${IMAGE}:1`);
    await roll({ tag: '2', size: '64Mi' });
    await rolledOut(`${IMAGE}:2`);
    await kubectl('rollout', 'restart', workload);
    await rolledOut(`${IMAGE}:2`);
    await roll({ tag: '3-typo', size: '128Mi' });
    await live((_, all) => all.some((pod) => imageOf(pod) === NO_SUCH_IMAGE && pod.status?.containerStatuses));
  });
  afterAll(() => kubectl('delete', 'namespace', namespace, '--wait=false'));

  it('is told with what that revision changed and with the last one that differs by more than a restart', async () => {
    const { rootCauses, action } = await diagnosed();
    const [, , restart, newest] = await revisions();
    expect(restart?.data?.spec?.template?.metadata?.annotations).toHaveProperty('kubectl.kubernetes.io/restartedAt');
    expect(rootCauses.map(({ code, owner }) => [code, owner?.kind])).toEqual([['image-not-found', kind]]);
    expect(rootCauses[0]?.cause).toMatch(
      /The fault began (as soon as|\d+ s after) revision 4 appeared; it changed image and CACHE_SIZE\./,
    );
    expect(rootCauses[0]?.evidence).toContainEqual({
      source: `ControllerRevision/${namespace}/${newest?.metadata.name}`,
      path: 'data.spec.template',
      value: `image of cache: ${IMAGE}:2 -> ${NO_SUCH_IMAGE}; CACHE_SIZE of cache`,
      at: new Date(newest?.metadata.creationTimestamp ?? '').toISOString(),
    });
    expect(action).toMatchObject({ class: 'rollback', toRevision: 3 });
    const [broken] = (await pods()).filter((pod) => imageOf(pod) === NO_SUCH_IMAGE);
    if (kind === 'StatefulSet') expect(action.reason).toContain(`afterwards delete pod ${broken?.metadata.name}`);
    else expect(action.reason).not.toContain('afterwards');
  });

  it('is healthy once the way back that is told has been gone', async () => {
    const { stdout } = await asked('text');
    const [line = ''] = /kubectl -n \S+ rollout undo \S+ --to-revision=\d+/.exec(stdout) ?? [];
    expect(line, stdout).toBe(`kubectl -n ${namespace} rollout undo ${workload} --to-revision=3`);
    const [broken] = (await pods()).filter((pod) => imageOf(pod) === NO_SUCH_IMAGE);
    await client.kubectl(...line.split(' ').slice(1));
    if (kind === 'StatefulSet') await kubectl('delete', 'pod', broken?.metadata.name ?? '', '--wait=false');
    await rolledOut(`${IMAGE}:2`);
    const { verdict, rootCauses } = await diagnosed();
    expect(rootCauses).toEqual([]);
    expect(verdict).toBe('healthy');
  });

  it('has no way back from the revision that it went back to', async () => {
    const [pod] = (await pods()).toReversed();
    await fail(namespace, pod?.metadata.name ?? '', `${IMAGE}:2`);
    const { rootCauses, action } = await diagnosed();
    expect(rootCauses.map(({ code }) => code)).toEqual(['image-not-found']);
    expect(action).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('revision 5 is itself a return to an earlier one'),
    });
  });
});

const imageOf = ({ spec }: Pod): string | undefined => spec.containers[0]?.image;
const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
/** Placed on a node, and nobody has spoken for it yet. */
const isNew = ({ spec, status, metadata }: Pod): boolean =>
  spec.nodeName !== undefined && status?.containerStatuses === undefined && !metadata.deletionTimestamp;

async function start(namespace: string, pod: Pod): Promise<void> {
  const { name } = pod.metadata;
  const image = imageOf(pod) ?? '';
  if (image === NO_SUCH_IMAGE) await fail(namespace, name, image);
  else await report(namespace, name, image, { running: { startedAt: now() } });
}

/** What the kubelet says of an image that its registry does not have. */
async function fail(namespace: string, name: string, image: string): Promise<void> {
  const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  const waiting = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${why}` };
  await report(namespace, name, image, { waiting });
  const message = `Failed to pull image "${image}": rpc error: code = NotFound desc = ${why}`;
  await client.event({ kind: 'Pod', namespace, name }, { reason: 'Failed', message });
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

function report(namespace: string, name: string, image: string, state: object): Promise<void> {
  const ready = 'running' in state;
  const condition = (type: string, is: boolean) => ({
    type,
    status: is ? 'True' : 'False',
    lastTransitionTime: now(),
    ...(is ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [cache]' }),
  });
  return client.patchStatus('pod', namespace, name, {
    phase: ready ? 'Running' : 'Pending',
    startTime: now(),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: [{ name: 'cache', image, imageID: '', restartCount: 0, ready, started: ready, state }],
  });
}
