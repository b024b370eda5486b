import type { Workload } from '#shared/domain/kubernetes.ts';
import { podWebhook } from '../admission.ts';
import type { CorpusCase } from '../case.ts';
import { noPods } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { clusterThing, service, thing } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import type { World } from '../world.ts';

const MESH = 'linkerd';
const INJECTOR = 'linkerd-proxy-injector';

/** Linkerd as it stands well: its injector sees every pod that is made. */
function mesh(world: World): void {
  const namespace = MESH;
  clusterThing(world, 'v1', 'Namespace', namespace, { status: { phase: 'Active' } });
  thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
  const labels = { 'linkerd.io/control-plane-component': 'proxy-injector' };
  deployment(world, INJECTOR, {
    namespace,
    labels,
    replicas: 1,
    revised: 30 * DAY,
    container: {
      name: 'proxy-injector',
      image: 'cr.l5d.io/linkerd/controller:stable-2.14.10',
      ports: [
        { name: 'proxy-injector', containerPort: 8443, protocol: 'TCP' },
        { name: 'admin-http', containerPort: 9995, protocol: 'TCP' },
      ],
      livenessProbe: { httpGet: { path: '/ping', port: 9995 }, initialDelaySeconds: 10 },
      readinessProbe: { httpGet: { path: '/ready', port: 9995 }, failureThreshold: 7 },
    },
  });
  service(world, INJECTOR, labels, [{ name: 'proxy-injector', port: 443, targetPort: 'proxy-injector' }], {
    namespace,
  });
  podWebhook(world, `${INJECTOR}-webhook-config`, {
    webhook: `${INJECTOR}.linkerd.io`,
    service: { namespace, name: INJECTOR, path: '/' },
  });
  const shop = world.get('Namespace', world.namespace, '');
  shop.metadata.annotations = { ...shop.metadata.annotations, 'linkerd.io/inject': 'enabled' };
}

/** Pods that the API server does not let in, because of what a mesh does to them. */
export const openCAdmission: CorpusCase[] = [
  {
    name: 'injected-proxy-has-no-limit-and-the-namespace-wants-one',
    kind: 'cascade',
    source: 'https://github.com/linkerd/linkerd2/issues/2750',
    layers: ['configuration', 'application', 'network'],
    roots: [['limitrange-violation']],
    why: 'The defaults of the LimitRange are set before the mesh adds its proxy, its maxima are checked afterwards: the proxy has no limit, so no pod of the namespace may be made.',
    build: () => {
      const world = healthy();
      mesh(world);
      const limits = [
        {
          type: 'Container',
          default: { cpu: '500m', memory: '128Mi' },
          defaultRequest: { cpu: '100m', memory: '64Mi' },
          max: { cpu: '2', memory: '4Gi' },
        },
      ];
      thing(world, 'v1', 'LimitRange', 'resource-limit-range', { spec: { limits } }, { age: 29 });
      const hard = { 'requests.cpu': '8', 'requests.memory': '8Gi', 'limits.cpu': '8', 'limits.memory': '8Gi' };
      const used = {
        'requests.cpu': '800m',
        'requests.memory': '1312Mi',
        'limits.cpu': '0',
        'limits.memory': '2624Mi',
      };
      thing(world, 'v1', 'ResourceQuota', 'resource-quotas', { spec: { hard }, status: { hard, used } }, { age: 29 });
      const grafana = deployment(world, 'grafana', {
        container: appContainer('grafana', { image: 'grafana/grafana:6.2.5', env: [] }),
        replicas: 1,
        revision: 1,
        age: 25,
        revised: 25,
      });
      service(world, 'grafana', { app: 'grafana' }, [{ name: 'http', port: 80, targetPort: 'http' }], { age: 25 });
      const set = world.setsOf(grafana).at(-1)?.metadata.name;
      noPods(
        world,
        grafana,
        `pods "${set}-8kkjh" is forbidden: [maximum memory usage per Container is 4Gi.  No limit is specified., maximum cpu usage per Container is 2.  No limit is specified.]`,
        { minutes: 25 },
      );
      neverAvailable(world, grafana, 25);
      return world;
    },
  },
  {
    name: 'injector-has-endpoints-and-does-not-answer',
    kind: 'cascade',
    source: 'https://github.com/linkerd/linkerd2/issues/3358',
    layers: ['configuration', 'application', 'network'],
    roots: [['webhook-unavailable']],
    why: 'The injector is ready and its Service has endpoints, but calls to it time out since the night. The events are gone; only the condition of the ReplicaSet still says why there are no pods.',
    build: () => {
      const world = healthy();
      mesh(world);
      noPods(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        `Internal error occurred: failed calling webhook "${INJECTOR}.linkerd.io": failed to call webhook: Post "https://${INJECTOR}.${MESH}.svc:443/?timeout=10s": context deadline exceeded`,
        { minutes: 420 },
      );
      world.events.length = 0;
      return world;
    },
  },
];
