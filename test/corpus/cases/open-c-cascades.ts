import type { CorpusCase } from '../case.ts';
import { crashLoop, unready } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { initFails } from '../init-containers.ts';
import { remade } from '../remade.ts';
import { claim, configMap, service } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import { application } from './open-d-parts.ts';

const COOKIE = 'Cookie file /var/lib/rabbitmq/.erlang.cookie must be accessible by owner only';
const REDIRECT_REFUSED =
  'Error connecting to 127.0.0.6:15002: dial tcp 127.0.0.1:0->127.0.0.6:15002: connect: connection refused';

/** What a broker, a pooler or a mesh does to those behind it. */
export const openCCascades: CorpusCase[] = [
  {
    name: 'kubelet-widens-the-mode-of-the-erlang-cookie',
    kind: 'cascade',
    source:
      'https://github.com/CloudPirates-io/helm-charts/issues/1397 https://github.com/CloudPirates-io/helm-charts/issues/888',
    layers: ['application', 'network'],
    roots: [['container-exit-error']],
    why: 'After a restart of containerd the kubelet set the group and mode 660 on the volume, and the init container, which would set 400, does not run again: each broker refuses its cookie and ends; the workers find nobody.',
    build: () => {
      const world = healthy();
      const image = 'docker.io/rabbitmq:4.2.4-management';
      const mounts = [{ name: 'data', mountPath: '/var/lib/rabbitmq' }];
      for (const n of [0, 1, 2]) claim(world, `data-rabbitmq-${n}`, { age: 20 * DAY });
      const rabbit = statefulSet(world, 'rabbitmq', {
        replicas: 3,
        age: 20 * DAY,
        revised: 12 * DAY,
        claim: 'data',
        more: {
          securityContext: { fsGroup: 999 },
          initContainers: [
            {
              name: 'init-erlang-cookie',
              image,
              command: [
                'sh',
                '-c',
                'cp /tmp/erlang-cookie /var/lib/rabbitmq/.erlang.cookie && chmod 400 /var/lib/rabbitmq/.erlang.cookie',
              ],
              volumeMounts: mounts,
            },
          ],
        },
        container: {
          name: 'rabbitmq',
          image,
          ports: [
            { name: 'amqp', containerPort: 5672, protocol: 'TCP' },
            { name: 'epmd', containerPort: 4369, protocol: 'TCP' },
            { name: 'management', containerPort: 15672, protocol: 'TCP' },
          ],
          resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
          readinessProbe: { exec: { command: ['rabbitmq-diagnostics', '-q', 'ping'] }, timeoutSeconds: 10 },
          volumeMounts: mounts,
        },
      });
      service(world, 'rabbitmq', { app: 'rabbitmq' }, [{ name: 'amqp', port: 5672, targetPort: 'amqp' }]);
      for (const [n, pod] of world.podsOf(rabbit).entries())
        crashLoop(world, pod, {
          exitCode: 1,
          restarts: [23, 17, 41][n] ?? 9,
          minutes: 50,
          log: `2026-11-20 09:57:52.312950+00:00 [error] <0.142.0>   supervisor: {local,net_sup}
2026-11-20 09:57:52.313218+00:00 [error] <0.142.0>                             {"${COOKIE}",
2026-11-20 09:57:52.313218+00:00 [error] <0.142.0>                              [{auth,init_no_setcookie,0,
2026-11-20 09:57:52.313218+00:00 [error] <0.142.0>                                [{file,"auth.erl"},{line,360}]},
2026-11-20 09:57:52.313218+00:00 [error] <0.142.0>                               {auth,init,1,[{file,"auth.erl"},{line,207}]},
Runtime terminating during boot (terminating)`,
        });
      const workers = deployment(world, 'order-worker', {
        container: {
          name: 'order-worker',
          image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/order-worker:1.9.2',
          env: [{ name: 'AMQP_HOST', value: 'rabbitmq' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        },
      });
      for (const pod of world.podsOf(workers))
        world.log(
          pod,
          '2026-11-20T09:58:52.001Z  WARN order_worker::amqp: cannot connect to rabbitmq:5672: Connection refused (os error 111), next try in 30s\n2026-11-20T09:59:22.004Z  WARN order_worker::amqp: cannot connect to rabbitmq:5672: Connection refused (os error 111), next try in 30s',
        );
      return world;
    },
  },
  {
    name: 'pooler-was-not-told-that-the-database-has-moved',
    kind: 'cascade',
    source:
      'https://github.com/cradlepoint/kubernetes-helm-chart-pgbouncer/pull/46 https://github.com/bitnami/containers/issues/20503',
    layers: ['configuration', 'network', 'application'],
    roots: [['config-stale-in-pods']],
    why: 'pgbouncer.ini names the new host since 38 minutes, but it is mounted with subPath and nobody restarted the pods: they still ask for postgres, which was removed with the old database.',
    build: () => {
      const world = healthy();
      const ini = `[databases]
shop = host=postgres-v17 port=5432 dbname=shop

[pgbouncer]
listen_addr = 0.0.0.0
listen_port = 6432
auth_type = scram-sha-256
auth_file = /etc/pgbouncer/userlist.txt
pool_mode = transaction
`;
      configMap(world, 'pgbouncer', { 'pgbouncer.ini': ini }, { changed: 38 });
      const database = {
        name: 'postgres',
        image: 'postgres:17.6',
        resources: { requests: { cpu: '500m', memory: '1Gi' } },
      };
      claim(world, 'data-postgres-v17-0', { age: DAY });
      statefulSet(world, 'postgres-v17', {
        age: DAY,
        revised: DAY,
        claim: 'data',
        container: {
          ...database,
          ports: [{ name: 'postgres', containerPort: 5432, protocol: 'TCP' }],
          readinessProbe: { exec: { command: ['pg_isready', '-U', 'shop'] }, periodSeconds: 10 },
          volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
        },
      });
      service(world, 'postgres-v17', { app: 'postgres-v17' }, [{ port: 5432, targetPort: 'postgres' }], { age: DAY });
      const pooler = deployment(world, 'pgbouncer', {
        configMap: 'pgbouncer',
        container: {
          name: 'pgbouncer',
          image: 'edoburu/pgbouncer:v1.23.1-p3',
          ports: [{ name: 'pgbouncer', containerPort: 6432, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          readinessProbe: { tcpSocket: { port: 'pgbouncer' }, periodSeconds: 10 },
          volumeMounts: [{ name: 'config', mountPath: '/etc/pgbouncer/pgbouncer.ini', subPath: 'pgbouncer.ini' }],
        },
      });
      service(world, 'pgbouncer', { app: 'pgbouncer' }, [{ port: 6432, targetPort: 'pgbouncer' }]);
      for (const pod of world.podsOf(pooler))
        world.log(
          pod,
          `2026-11-20 09:59:27.212 UTC [1] LOG S-0x7f3c9d1c2a10: shop/shop@(bad-af):0 closing because: server DNS lookup failed (age=0s)
2026-11-20 09:59:27.212 UTC [1] WARNING DNS lookup failed: postgres: result=0
2026-11-20 09:59:41.530 UTC [1] WARNING C-0x5565d6627d20: shop/shop@10.0.2.44:52986 pooler error: server login has been failing, cached error: server DNS lookup failed (server_login_retry)`,
        );
      const billing = application(world, 'billing', { PGHOST: 'pgbouncer' });
      for (const pod of world.podsOf(billing)) {
        unready(pod, 36);
        const probe = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
        world.event(pod, 'Warning', 'Unhealthy', probe, { count: 431, from: 36, to: 0.1 });
        world.log(
          pod,
          '2026-11-20T09:59:41.533Z ERROR billing::db: db error: FATAL: server login has been failing, cached error: server DNS lookup failed (server_login_retry)',
        );
      }
      return world;
    },
  },
  {
    name: 'mesh-has-not-redirected-the-traffic-of-pods-that-came-too-early',
    kind: 'cascade',
    source: 'https://github.com/istio/istio/issues/33986 https://github.com/istio/istio/issues/21266',
    layers: ['application', 'network'],
    roots: [['init-container-failed']],
    why: 'The plugin of the mesh was not there when the sandboxes were made, the repair only labels them: istio-validation finds no redirection, ends with 126, and neither the application nor its proxy is started.',
    build: () => {
      const world = healthy();
      const proxy = 'docker.io/istio/proxyv2:1.10.2';
      const details = deployment(world, 'details-v1', {
        labels: { app: 'details', version: 'v1' },
        more: {
          initContainers: [
            {
              name: 'istio-validation',
              image: proxy,
              args: [
                'istio-iptables',
                '-p',
                '15001',
                '-z',
                '15006',
                '-u',
                '1337',
                '--run-validation',
                '--skip-rule-apply',
              ],
            },
          ],
          containers: [
            {
              name: 'istio-proxy',
              image: proxy,
              args: ['proxy', 'sidecar'],
              ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
              readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 }, failureThreshold: 30 },
            },
          ],
        },
        container: {
          name: 'details',
          image: 'docker.io/istio/examples-bookinfo-details-v1:1.20.3',
          ports: [{ containerPort: 9080, protocol: 'TCP' }],
        },
      });
      service(world, 'details', { app: 'details' }, [{ name: 'http', port: 9080 }]);
      for (const [n, pod] of world.podsOf(details).entries()) {
        remade(pod, 56);
        pod.metadata.labels = { ...pod.metadata.labels, 'cni.istio.io/uninitialized': 'true' };
        initFails(world, pod, 'istio-validation', {
          exitCode: 126,
          restarts: 8 + n,
          minutes: 56,
          log: `in new validator: ${pod.status?.podIP}
Listening on 127.0.0.1:15001
Listening on 127.0.0.1:15006
${REDIRECT_REFUSED}
${REDIRECT_REFUSED}
${REDIRECT_REFUSED}
2026-11-20T09:57:53.687386Z	error	validation timeout`,
        });
      }
      return world;
    },
  },
];
