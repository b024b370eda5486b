import type { PodSpec, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, rollOut } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { initFails, initRuns } from '../init-containers.ts';
import { completedJob, failedJob } from '../jobs.ts';
import { secret, service, thing } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment, newPod, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

const HELM = { 'meta.helm.sh/release-namespace': 'shop' };

const postgres = (world: World, name: string): void => {
  statefulSet(world, name, {
    container: appContainer(name, {
      image: 'postgres:16.4',
      env: [{ name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' }],
      ports: [{ name: 'postgres', containerPort: 5432, protocol: 'TCP' }],
      livenessProbe: { tcpSocket: { port: 'postgres' } },
      readinessProbe: { exec: { command: ['pg_isready', '-U', 'postgres'] }, periodSeconds: 10 },
    }),
  });
  service(world, name, { app: name }, [{ name: 'postgres', port: 5432, targetPort: 'postgres' }]);
};

const waitsFirst = (name: string, image: string, args: string[]): Partial<PodSpec> => ({
  initContainers: [{ name, image, args }],
});

/** Accounts that may not do their work, and those who wait for what never happens. */
export const fieldARights: CorpusCase[] = [
  {
    name: 'operator-may-not-read-its-own-lease',
    kind: 'single',
    source: 'https://github.com/GoogleCloudPlatform/elcarro-oracle-operator/pull/33',
    layers: ['configuration', 'application'],
    roots: [['rbac-forbidden']],
    why: 'Since the new version the leader election uses Leases; the Role has none, and the manager gives up.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ServiceAccount', 'operator-controller-manager', {});
      const operator = deployment(world, 'operator-controller-manager', {
        replicas: 1,
        container: appContainer('manager', { env: [], args: ['--enable-leader-election'] }),
        more: { serviceAccountName: 'operator-controller-manager' },
      });
      const [pod] = rollOut(
        world,
        operator,
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/manager:2.8.0';
        },
        { minutes: 22 },
      );
      if (!pod) throw new Error('a pod');
      const refused =
        'error retrieving resource lock shop/controller-leader-election-helper: leases.coordination.k8s.io "controller-leader-election-helper" is forbidden: User "system:serviceaccount:shop:operator-controller-manager" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "shop"';
      crashLoop(world, pod, {
        exitCode: 1,
        minutes: 20,
        restarts: 6,
        log: `I1120 09:56:40.311002       1 leaderelection.go:257] attempting to acquire leader lease shop/controller-leader-election-helper...
E1120 09:56:40.318210       1 leaderelection.go:436] ${refused}
E1120 09:56:44.402117       1 leaderelection.go:436] ${refused}
E1120 09:57:51.977302       1 leaderelection.go:436] ${refused}
2026-11-20T09:57:52Z	ERROR	setup	problem running manager	{"error": "failed to wait for leader election: context deadline exceeded"}`,
      });
      return world;
    },
  },
  {
    name: 'hop-limit-of-one-keeps-the-controller-from-its-credentials',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3955',
    layers: ['configuration', 'application'],
    roots: [['aws-credentials-failing']],
    why: 'It has no role of its own and lived on that of the node; the new nodes answer IMDS to the host alone.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ServiceAccount', 'ingress-controller', {});
      const controller = deployment(world, 'ingress-controller', {
        replicas: 1,
        container: appContainer('ingress-controller', { env: [{ name: 'AWS_REGION', value: 'us-east-1' }] }),
        more: { serviceAccountName: 'ingress-controller' },
        revised: 60 * DAY,
        age: 90 * DAY,
      });
      world.remove(...world.podsOf(controller));
      for (const set of world.setsOf(controller)) {
        const pod = newPod(world, set, 0, 45);
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 44,
          restarts: 12,
          log: `{"level":"info","ts":"2026-11-20T09:57:28Z","msg":"version","GitVersion":"v2.13.2","GitCommit":"4236bd7928711874ae4d8aff6b97870b5625140f","BuildDate":"2026-05-15T17:37:44+0000"}
{"level":"error","ts":"2026-11-20T09:57:52Z","logger":"setup","msg":"unable to initialize AWS cloud","error":"operation error Elastic Load Balancing v2: DescribeLoadBalancers, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded"}`,
        });
      }
      return world;
    },
  },
  {
    name: 'wait-for-a-migration-that-helm-runs-only-afterwards',
    kind: 'single',
    source: 'https://github.com/apache/airflow/issues/11979',
    layers: ['application', 'network'],
    roots: [['init-container-failed']],
    why: 'helm --wait waits for the pods, the pods for the migration, and the migration is a hook after the wait: no Job is there.',
    build: () => {
      const world = healthy();
      postgres(world, 'airflow-postgresql');
      for (const name of ['airflow-webserver', 'airflow-scheduler']) {
        const image = 'apache/airflow:2.10.5';
        const made = deployment(world, name, {
          replicas: 1,
          container: appContainer(name, { image }),
          more: waitsFirst('wait-for-airflow-migrations', image, [
            'airflow',
            'db',
            'check-migrations',
            '--migration-wait-timeout=60',
          ]),
          annotations: { ...HELM, 'meta.helm.sh/release-name': 'airflow' },
          labels: { app: name, 'app.kubernetes.io/managed-by': 'Helm' },
          age: 21,
          revised: 21,
          revision: 1,
        });
        neverAvailable(world, made, 21);
        for (const pod of world.podsOf(made))
          initFails(world, pod, 'wait-for-airflow-migrations', {
            minutes: 19,
            log: `[2026-11-20T09:56:49.171+0000] {migration.py:211} INFO - Context impl PostgresqlImpl.
[2026-11-20T09:56:49.172+0000] {migration.py:214} INFO - Will assume transactional DDL.
[2026-11-20T09:57:48.201+0000] {db.py:811} INFO - Waiting for migrations... 59 second(s)
Traceback (most recent call last):
  File "/home/airflow/.local/bin/airflow", line 8, in <module>
    sys.exit(main())
  File "/home/airflow/.local/lib/python3.12/site-packages/airflow/utils/db.py", line 814, in check_migrations
    raise TimeoutError(
TimeoutError: There are still unapplied migrations after 60 seconds. Migration Head(s) in DB: set() | Migration Head(s) in Source Code: {'5f2621c13b39'}`,
          });
      }
      service(world, 'airflow-webserver', { app: 'airflow-webserver' }, [
        { name: 'http', port: 8080, targetPort: 'http' },
      ]);
      return world;
    },
  },
  {
    name: 'init-container-may-not-ask-for-the-job-it-waits-for',
    kind: 'cascade',
    source: 'https://github.com/groundnuty/k8s-wait-for/issues/66',
    layers: ['configuration', 'application'],
    roots: [['rbac-forbidden']],
    why: 'The migration is done; the default account may not read Jobs, so the new pods never get past their first step.',
    build: () => {
      const world = healthy();
      completedJob(
        world,
        'checkout-migration-7',
        { name: 'migrate', image: 'registry.example.com/checkout:2.8.0' },
        {
          age: 19,
          lasted: 2,
        },
      );
      const [pod] = rollOut(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container, spec) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
          spec.initContainers = [
            {
              name: 'wait-for-migration',
              image: 'ghcr.io/groundnuty/k8s-wait-for:v2.0',
              args: ['job', 'checkout-migration-7'],
            },
          ];
        },
        { minutes: 18 },
      );
      if (!pod) throw new Error('a pod');
      initFails(world, pod, 'wait-for-migration', {
        minutes: 18,
        restarts: 8,
        log: 'Error from server (Forbidden): jobs.batch "checkout-migration-7" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "jobs" in API group "batch" in the namespace "shop"',
      });
      return world;
    },
  },
  {
    name: 'migration-with-the-wrong-password-blocks-every-service',
    kind: 'cascade',
    source: 'https://github.com/flightctl/flightctl/pull/1785',
    layers: ['application', 'network'],
    roots: [['job-failed', 'container-exit-error']],
    why: 'The Job has used up its tries; API and worker wait in their init containers for a success that will not come.',
    build: () => {
      const world = healthy();
      postgres(world, 'flightctl-db');
      secret(world, 'flightctl-db-migration', ['password'], { age: 35 });
      failedJob(
        world,
        'flightctl-db-migration-3',
        {
          name: 'run-migrations',
          image: 'quay.io/flightctl/flightctl-db-setup:0.10.0',
          env: [
            {
              name: 'DB_PASSWORD',
              valueFrom: { secretKeyRef: { name: 'flightctl-db-migration', key: 'password' } },
            },
          ],
        },
        {
          age: 34,
          tries: 4,
          log: 'time="2026-11-20T09:32:01Z" level=info msg="Running database migrations"\ntime="2026-11-20T09:32:02Z" level=fatal msg="initializing data store: failed to connect to `user=flightctl_migrator database=flightctl`: flightctl-db:5432: server error: FATAL: password authentication failed for user \\"flightctl_migrator\\" (SQLSTATE 28P01)"',
        },
      );
      for (const name of ['flightctl-api', 'flightctl-worker']) {
        const made = deployment(world, name, {
          replicas: 1,
          container: appContainer(name, { image: `quay.io/flightctl/${name}:0.10.0` }),
          more: waitsFirst('wait-for-migration', 'quay.io/flightctl/flightctl-cli:0.10.0', [
            '/app/migration-wait',
            'flightctl-db-migration-3',
          ]),
          annotations: { ...HELM, 'meta.helm.sh/release-name': 'flightctl' },
          age: 34,
          revised: 34,
          revision: 1,
        });
        neverAvailable(world, made, 34);
        for (const pod of world.podsOf(made))
          initRuns(
            world,
            pod,
            'wait-for-migration',
            34,
            '2026-11-20T09:59:31Z migration job flightctl-db-migration-3: not complete, checking again in 5s\n2026-11-20T09:59:36Z migration job flightctl-db-migration-3: not complete, checking again in 5s',
          );
      }
      service(world, 'flightctl-api', { app: 'flightctl-api' }, [{ name: 'http', port: 3443, targetPort: 'http' }]);
      return world;
    },
  },
];
