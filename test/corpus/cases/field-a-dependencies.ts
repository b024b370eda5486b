import type { ConfigMap, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, imagePull, notServing, rollOut } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { initRuns } from '../init-containers.ts';
import { configMap, secret, service } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

const store = (world: World, name: string, image: string, port: number, age = 20 * DAY): Pod[] => {
  const made = statefulSet(world, name, {
    container: appContainer(name, {
      image,
      env: [],
      ports: [{ name: 'db', containerPort: port, protocol: 'TCP' }],
      livenessProbe: { tcpSocket: { port: 'db' } },
      readinessProbe: { tcpSocket: { port: 'db' } },
    }),
    revised: age,
  });
  service(world, name, { app: name }, [{ name: 'db', port, targetPort: 'db' }]);
  return world.podsOf(made);
};

const client = (world: World, name: string, env: { name: string; value: string }[], age = 20 * DAY): Workload => {
  const container = appContainer(name);
  container.env?.push(...env);
  const made = deployment(world, name, { container, revised: age });
  service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  return made;
};

/** What something stands on is not as it was. */
export const fieldADependencies: CorpusCase[] = [
  {
    name: 'append-only-file-broken-by-an-unclean-end',
    kind: 'cascade',
    source: 'https://github.com/redhat-data-and-ai/template-agent/issues/324',
    layers: ['application', 'network'],
    roots: [['container-exit-error']],
    why: 'Redis refuses its own file after it was killed half-way through a write; the agents wait for Redis before they start.',
    build: () => {
      const world = healthy();
      const [redis] = store(world, 'redis', 'redis:7.4', 6379, 3 * DAY);
      if (!redis) throw new Error('a pod');
      crashLoop(world, redis, {
        exitCode: 1,
        minutes: 55,
        restarts: 15,
        log: `1:C 20 Nov 2026 09:57:53.026 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 20 Nov 2026 09:57:53.026 * Redis version=7.4.2, bits=64, commit=00000000, modified=0, pid=1, just started
1:C 20 Nov 2026 09:57:53.026 * Configuration loaded
1:M 20 Nov 2026 09:57:53.029 * Running mode=standalone, port=6379.
1:M 20 Nov 2026 09:57:53.031 * Server initialized
1:M 20 Nov 2026 09:57:53.031 * Reading RDB base file on AOF loading...
1:M 20 Nov 2026 09:57:53.411 # Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>`,
      });
      const agent = deployment(world, 'variance-agent', {
        container: appContainer('variance-agent'),
        more: {
          initContainers: [
            { name: 'copy-prompts', image: 'busybox:1.37', command: ['cp', '-r', '/src/prompts', '/prompts'] },
            {
              name: 'wait-for-redis',
              image: 'busybox:1.37',
              command: ['sh', '-c', 'until nc -z redis 6379; do echo waiting for redis; sleep 2; done'],
            },
          ],
        },
        revised: 48,
      });
      service(world, 'variance-agent', { app: 'variance-agent' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(agent))
        initRuns(world, pod, 'wait-for-redis', 48, 'waiting for redis\nwaiting for redis\nwaiting for redis');
      return world;
    },
  },
  {
    name: 'image-withdrawn-by-its-publisher-found-out-when-the-nodes-changed',
    kind: 'cascade',
    source: 'https://github.com/sentry-kubernetes/charts/issues/2038',
    layers: ['application', 'network'],
    roots: [['image-not-found']],
    why: 'The tag is gone from the registry for months; the old node had it on its disk, the new one must pull.',
    build: () => {
      const world = healthy();
      const image = 'docker.io/bitnami/postgresql:15.3.0-debian-11-r0';
      for (const pod of store(world, 'sentry-postgresql', image, 5432, 36))
        imagePull(
          world,
          pod,
          `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
          36,
        );
      const web = client(world, 'sentry-web', [{ name: 'POSTGRES_HOST', value: 'sentry-postgresql' }]);
      for (const pod of world.podsOf(web))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 31,
          restarts: 10,
          log: `  File "/.venv/lib/python3.13/site-packages/psycopg2/__init__.py", line 122, in connect
    conn = _connect(dsn, connection_factory=connection_factory, **kwasync)
django.db.utils.OperationalError: connection to server at "sentry-postgresql" (172.20.115.9), port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?`,
        });
      return world;
    },
  },
  {
    name: 'database-made-anew-and-the-server-keeps-the-old-password',
    kind: 'cascade',
    source: 'https://github.com/devantler-tech/platform/pull/2164',
    layers: ['configuration', 'application', 'network'],
    roots: [['config-stale-in-pods']],
    why: 'The operator wrote a new password into the Secret eight hours ago; the server read its environment eleven hours before that.',
    build: () => {
      const world = healthy();
      store(world, 'coroot-db', 'ghcr.io/cloudnative-pg/postgresql:17.5', 5432, 8 * HOUR);
      const credentials = secret(world, 'coroot-db-app', ['username', 'password'], { age: 8 * HOUR - 2 });
      credentials.metadata.managedFields = [
        { manager: 'cloudnative-pg', operation: 'Update', time: ago(8 * HOUR - 2) },
      ];
      const coroot = statefulSet(world, 'coroot', {
        container: appContainer('coroot', {
          image: 'ghcr.io/coroot/coroot:1.17.5',
          env: [
            { name: 'PG_HOST', value: 'coroot-db' },
            { name: 'PG_PASSWORD', valueFrom: { secretKeyRef: { name: 'coroot-db-app', key: 'password' } } },
          ],
        }),
        revised: 19 * HOUR,
      });
      service(world, 'coroot', { app: 'coroot' }, [{ name: 'http', port: 8080, targetPort: 'http' }]);
      for (const pod of world.podsOf(coroot)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 500', 8 * HOUR - 5);
        world.log(
          pod,
          ['09:59:28', '09:59:38', '09:59:48', '09:59:58']
            .map(
              (time) =>
                `E1120 ${time}.211904       1 watcher.go:61] failed to get projects: pq: password authentication failed for user "coroot"`,
            )
            .join('\n'),
        );
      }
      return world;
    },
  },
  {
    name: 'one-comma-too-many-in-the-settings-of-a-service',
    kind: 'cascade',
    source: 'https://github.com/microsoft/FluidFramework/pull/22560',
    layers: ['configuration', 'application', 'network'],
    roots: [['config-json-invalid']],
    why: 'The file in the ConfigMap is no JSON any more: the tenant service does not start, and the gateway that asks it is not ready.',
    build: () => {
      const world = healthy();
      configMap(world, 'riddler', { 'config.json': '{\n  "logger": { "level": "info" }\n}\n' });
      const riddler = deployment(world, 'riddler', {
        container: appContainer('riddler', { volumeMounts: [{ name: 'config', mountPath: '/home/node/config' }] }),
        configMap: 'riddler',
        replicas: 1,
      });
      riddler.spec.strategy = { type: 'Recreate' };
      service(world, 'riddler', { app: 'riddler' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const map = world.get<ConfigMap>('ConfigMap', 'riddler');
      map.data = {
        'config.json': `{
  "logger": { "level": "info" },
  "mongo": {
    "operationsDbEndpoint": "mongodb://mongodb:27017",
    "collectionNames": { "tenants": "tenants" },
  },
  "tenants": []
}
`,
      };
      map.metadata.managedFields = [{ manager: 'helm', operation: 'Update', time: ago(27) }];
      const pods = rollOut(
        world,
        riddler,
        (container) => {
          container.env = [...(container.env ?? []), { name: 'CONFIG_CHECKSUM', value: '6f1d0c' }];
        },
        { minutes: 27, all: true },
      );
      for (const pod of pods)
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 27,
          restarts: 10,
          log: `/home/node/server/node_modules/nconf/lib/nconf/stores/file.js:176
      throw new Error("Error parsing your configuration file: [" + this.file + "]: " + ex.message);
Error: Error parsing your configuration file: [/home/node/config/config.json]: Expected double-quoted property name in JSON at position 166 (line 6 column 3)`,
        });
      const alfred = client(world, 'alfred', [{ name: 'ALFRED_TENANT_URL', value: 'http://riddler' }]);
      for (const pod of world.podsOf(alfred)) notServing(world, pod, 'HTTP probe failed with statuscode: 503', 25);
      return world;
    },
  },
];
