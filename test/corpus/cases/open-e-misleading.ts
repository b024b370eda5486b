import type { ConfigMap, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { setEnvironment } from '../environment.ts';
import { crashLoop, notServing, rollOut } from '../faults.ts';
import { collectorConfig, healthy } from '../healthy.ts';
import { completedJob } from '../jobs.ts';
import { remade } from '../remade.ts';
import { service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { NODES, podOf } from '../workloads.ts';
import type { Whole } from '../world.ts';
import { application, CERTIFICATE, mountCertificate, rolledOut, says, withTls } from './open-d-parts.ts';
import { database, firstOf, server } from './open-e-parts.ts';
import { writeCollector } from './otlp.ts';

/** What catches the eye is not it, or is nothing at all. */
export const openEMisleading: CorpusCase[] = [
  {
    name: 'broker-with-a-memory-alarm-shuts-out-those-who-would-empty-it',
    kind: 'trap',
    source: 'https://github.com/bitnami/charts/issues/29901',
    layers: ['application', 'network'],
    roots: [['readiness-probe-failing']],
    why: 'The new revision of the consumer crashes and looks guilty. The broker has not restarted once; its readiness probe fails on a memory alarm, its Service has no endpoint, and only old connections live on.',
    build: () => {
      const world = healthy();
      const probe = (command: string) => ({
        exec: { command: ['sh', '-ec', command] },
        initialDelaySeconds: 10,
        timeoutSeconds: 20,
        periodSeconds: 30,
        failureThreshold: 3,
      });
      const rabbit = database(world, 'rabbitmq', {
        container: server(
          'rabbitmq',
          'docker.io/bitnami/rabbitmq:3.13.7-debian-12-r2',
          { amqp: 5672, stats: 15672 },
          {
            livenessProbe: probe('rabbitmq-diagnostics -q ping'),
            readinessProbe: probe(
              'rabbitmq-diagnostics -q check_running && rabbitmq-diagnostics -q check_local_alarms',
            ),
          },
        ),
      });
      const [pod] = firstOf(world, rabbit);
      const member = 'rabbit@rabbitmq-0.rabbitmq-headless.shop.svc.cluster.local';
      const alarm = `Error:\nNode ${member} reported the following local alarms:\n\n\tMemory alarm on node ${member}\n`;
      notServing(world, pod, alarm, 54);
      world.log(
        pod,
        `2026-11-20 09:04:51.227110+00:00 [warning] <0.395.0> memory resource limit alarm set on node '${member}'.
2026-11-20 09:04:51.227110+00:00 [warning] <0.395.0>
2026-11-20 09:04:51.227110+00:00 [warning] <0.395.0> **********************************************************
2026-11-20 09:04:51.227110+00:00 [warning] <0.395.0> *** Publishers will be blocked until this alarm clears ***
2026-11-20 09:04:51.227110+00:00 [warning] <0.395.0> **********************************************************`,
      );
      const consumer = application(world, 'fulfilment', { AMQP_URL: 'amqp://rabbitmq:5672/' });
      for (const each of world.podsOf(consumer))
        says(world, each, (time, n) => `${time}  INFO fulfilment: acknowledged 50 messages in ${310 + n} ms`);
      const [made] = rollOut(
        world,
        consumer,
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/fulfilment:2.7.1';
        },
        { minutes: 21 },
      );
      if (!made) throw new Error('a pod');
      crashLoop(world, made, {
        exitCode: 1,
        minutes: 20,
        restarts: 8,
        log: `2026-11-20T09:57:58.004Z  INFO fulfilment: version 2.7.1
2026-11-20T09:57:58.019Z ERROR fulfilment: cannot connect to amqp://rabbitmq:5672/: IO error: Connection refused (os error 111)`,
      });
      return world;
    },
  },
  {
    name: 'postgres-of-one-member-with-a-service-for-its-replicas',
    kind: 'trap',
    source:
      'https://github.com/percona/percona-postgresql-operator/pull/1726 https://github.com/zalando/postgres-operator/issues/1275',
    layers: [],
    roots: [],
    why: 'The operator makes a Service for replicas though none are wanted, one without a selector whose endpoints Patroni writes, and one that only keeps annotations. All is as it should be.',
    build: () => {
      const world = healthy();
      const name = 'acid-shop';
      const labels = { application: 'spilo', 'cluster-name': name };
      const spilo = database(world, name, {
        labels,
        container: server(
          'postgres',
          'ghcr.io/zalando/spilo-17:4.0-p2',
          { postgresql: 5432, patroni: 8008 },
          {
            readinessProbe: { httpGet: { path: '/readiness', port: 8008 }, initialDelaySeconds: 6, periodSeconds: 10 },
          },
        ),
      });
      const [pod] = firstOf(world, spilo);
      Object.assign(pod.metadata.labels ?? {}, { 'spilo-role': 'master' });
      world.remove(world.get('Service', name));
      const ports = [{ name: 'postgresql', port: 5432, targetPort: 5432 }];
      service(world, name, undefined, ports, { labels: { ...labels, 'spilo-role': 'master' } });
      service(world, `${name}-repl`, { ...labels, 'spilo-role': 'replica' }, ports, { labels });
      const config = service(world, `${name}-config`, undefined, [], { labels }) as Whole & { spec: object };
      Object.assign(config.spec, { clusterIP: 'None', clusterIPs: ['None'] });
      thing(
        world,
        'discovery.k8s.io/v1',
        'EndpointSlice',
        `${name}-q7x2m`,
        {
          addressType: 'IPv4',
          endpoints: [{ addresses: [pod.status?.podIP], conditions: { ready: true } }],
          ports: [{ name: 'postgresql', port: 5432, protocol: 'TCP' }],
        },
        {
          labels: {
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          },
        },
      );
      world.log(
        pod,
        `2026-11-20 09:59:21,750 WARNING: Could not activate Linux watchdog device: "Can't open watchdog device: [Errno 2] No such file or directory: '/dev/watchdog'"
2026-11-20 09:59:32,339 INFO: Lock owner: acid-shop-0; I am acid-shop-0
2026-11-20 09:59:32,477 INFO: no action. I am (acid-shop-0), the leader with the lock`,
      );
      const ledger = application(world, 'ledger', { DATABASE_URL: 'postgres://ledger@acid-shop:5432/ledger' });
      for (const each of world.podsOf(ledger))
        says(world, each, (time, n) => `${time}  INFO ledger: booked 12 entries in ${8 + n} ms`);
      return world;
    },
  },
  {
    name: 'operator-has-just-rolled-every-broker',
    kind: 'noisy',
    source: 'https://github.com/strimzi/strimzi-kafka-operator/issues/8793',
    layers: [],
    roots: [],
    why: 'A change of logging made the operator replace the brokers one by one. Clients met brokers that were no longer leaders, asked again and went on; all three have been ready for minutes.',
    build: () => {
      const world = healthy();
      const name = 'test-cluster-kafka';
      const labels = { 'strimzi.io/cluster': 'test-cluster', 'strimzi.io/name': name };
      const kafka = server(
        'kafka',
        'quay.io/strimzi/kafka:0.31.1-kafka-3.2.3',
        { 'tcp-clients': 9092, agent: 9091 },
        {
          readinessProbe: { exec: { command: ['/opt/kafka/kafka_readiness.sh'] }, initialDelaySeconds: 15 },
          livenessProbe: { exec: { command: ['/opt/kafka/kafka_liveness.sh'] }, initialDelaySeconds: 15 },
        },
      );
      const template = { metadata: { labels }, spec: { containers: [kafka] } };
      const status = { pods: 3, readyPods: 3, currentPods: 3, observedGeneration: 7 };
      const set = thing(world, 'core.strimzi.io/v1beta2', 'StrimziPodSet', name, {
        spec: { selector: { matchLabels: labels } },
        status,
      });
      const spec = { maxUnavailable: 1, selector: { matchLabels: labels } };
      thing(world, 'policy/v1', 'PodDisruptionBudget', name, {
        spec,
        status: { expectedPods: 3, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1 },
      });
      service(world, `${name}-bootstrap`, labels, [{ name: 'tcp-clients', port: 9092, targetPort: 'tcp-clients' }]);
      for (const [n, minutes] of [15, 10.5, 6].entries()) {
        const before = podOf(world, set, template, { name: `${name}-${n}`, node: NODES[n] ?? '', age: 30 * DAY });
        before.metadata.uid = `before-${before.metadata.uid}`;
        world.event(before, 'Normal', 'Killing', 'Stopping container kafka', { from: minutes + 0.4 });
        world.event(before, 'Warning', 'Unhealthy', 'Readiness probe failed: ', {
          count: 2,
          from: minutes + 0.3,
          to: minutes + 0.1,
        });
        world.remove(before);
        const pod = podOf(world, set, template, { name: `${name}-${n}`, node: NODES[n] ?? '', age: minutes });
        world.event(pod, 'Warning', 'Unhealthy', 'Readiness probe failed: ', {
          count: 3,
          from: minutes - 0.3,
          to: minutes - 0.8,
        });
        world.log(
          pod,
          `2026-11-20 09:53:41,102 WARN [RequestSendThread controllerId=0] Controller 0's connection to broker ${name}-2.test-cluster-kafka-brokers.shop.svc:9091 (id: 2 rack: null) was unsuccessful (kafka.controller.RequestSendThread)
2026-11-20 09:55:02,384 INFO [KafkaServer id=${n}] started (kafka.server.KafkaServer) [main]`,
        );
      }
      const projector = application(world, 'projector', { KAFKA_BOOTSTRAP: `${name}-bootstrap:9092` });
      for (const pod of world.podsOf(projector))
        world.log(
          pod,
          `09:53:40,871 WARN  [Producer clientId=projector-1] Got error produce response with correlation id 81 on topic-partition orders-2, retrying (2147483646 attempts left). Error: NOT_LEADER_OR_FOLLOWER
09:53:40,871 WARN  [Producer clientId=projector-1] Received invalid metadata error in produce request on partition orders-2 due to org.apache.kafka.common.errors.NotLeaderOrFollowerException: For requests intended only for the leader, this error indicates that the broker is not the current leader. Going to request metadata update now
09:53:41,455 WARN  [Producer clientId=projector-1] Connection to node 2 (${name}-2.test-cluster-kafka-brokers.shop.svc/10.0.3.44:9092) could not be established. Broker may not be available.
09:58:20,019 INFO  projector: 4000 records written, lag 0`,
        );
      return world;
    },
  },
  {
    name: 'certificate-came-a-minute-after-the-pods-that-mount-it',
    kind: 'noisy',
    source: 'https://github.com/argoproj/argo-cd/issues/4275',
    layers: [],
    roots: [],
    why: 'Argo CD applied the Certificate and the Collector in one sync; the pods waited for a Secret that was being issued, and have run since. Now the applications export over TLS.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      collector.metadata.annotations = {
        ...collector.metadata.annotations,
        'argocd.argoproj.io/tracking-id': 'telemetry:apps/Deployment:shop/otel-collector',
      };
      rolledOut(world, collector, 44, (container) => {
        container.args = ['--config=/conf/collector.yaml', '--set=service::telemetry::logs::level=info'];
      });
      mountCertificate(world, collector, 43);
      world.get('Secret', 'otel-collector-tls').metadata.creationTimestamp = ago(43);
      writeCollector(world, withTls(collectorConfig()), 45);
      for (const pod of world.podsOf(collector)) {
        const late = 'MountVolume.SetUp failed for volume "tls" : secret "otel-collector-tls" not found';
        world.event(pod, 'Warning', 'FailedMount', late, { count: 6, from: 44, to: 43.2 });
        remade(pod, 43.9);
      }
      const conditions = [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Ready',
          message: 'Certificate is up to date and has not expired',
          lastTransitionTime: ago(43),
        },
      ];
      const certificate = thing(
        world,
        'cert-manager.io/v1',
        'Certificate',
        'otel-collector',
        {
          spec: { secretName: 'otel-collector-tls', issuerRef: { name: 'shop-ca', kind: 'Issuer' } },
          status: { conditions },
        },
        { age: 44 },
      );
      const issuing = 'Issuing certificate as Secret does not exist';
      const component = 'cert-manager-certificates-trigger';
      world.event(certificate, 'Normal', 'Issuing', issuing, { from: 44, component });
      completedJob(
        world,
        'telemetry-presync-check',
        { name: 'check', image: 'public.ecr.aws/docker/library/busybox:1.37', command: ['true'] },
        { age: 46, lasted: 0.2 },
      ).metadata.annotations = { 'argocd.argoproj.io/hook': 'PreSync' };
      Object.assign(world.get<ConfigMap>('ConfigMap', 'checkout-config').data ?? {}, { 'ca.crt': CERTIFICATE });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      rolledOut(world, checkout, 38, (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.7.1';
      });
      setEnvironment(world, checkout, {
        OTEL_SERVICE_NAME: 'checkout',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel-collector.shop.svc:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/checkout/ca.crt',
      });
      for (const pod of world.podsOf(checkout))
        says(world, pod, (time, n) => `${time}  INFO checkout::http: POST /cart 200 latency_ms=${29 + n}`);
      return world;
    },
  },
];
