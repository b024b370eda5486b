import type { CorpusCase } from '../case.ts';
import { crashLoop, waits } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import { application } from './open-d-parts.ts';
import { firstOf, killedByProbe, runsAgain } from './open-e-parts.ts';

/** Containers that do not start, do not stay, or are not left alone. */
export const openCStarts: CorpusCase[] = [
  {
    name: 'chart-sets-a-policy-of-never-for-an-image-that-only-its-authors-have',
    kind: 'single',
    source: 'https://github.com/hystax/optscale/issues/701',
    layers: ['application'],
    roots: [['image-never-pull']],
    why: 'The chart was written for a machine that builds the image itself: the policy is Never, and no node has error_pages:local.',
    build: () => {
      const world = healthy();
      const image = 'error_pages:local';
      const pages = deployment(world, 'error-pages', {
        container: {
          name: 'error-pages',
          image,
          imagePullPolicy: 'Never',
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '10m', memory: '20Mi' }, limits: { memory: '40Mi' } },
        },
        replicas: 1,
        revision: 1,
        age: 53,
        revised: 53,
      });
      service(world, 'error-pages', { app: 'error-pages' }, [{ port: 80, targetPort: 'http' }], { age: 53 });
      const message = `Container image "${image}" is not present with pull policy of Never`;
      for (const pod of world.podsOf(pages)) {
        waits(pod, 'ErrImageNeverPull', message, 53);
        world.event(pod, 'Warning', 'Failed', 'Error: ErrImageNeverPull', { count: 12, from: 53, to: 51 });
        world.event(pod, 'Warning', 'ErrImageNeverPull', message, { count: 230, from: 53, to: 3 });
      }
      neverAvailable(world, pages, 53);
      return world;
    },
  },
  {
    name: 'native-code-crashes-and-leaves-not-a-line',
    kind: 'single',
    source: 'https://github.com/civitai/civitai/pull/2234',
    layers: ['application'],
    roots: [['container-panic']],
    why: 'SIGSEGV in the native engine of the ORM on an old musl: exit code 139 in every pod of the pool, at different times, and no log before it.',
    build: () => {
      const world = healthy();
      const ssr = application(world, 'civitai-ssr', { NODE_ENV: 'production' }, { replicas: 3 });
      const [first, ...others] = firstOf(world, ssr);
      crashLoop(world, first, { exitCode: 139, restarts: 19, minutes: 3 });
      for (const [n, pod] of others.entries()) {
        const ended = 14 + 27 * n;
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          restartCount: 17 - 4 * n,
          lastState: {
            terminated: { exitCode: 139, reason: 'Error', startedAt: ago(ended + 83), finishedAt: ago(ended) },
          },
          state: { running: { startedAt: ago(ended) } },
        });
        const name = 'civitai-ssr';
        world.event(pod, 'Normal', 'Started', `Started container ${name}`, {
          count: 18 - 4 * n,
          from: 9 * 1440,
          to: ended,
        });
      }
      return world;
    },
  },
  {
    name: 'frontend-does-its-work-and-ends-with-zero',
    kind: 'single',
    source: 'https://github.com/vercel/next.js/issues/41280',
    layers: ['application', 'network'],
    roots: [['container-exit-zero-loop']],
    why: 'The command of the new image runs to its end instead of serving: reason Completed, exit code 0, and the kubelet backs off all the same.',
    build: () => {
      const world = healthy();
      const name = 'listings-frontend';
      const frontend = deployment(world, name, {
        container: {
          name,
          image: 'registry.digitalocean.com/realoq/realoq-listings-frontend:latest',
          imagePullPolicy: 'Always',
          command: ['node', 'server.js'],
          ports: [{ containerPort: 3000, protocol: 'TCP' }],
          env: [{ name: 'NEXT_TELEMETRY_DISABLED', value: '1' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        },
        replicas: 1,
        revision: 1,
        age: 27,
        revised: 27,
      });
      service(world, name, { app: name }, [{ port: 80, targetPort: 3000 }], { age: 27 });
      for (const pod of world.podsOf(frontend)) {
        crashLoop(world, pod, { exitCode: 0, reason: 'Completed', restarts: 9, minutes: 27 });
        world.event(
          pod,
          'Normal',
          'Pulled',
          'Successfully pulled image "registry.digitalocean.com/realoq/realoq-listings-frontend:latest" in 5.601s (5.601s including waiting). Image size: 48210573 bytes.',
          { count: 9, from: 27, to: 2 },
        );
      }
      neverAvailable(world, frontend, 27);
      return world;
    },
  },
  {
    name: 'killed-with-137-and-memory-to-spare',
    kind: 'trap',
    source:
      'https://github.com/codecentric/helm-charts/issues/266 https://github.com/kubernetes/kubernetes/issues/19825',
    layers: ['application'],
    roots: [['liveness-probe-failing', 'probe-port-mismatch']],
    why: 'Looks like lack of memory. The management port listens on 127.0.0.1 only, so the probe is refused, and every five minutes the kubelet kills what will not end in time.',
    build: () => {
      const world = healthy();
      const keycloak = statefulSet(world, 'keycloak', {
        revised: 62,
        container: {
          name: 'keycloak',
          image: 'docker.io/jboss/keycloak:11.0.0',
          ports: [
            { name: 'http', containerPort: 8080, protocol: 'TCP' },
            { name: 'http-management', containerPort: 9990, protocol: 'TCP' },
          ],
          resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { memory: '3Gi' } },
          livenessProbe: { httpGet: { path: '/health', port: 9990 }, initialDelaySeconds: 270, failureThreshold: 3 },
          readinessProbe: { httpGet: { path: '/auth/realms/master', port: 'http' }, initialDelaySeconds: 30 },
        },
      });
      service(world, 'keycloak-http', { app: 'keycloak' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(keycloak)) {
        runsAgain(pod, { exitCode: 137, restarts: 9, lasted: 5.6, since: 2.8 });
        const at = `${pod.status?.podIP}:9990`;
        const refused = `failed: Get "http://${at}/health": dial tcp ${at}: connect: connection refused`;
        killedByProbe(world, pod, 'Liveness', refused, { kills: 9, minutes: 57, last: 3.3 });
        world.log(
          pod,
          `09:51:52,318 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0060: Http management interface listening on http://127.0.0.1:9990/management
09:51:52,319 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0051: Admin console listening on http://127.0.0.1:9990
09:56:40,771 INFO  [org.jboss.as.server] (SIGTERM handler) WFLYSRV0241: Shutting down in response to process signal SIGTERM`,
          { previous: true },
        );
      }
      return world;
    },
  },
];
