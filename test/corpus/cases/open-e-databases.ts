import type { KubeNode, Pod } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, notServing, unready, unschedulable } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { remade } from '../remade.ts';
import { clusterThing, secret, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { NODES, statefulSet } from '../workloads.ts';
import type { Whole } from '../world.ts';
import { application, says } from './open-d-parts.ts';
import { database, firstOf, killedByProbe, runsAgain, server } from './open-e-parts.ts';

/** Databases and brokers that do not start, or do not stay. */
export const openEDatabases: CorpusCase[] = [
  {
    name: 'elasticsearch-on-a-node-whose-kernel-allows-too-few-maps',
    kind: 'single',
    source: 'https://github.com/elastic/cloud-on-k8s/issues/2853',
    layers: ['application'],
    roots: [['container-exit-error']],
    why: 'The node of the third member was replaced by one without the sysctl; Elasticsearch refuses to start in production mode and says so. The other two members hold the quorum.',
    build: () => {
      const world = healthy();
      const name = 'search-es-default';
      const labels = { 'elasticsearch.k8s.elastic.co/cluster-name': 'search', app: name };
      const image = 'docker.elastic.co/elasticsearch/elasticsearch:7.6.1';
      const search = database(world, name, {
        replicas: 3,
        labels,
        revised: 30 * DAY,
        container: server(
          'elasticsearch',
          image,
          { https: 9200, transport: 9300 },
          {
            resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { memory: '4Gi' } },
            readinessProbe: {
              exec: { command: ['bash', '-c', '/mnt/elastic-internal/scripts/readiness-probe-script.sh'] },
              initialDelaySeconds: 10,
              periodSeconds: 5,
              timeoutSeconds: 5,
              failureThreshold: 3,
            },
          },
        ),
        more: { initContainers: [{ name: 'elastic-internal-init-filesystem', image }] },
      });
      thing(world, 'policy/v1', 'PodDisruptionBudget', 'search-es-default', {
        spec: { minAvailable: 2, selector: { matchLabels: labels } },
        status: { expectedPods: 3, currentHealthy: 2, desiredHealthy: 2, disruptionsAllowed: 0 },
      });
      const [, , third] = firstOf(world, search);
      if (!third) throw new Error('three pods');
      const node = world.get<KubeNode>('Node', third.spec.nodeName ?? '', '');
      node.metadata.creationTimestamp = ago(54);
      for (const condition of node.status?.conditions ?? []) condition.lastTransitionTime = ago(53);
      crashLoop(world, remade(third, 50), {
        exitCode: 78,
        restarts: 13,
        minutes: 49,
        log: `{"type": "server", "timestamp": "2026-11-20T09:57:49,311Z", "level": "INFO", "component": "o.e.t.TransportService", "cluster.name": "search", "node.name": "search-es-default-2", "message": "publish_address {10.0.3.41:9300}, bound_addresses {0.0.0.0:9300}" }
{"type": "server", "timestamp": "2026-11-20T09:57:49,802Z", "level": "INFO", "component": "o.e.b.BootstrapChecks", "cluster.name": "search", "node.name": "search-es-default-2", "message": "bound or publishing to a non-loopback address, enforcing bootstrap checks" }
ERROR: [1] bootstrap checks failed
[1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
{"type": "server", "timestamp": "2026-11-20T09:57:49,836Z", "level": "INFO", "component": "o.e.n.Node", "cluster.name": "search", "node.name": "search-es-default-2", "message": "stopping ..." }`,
      });
      return world;
    },
  },
  {
    name: 'keeper-is-ready-only-with-peers-that-wait-until-it-is',
    kind: 'single',
    source: 'https://github.com/Altinity/clickhouse-operator/issues/1856',
    layers: ['application'],
    roots: [['readiness-probe-failing']],
    why: 'Since its new release the operator probes the first keeper for readiness before it makes the second; without a second there is no quorum, and without a quorum the first is never ready.',
    build: () => {
      const world = healthy();
      const name = 'chk-events-keeper-0-0';
      const labels = { 'clickhouse-keeper.altinity.com/chk': 'events', app: name };
      const keeper = database(world, name, {
        labels,
        age: 38,
        revised: 38,
        container: server(
          'clickhouse-keeper',
          'clickhouse/clickhouse-keeper:25.8',
          { zk: 2181, raft: 9444 },
          {
            livenessProbe: { exec: { command: ['bash', '-xc', 'date && echo ruok'] }, initialDelaySeconds: 60 },
            readinessProbe: {
              httpGet: { path: '/ready', port: 9182 },
              initialDelaySeconds: 10,
              timeoutSeconds: 5,
              failureThreshold: 3,
            },
          },
        ),
      });
      service(
        world,
        'keeper-events',
        { 'clickhouse-keeper.altinity.com/chk': 'events' },
        [{ name: 'zk', port: 2181, targetPort: 'zk' }],
        { age: 38 },
      );
      const [pod] = firstOf(world, keeper);
      notServing(world, pod, 'HTTP probe failed with statuscode: 503', 37);
      world.log(
        pod,
        `2026.11.20 09:59:26.967231 [ 65 ] {} <Information> RaftInstance: [ELECTION TIMEOUT] current role: candidate, log last term 0, state term 8, target p 1, my p 1, hb dead, pre-vote NOT done
2026.11.20 09:59:26.967248 [ 65 ] {} <Warning> RaftInstance: total 1 nodes (including this node) responded for pre-vote (term 8, live 0, dead 1), at least 2 nodes should respond. failure count 214
2026.11.20 09:59:26.967262 [ 65 ] {} <Information> RaftInstance: [PRE-VOTE INIT] my id 0, my role candidate, term 8, log idx 0, log term 0, priority (target 1 / mine 1)
2026.11.20 09:59:26.967270 [ 65 ] {} <Warning> RaftInstance: failed to send prevote request: peer 2 (chk-events-keeper-0-2:9444) is busy
2026.11.20 09:59:26.967280 [ 65 ] {} <Warning> RaftInstance: failed to send prevote request: peer 1 (chk-events-keeper-0-1:9444) is busy`,
      );
      return world;
    },
  },
  {
    name: 'operator-bound-every-broker-to-local-volumes-of-one-node',
    kind: 'single',
    source: 'https://github.com/strimzi/strimzi-kafka-operator/issues/6545',
    layers: ['storage', 'platform'],
    roots: [['volume-zone-conflict', 'unschedulable-affinity']],
    why: 'The class binds at once, so all three volumes were cut from the disk of the first node; the brokers may not share a node, and two of them can go nowhere.',
    build: () => {
      const world = healthy();
      const className = 'vg01-lvmpv';
      const provisioner = 'local.csi.openebs.io';
      const says = { provisioner, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' };
      clusterThing(world, 'storage.k8s.io/v1', 'StorageClass', className, says);
      const name = 'sdn-cluster-kafka';
      const labels = { 'strimzi.io/cluster': 'sdn-cluster', 'strimzi.io/name': name };
      const affinity = {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      };
      const kafka = database(world, name, {
        replicas: 3,
        labels,
        age: 3 * HOUR,
        revised: 3 * HOUR,
        container: server('kafka', 'quay.io/strimzi/kafka:0.28.0-kafka-3.1.0', { 'tcp-clients': 9092 }),
        more: { ...({ affinity } as object) },
      });
      for (const volume of world.all<Whole & { spec: Record<string, unknown> }>('PersistentVolume')) {
        const on = { key: 'openebs.io/nodename', operator: 'In', values: [NODES[0]] };
        volume.spec.storageClassName = className;
        volume.spec.csi = { driver: provisioner, volumeHandle: volume.metadata.name };
        volume.spec.nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [on] }] } };
      }
      for (const { spec } of world.all<Whole & { spec: Record<string, unknown> }>('PersistentVolumeClaim'))
        spec.storageClassName = className;
      const [, ...others] = firstOf(world, kafka);
      const message =
        "0/3 nodes are available: 1 node(s) didn't match pod anti-affinity rules, 2 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.";
      for (const pod of others) unschedulable(world, pod, message, 3 * HOUR - 1);
      return world;
    },
  },
  {
    name: 'broker-killed-by-a-check-that-takes-longer-than-twenty-seconds',
    kind: 'single',
    source: 'https://github.com/bitnami/charts/issues/4404',
    layers: ['application'],
    roots: [['liveness-probe-failing']],
    why: 'Each probe starts an Erlang machine of its own under a limit of a fifth of a CPU; it is not done in time, and the kubelet kills a broker that serves.',
    build: () => {
      const world = healthy();
      const check = (command: string) => ({
        exec: { command: ['/bin/bash', '-ec', `rabbitmq-diagnostics -q ${command}`] },
        initialDelaySeconds: 120,
        timeoutSeconds: 20,
        periodSeconds: 30,
        failureThreshold: 6,
      });
      const rabbit = database(world, 'rabbitmq', {
        container: server(
          'rabbitmq',
          'docker.io/bitnami/rabbitmq:3.8.5-debian-10-r38',
          { amqp: 5672, epmd: 4369, dist: 25672, stats: 15672 },
          {
            resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '200m', memory: '1Gi' } },
            livenessProbe: check('ping'),
            readinessProbe: check('check_running'),
          },
        ),
      });
      const [pod] = firstOf(world, rabbit);
      const late =
        'errored: rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout 20s exceeded: context deadline exceeded';
      runsAgain(pod, { exitCode: 143, restarts: 6, lasted: 8, since: 4 });
      killedByProbe(world, pod, 'Liveness', late, { kills: 6, each: 6, minutes: 58, last: 4.2 });
      world.event(pod, 'Warning', 'Unhealthy', `Readiness probe ${late}`, { count: 29, from: 58, to: 0.4 });
      unready(pod, 4);
      world.log(
        pod,
        `2026-11-20 09:56:48.310 [info] <0.9.0> Server startup complete; 5 plugins started.
2026-11-20 09:57:02.114 [info] <0.1014.0> accepting AMQP connection <0.1014.0> (10.0.2.31:51344 -> 10.0.1.40:5672)`,
      );
      const mailer = application(world, 'mailer', { AMQP_URL: 'amqp://rabbitmq:5672/' });
      for (const each of world.podsOf(mailer))
        says(world, each, (time) => `${time} WARN mailer: connection to rabbitmq:5672 lost, reconnecting in 5s`);
      return world;
    },
  },
  {
    name: 'chart-of-redis-looks-for-its-password-under-another-key',
    kind: 'single',
    source: 'https://github.com/bitnami/charts/pull/20294',
    layers: ['configuration', 'application'],
    roots: [['secret-key-missing']],
    why: 'The values name an existing Secret, which is there, but not the key in it; the chart asks for its own default, in both containers.',
    build: () => {
      const world = healthy();
      secret(world, 'redis', ['password'], { age: 90 * DAY });
      const env = [{ name: 'REDIS_PASSWORD', valueFrom: { secretKeyRef: { name: 'redis', key: 'redis-password' } } }];
      const image = 'docker.io/bitnami/redis-exporter:1.54.0-debian-11-r25';
      const master = statefulSet(world, 'redis-master', {
        age: 26,
        revised: 26,
        container: server('redis', 'docker.io/bitnami/redis:7.2.2-debian-11-r0', { redis: 6379 }, { env }),
        more: { containers: [{ name: 'metrics', image, env, ports: [{ name: 'metrics', containerPort: 9121 }] }] },
      });
      service(
        world,
        'redis-master',
        { app: 'redis-master' },
        [{ name: 'tcp-redis', port: 6379, targetPort: 'redis' }],
        {
          age: 26,
        },
      );
      const message = "couldn't find key redis-password in Secret shop/redis";
      for (const pod of world.podsOf(master)) {
        configError(world, pod, message, 26);
        const [redis, metrics] = (pod as Pod).status?.containerStatuses ?? [];
        Object.assign(metrics ?? {}, { ...redis, name: 'metrics', image });
      }
      return world;
    },
  },
];
