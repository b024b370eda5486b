import { BedClient } from '../../scripts/control-plane/bed-client.ts';

interface ListedPod {
  metadata: { name: string; namespace: string };
  spec: { containers: { name: string }[] };
}

/** What the kubelet of a broken pod would say: KWOK has no kubelet that runs anything, so a test says it. */
export interface PodSymptoms {
  /** label selector */
  pods: string;
  /** of the pod's first container; `ready` false unless said otherwise */
  container: { state?: object; lastState?: object; restartCount?: number; ready?: boolean; started?: boolean };
  events?: { reason: string; message: string; count?: number }[];
  log?: string;
  previousLog?: string;
}

export interface Situation {
  namespace: string;
  /** applied in order */
  objects: object[];
  /** deployments to wait for before the symptoms are put in */
  available?: string[];
  symptoms?: PodSymptoms[];
}

/** The control plane that this tier's set-up started. */
export function bed(): BedClient {
  const dir = process.env.MEDIC_TEST_BED;
  if (!dir) throw new Error('no control plane: run `npm run test:cluster`');
  return new BedClient(dir);
}

/** Puts a namespace into a state: objects first, then what kubelets report about its pods, their events and logs. */
export async function putSituation(
  client: BedClient,
  { namespace, objects, available = [], symptoms = [] }: Situation,
) {
  if (objects.length > 0) await client.apply(...objects);
  for (const name of available) {
    await client.kubectl('-n', namespace, 'wait', '--for=condition=Available', `deployment/${name}`, '--timeout=30s');
  }
  for (const each of symptoms) {
    const { items } = await client.json<{ items: ListedPod[] }>('-n', namespace, 'get', 'pods', '-l', each.pods);
    if (items.length === 0) throw new Error(`no pod has the labels ${each.pods}`);
    await Promise.all(items.map((pod) => putSymptoms(client, pod, each)));
  }
}

async function putSymptoms(
  client: BedClient,
  { metadata: { name, namespace }, spec }: ListedPod,
  symptoms: PodSymptoms,
) {
  const container = spec.containers[0]?.name ?? '';
  await client.kubectl('-n', namespace, 'label', '--overwrite', 'pod', name, 'bed/hold=true');
  const ready = symptoms.container.ready ?? false;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = (type: string, status: boolean) => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: now,
    ...(status ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${container}]` }),
  });
  await client.patchStatus('pod', namespace, name, {
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('Ready', ready),
      condition('ContainersReady', ready),
    ],
    containerStatuses: [
      { name: container, image: 'x', imageID: '', restartCount: 0, started: ready, ...symptoms.container, ready },
    ],
  });
  for (const event of symptoms.events ?? []) await client.event({ kind: 'Pod', namespace, name }, event);
  if (symptoms.log !== undefined) await client.setLog(namespace, name, container, symptoms.log);
  if (symptoms.previousLog !== undefined) {
    await client.setLog(namespace, name, container, symptoms.previousLog, { previous: true });
  }
}
