import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from './case.ts';
import { appContainer } from './healthy.ts';
import { autoscaler, claim, policy, secret, service, thing } from './things.ts';
import { ago, DAY, HOUR } from './time.ts';
import { deployment, NODES, podOf } from './workloads.ts';
import type { World } from './world.ts';

/** What a namespace of some age holds beside the service in question: nothing of it is wrong now. */
export function addNoise(world: World): World {
  neighbours(world);
  leftovers(world);
  const pvc = claim(world, 'spare', { phase: 'Pending', age: 3 * DAY });
  const waiting = 'waiting for first consumer to be created before binding';
  world.event(pvc, 'Normal', 'WaitForFirstConsumer', waiting, {
    count: 9000,
    from: 3 * DAY,
    to: 0.2,
    component: 'persistentvolume-controller',
  });
  secret(world, 'unused-secret', ['key']);
  policy(world, 'from-the-mesh', {
    podSelector: { matchLabels: { app: 'frontend' } },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
  });
  service(world, 'partner-api', undefined, [{ name: 'https', port: 443 }]);
  return world;
}

/** Services of other people: one without limits and with one replica, one that has restarted long ago, one scaled to its minimum. */
function neighbours(world: World): void {
  const plain = appContainer('legacy-frontend', { image: 'registry.example.com/frontend:latest', ports: [], env: [] });
  delete plain.resources;
  delete plain.livenessProbe;
  delete plain.readinessProbe;
  deployment(world, 'legacy-frontend', { container: plain, replicas: 1, revision: 1 });
  const frontend = deployment(world, 'frontend', { container: appContainer('frontend', { env: [] }) });
  service(world, 'frontend', { app: 'frontend' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  for (const pod of world.podsOf(frontend)) {
    pod.metadata.creationTimestamp = ago(20 * DAY);
    Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
      restartCount: 5,
      lastState: {
        terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: ago(12 * DAY), finishedAt: ago(11 * DAY) },
      },
      state: { running: { startedAt: ago(11 * DAY) } },
    });
    const late = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
    world.event(pod, 'Warning', 'Unhealthy', late, { count: 2, from: 50, to: 49 });
    world.log(
      pod,
      '2026-11-20T09:58:02.001Z ERROR frontend::http: GET /favicon.ico 404\n2026-11-20T09:59:02.001Z  WARN frontend::auth: token of user 881 has expired',
    );
  }
  const at = ago(6 * HOUR);
  autoscaler(world, 'frontend', {
    conditions: [
      {
        type: 'AbleToScale',
        status: 'True',
        reason: 'ReadyForNewScale',
        message: 'recommended size matches current size',
        lastTransitionTime: at,
      },
      {
        type: 'ScalingActive',
        status: 'True',
        reason: 'ValidMetricFound',
        message:
          'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
        lastTransitionTime: at,
      },
      {
        type: 'ScalingLimited',
        status: 'True',
        reason: 'TooFewReplicas',
        message: 'the desired replica count is less than the minimum replica count',
        lastTransitionTime: at,
      },
    ],
  });
}

/** Of a rollout that was taken back, a Job of the night, a node that left. */
function leftovers(world: World): void {
  const frontend = world.get<Workload>('Deployment', 'frontend');
  const [set] = world.setsOf(frontend);
  if (!set) throw new Error('a ReplicaSet');
  const gone = podOf(world, set, set.spec.template, {
    name: `${set.metadata.name}-gone7`,
    node: NODES[2] ?? '',
    age: 55,
  });
  const image = 'registry.example.com/frontend:3.0.0-rc1';
  world.event(
    gone,
    'Warning',
    'Failed',
    `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`,
    { count: 4, from: 55, to: 48 },
  );
  world.event(gone, 'Warning', 'BackOff', `Back-off pulling image "${image}"`, { count: 9, from: 55, to: 47 });
  world.remove(gone);
  const left = podOf(world, set, set.spec.template, {
    name: `${set.metadata.name}-spot4`,
    node: 'ip-10-0-9-90.ec2.internal',
    age: 4 * DAY,
  });
  left.status = {
    phase: 'Failed',
    reason: 'Terminated',
    message: 'Pod was terminated in response to imminent node shutdown.',
    startTime: ago(4 * DAY),
    conditions: [{ type: 'Ready', status: 'False', reason: 'PodFailed', lastTransitionTime: ago(3 * DAY) }],
  };
  const name = 'sweep-29381';
  const template = {
    metadata: { labels: { 'job-name': name } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'registry.example.com/sweep:3' }] },
  };
  const job = thing(
    world,
    'batch/v1',
    'Job',
    name,
    {
      spec: { backoffLimit: 6, template },
      status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: ago(8 * HOUR) }] },
    },
    { age: 8 * HOUR },
  );
  const done = podOf(world, job, template, { name: `${name}-x2v9p`, age: 8 * HOUR });
  done.status = {
    phase: 'Succeeded',
    startTime: ago(8 * HOUR),
    conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted', lastTransitionTime: ago(8 * HOUR - 2) }],
    containerStatuses: [
      {
        name: 'job',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: ago(8 * HOUR - 2) } },
      },
    ],
  };
}

/** The same case in a namespace that has seen something: the answer must stay. */
export const amongNoise = (each: CorpusCase): CorpusCase => ({ ...each, build: () => addNoise(each.build()) });
