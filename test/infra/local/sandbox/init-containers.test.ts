import { describe, expect, it } from 'vitest';
import { deployment } from '#infra/local/sandbox/manifest-parts.ts';
import { NAMESPACE } from '#infra/local/sandbox/manifests.ts';
import { conditionOf } from '#infra/local/sandbox/objects.ts';
import { LOAD_TEST_IMAGE, STORE_IMAGE, WAIT_IMAGE } from '#infra/local/sandbox/programs/registry.ts';
import { eventsAbout, replayedCluster } from '#test/support/replayed-cluster.ts';

const APP = 'waiting-app';
const resources = { limits: { cpu: '50m', memory: '64Mi' }, requests: { cpu: '10m', memory: '8Mi' } };
const waitsFor = (name: string, host: string) => ({ name, image: WAIT_IMAGE, args: [`http://${host}`], resources });
const sidecar = { name: 'store', image: STORE_IMAGE, restartPolicy: 'Always', resources };

async function podWith(...initContainers: object[]) {
  const cluster = await replayedCluster();
  const identity = { namespace: NAMESPACE, name: APP, labels: { app: APP } };
  const containers = [{ name: 'main', image: LOAD_TEST_IMAGE, resources }];
  cluster.apply('deployments', deployment(identity, 1, { initContainers, containers }));
  const pod = () => {
    const [found] = cluster.podsOf(APP);
    if (!found) throw new Error('there is no pod');
    return found;
  };
  const inits = () => pod().status?.initContainerStatuses ?? [];
  const states = () =>
    [...inits(), ...(pod().status?.containerStatuses ?? [])].map(({ state }) => {
      const { waiting, running, terminated } = state ?? {};
      return running ? 'running' : (waiting?.reason ?? terminated?.reason);
    });
  return { cluster, pod, inits, states };
}

const WELL = 'otlp-app-service/health';

describe('init containers', () => {
  it('run one after the other, each to its end, and the containers only after the last one', async () => {
    const { cluster, pod, inits, states } = await podWith(waitsFor('first', WELL), waitsFor('second', WELL));
    const seen = new Set<string>();
    for (let tenths = 0; tenths < 120; tenths++) {
      await cluster.timeline.pass(0.1);
      if (inits().length > 0) seen.add(states().join(' '));
    }
    expect([...seen]).toEqual([
      'PodInitializing PodInitializing PodInitializing',
      'running PodInitializing PodInitializing',
      'Completed PodInitializing PodInitializing',
      'Completed running PodInitializing',
      'Completed Completed PodInitializing',
      'Completed Completed running',
    ]);
    expect(inits().map(({ ready, restartCount }) => [ready, restartCount])).toEqual([
      [true, 0],
      [true, 0],
    ]);
    expect(pod().status?.phase).toBe('Running');
    expect(conditionOf(pod().status?.conditions, 'Initialized')).toMatchObject({ status: 'True' });
  });

  it('that fail are started again with back-off, while the pod stays Pending and says what is incomplete', async () => {
    const { cluster, pod, states, inits } = await podWith(waitsFor('first', 'nowhere:8090'), waitsFor('second', WELL));
    const seen = new Set<string>();
    for (let seconds = 0; seconds < 90; seconds += 0.5) {
      await cluster.timeline.pass(0.5);
      seen.add(states()[0] ?? '');
    }
    expect([...seen]).toEqual(expect.arrayContaining(['running', 'Error', 'CrashLoopBackOff']));
    expect(states().slice(1)).toEqual(['PodInitializing', 'PodInitializing']);
    expect(inits()[0]?.restartCount).toBeGreaterThanOrEqual(2);
    expect(pod().status?.phase).toBe('Pending');
    expect(conditionOf(pod().status?.conditions, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [first second]',
    });
    expect(eventsAbout(cluster, pod().metadata.name).join('\n')).toMatch(
      /BackOff: Back-off restarting failed container first/,
    );
    const logged = cluster.kubelet.container({ namespace: NAMESPACE, name: pod().metadata.name }, 'first')?.log;
    expect(logged?.read({ previous: true })).toContain('gave up waiting for nowhere:8090: no such host');
  });

  it('that are sidecars go on beside the containers, and count for the readiness of the pod', async () => {
    const { cluster, pod, states } = await podWith(sidecar, waitsFor('second', WELL));
    await cluster.timeline.pass(20);
    expect(states()).toEqual(['running', 'Completed', 'running']);
    expect(conditionOf(pod().status?.conditions, 'Ready')).toMatchObject({ status: 'True' });
  });
});
