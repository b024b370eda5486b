import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, imagePull, rollOut, startError, unready } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { initFails } from '../init-containers.ts';
import { service } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';

/** Faults of the workload itself, with no effect elsewhere but their own rollout and Service. */
export const application: CorpusCase[] = [
  {
    name: 'statefulset-updated-to-a-tag-that-does-not-exist',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/67250',
    layers: ['application'],
    roots: [['image-not-found']],
    why: 'The last pod of the StatefulSet was replaced by one whose image does not exist; the others still run.',
    build: () => {
      const world = healthy();
      const web = statefulSet(world, 'web', {
        container: appContainer('web', { image: 'registry.k8s.io/nginx-slim:0.8' }),
        replicas: 3,
      });
      service(world, 'web', { app: 'web' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const [, , last] = world.podsOf(web);
      if (!last?.spec.containers[0]) throw new Error('three pods');
      const image = 'registry.k8s.io/nginx-slim:0.99-typo';
      for (const container of [last.spec.containers[0], web.spec.template.spec.containers[0]])
        if (container) container.image = image;
      web.status = { ...web.status, updateRevision: 'web-7d55' };
      last.metadata.creationTimestamp = ago(14);
      if (last.metadata.labels) last.metadata.labels['controller-revision-hash'] = 'web-7d55';
      imagePull(
        world,
        last,
        `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
        14,
      );
      return world;
    },
  },
  {
    name: 'docker-hub-pull-rate-limit',
    kind: 'single',
    source: 'https://github.com/kata-containers/kata-containers/issues/10109',
    layers: ['application'],
    roots: [['image-pull-rate-limited']],
    why: 'Anonymous pulls from Docker Hub are over their quota.',
    build: () => {
      const world = healthy();
      const cache = deployment(world, 'cache', {
        container: appContainer('cache', { image: 'docker.io/library/redis:7.4' }),
        revision: 1,
      });
      for (const pod of world.podsOf(cache)) {
        imagePull(
          world,
          pod,
          'failed to pull and unpack image "docker.io/library/redis:7.4": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:50aa4698fa6262977cff89181b2664b99d8a56dbca847bf62f2ef04854597cf8: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
          25,
        );
      }
      return world;
    },
  },
  {
    name: 'amd64-image-on-graviton',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2820',
    layers: ['application'],
    roots: [['image-arch-mismatch']],
    why: 'The image was built on a machine of another architecture than the nodes have.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
      });
      if (pod) crashLoop(world, pod, { exitCode: 255, log: 'exec /usr/local/bin/checkout: exec format error' });
      return world;
    },
  },
  {
    name: 'liveness-probe-of-one-second-on-a-busy-node',
    kind: 'single',
    source: 'https://github.com/devantler-tech/platform/pull/1714',
    layers: ['application'],
    roots: [['liveness-probe-failing']],
    why: 'The process is well but slow; the kubelet ends it gracefully again and again because it does not answer within a second.',
    build: () => {
      const world = healthy();
      const portal = deployment(world, 'homepage', {
        container: appContainer('homepage', {
          livenessProbe: {
            httpGet: { path: '/', port: 'http' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            failureThreshold: 3,
          },
        }),
      });
      service(world, 'homepage', { app: 'homepage' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(portal)) {
        const [status] = pod.status?.containerStatuses ?? [];
        Object.assign(status ?? {}, {
          restartCount: 9,
          lastState: { terminated: { exitCode: 0, reason: 'Completed', startedAt: ago(11), finishedAt: ago(3) } },
          state: { running: { startedAt: ago(3) } },
        });
        unready(pod, 1);
        const failed = `Get "http://${pod.status?.podIP}:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
        world.event(pod, 'Warning', 'Unhealthy', `Liveness probe failed: ${failed}`, { count: 31, from: 55, to: 0.4 });
        world.event(pod, 'Warning', 'Unhealthy', `Readiness probe failed: ${failed}`, { count: 44, from: 55, to: 0.2 });
        world.event(pod, 'Normal', 'Killing', 'Container homepage failed liveness probe, will be restarted', {
          count: 9,
          from: 54,
          to: 3,
        });
      }
      return world;
    },
  },
  {
    name: 'java-heap-larger-than-the-memory-limit',
    kind: 'single',
    source: 'https://github.com/IBM/event-streams/issues/7',
    layers: ['application'],
    roots: [['container-oom-killed']],
    why: 'The JVM of ZooKeeper grows beyond the memory limit that the chart sets, and the kernel kills it again and again; it writes no word of it.',
    build: () => {
      const world = healthy();
      const zookeeper = statefulSet(world, 'zookeeper', {
        container: appContainer('zookeeper', {
          image: 'registry.example.com/event-streams/zookeeper:2018.3.0',
          ports: [{ name: 'client', containerPort: 2181, protocol: 'TCP' }],
          env: [],
          livenessProbe: { tcpSocket: { port: 'client' } },
          readinessProbe: { tcpSocket: { port: 'client' } },
          resources: { requests: { cpu: '100m', memory: '750Mi' }, limits: { memory: '750Mi' } },
        }),
        replicas: 3,
      });
      service(world, 'zookeeper', { app: 'zookeeper' }, [{ name: 'client', port: 2181, targetPort: 'client' }]);
      for (const pod of world.podsOf(zookeeper)) {
        crashLoop(world, pod, {
          exitCode: 137,
          reason: 'OOMKilled',
          restarts: 11,
          minutes: 40,
          log: `Wrote ZooKeeper configuration file to /var/lib/zookeeper/conf/zoo.cfg
Creating ZooKeeper log4j configuration
Wrote log4j configuration to /var/lib/zookeeper/conf/log4j.properties
Creating JVM configuration file
Wrote JVM configuration to /var/lib/zookeeper/conf/java.env
ZooKeeper JMX enabled by default
Using config: /var/lib/zookeeper/conf/zoo.cfg
[WARN  tini (1)] Reaped zombie process with pid=38`,
        });
      }
      return world;
    },
  },
  {
    name: 'rust-service-panics-on-a-value-that-is-none',
    kind: 'single',
    source: 'https://github.com/RouHim/this-week-in-past/issues/143',
    layers: ['application'],
    roots: [['container-panic']],
    why: 'The new version unwraps a None while it starts.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
      });
      if (pod) {
        crashLoop(world, pod, {
          exitCode: 101,
          log: `[2026-11-20T09:57:58Z INFO  checkout] Welcome to checkout version 2.8.0
[2026-11-20T09:57:58Z INFO  checkout] Launching webserver on http://0.0.0.0:8080

thread 'main' panicked at src/resource_reader.rs:118:14:
called \`Option::unwrap()\` on a \`None\` value
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
        });
      }
      return world;
    },
  },
  {
    name: 'entrypoint-left-out-of-the-new-image',
    kind: 'single',
    source: 'https://github.com/storageos/cluster-operator/issues/141',
    layers: ['application'],
    roots: [['container-command-not-found']],
    why: 'The command of the pod template does not exist in the image.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.command = ['checkout-server'];
      });
      if (pod) {
        startError(
          world,
          pod,
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "checkout-server": executable file not found in $PATH',
          128,
        );
      }
      return world;
    },
  },
  {
    name: 'migration-init-container-fails',
    kind: 'single',
    source: 'https://github.com/caesarakalaeii/all-chat/pull/282',
    layers: ['application', 'network'],
    roots: [['init-container-failed']],
    why: 'Every start replays all migrations, and one of them cannot run twice: no pod gets beyond its init container.',
    build: () => {
      const world = healthy();
      const pods = rollOut(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container, spec) => {
          spec.initContainers = [
            { name: 'migrate', image: container.image ?? '', command: ['/scripts/run-migrations.sh'] },
          ];
        },
        { minutes: 16, all: true },
      );
      for (const pod of pods) {
        initFails(world, pod, 'migrate', {
          minutes: 16,
          log: `Running migration: /migrations/052_overlay_last_connected_at.sql
BEGIN
psql:/migrations/052_overlay_last_connected_at.sql:22: ERROR:  column "last_connected_at" of relation "overlays" already exists
ERROR: psql exited with code 3`,
        });
      }
      return world;
    },
  },
];
