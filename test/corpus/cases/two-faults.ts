import type { Service, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, imagePull, notCreated, rollOut, startError, unschedulable } from '../faults.ts';
import { appContainer, collectorConfig, healthy } from '../healthy.ts';
import { claim, configMap, ingress, service } from '../things.ts';
import { deployment, statefulSet } from '../workloads.ts';
import { exporting, inEachPod, writeCollector } from './otlp.ts';

/** Two causes that have nothing to do with each other: both must be named. */
export const twoFaults: CorpusCase[] = [
  {
    name: 'a-private-image-and-a-backend-that-was-renamed',
    kind: 'two-faults',
    source: 'https://github.com/containerd/containerd/issues/11103 https://github.com/uptrace/helm-charts/issues/28',
    layers: ['application', 'otlp', 'network'],
    roots: [['image-pull-unauthorized'], ['collector-exporter-endpoint-dns', 'service-missing']],
    why: 'The application cannot pull; besides, the Collector exports to a name that does not exist.',
    build: () => {
      const world = healthy();
      const reviews = deployment(world, 'reviews', {
        container: appContainer('reviews', { image: 'registry.example.com/private/reviews:1.0' }),
        revision: 1,
        age: 30,
        revised: 30,
      });
      for (const pod of world.podsOf(reviews)) {
        imagePull(
          world,
          pod,
          'failed to pull and unpack image "registry.example.com/private/reviews:1.0": failed to resolve reference "registry.example.com/private/reviews:1.0": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
          30,
        );
      }
      writeCollector(world, collectorConfig({ exporter: 'my-uptrace:14317' }), 300);
      inEachPod(world, 'otel-collector', (time) =>
        exporting(
          time,
          'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp: lookup my-uptrace on 172.20.0.10:53: no such host\\"',
        ),
      );
      return world;
    },
  },
  {
    name: 'a-secret-without-its-key-and-an-ingress-without-its-service',
    kind: 'two-faults',
    source:
      'https://github.com/shieldworks/aegis/issues/293 https://github.com/ClickHouse/ClickStack-helm-charts/issues/31',
    layers: ['configuration', 'network'],
    roots: [['secret-key-missing'], ['ingress-backend-service-missing', 'service-missing']],
    why: 'One Deployment wants a key that its Secret lacks; an Ingress for telemetry names a Service that is called otherwise.',
    build: () => {
      const world = healthy();
      const container = appContainer('loyalty');
      container.env?.push({
        name: 'TOKEN',
        valueFrom: { secretKeyRef: { name: 'checkout-secrets', key: 'loyalty-token' } },
      });
      const loyalty = deployment(world, 'loyalty', { container, revision: 1, age: 40, revised: 40 });
      for (const pod of world.podsOf(loyalty))
        configError(world, pod, "couldn't find key loyalty-token in Secret shop/checkout-secrets", 40);
      ingress(world, 'hyperdx-collector', { backend: 'hyperdx', port: { number: 4318 }, host: 'otel.example.com' });
      return world;
    },
  },
  {
    name: 'a-leak-in-one-service-and-label-drift-in-another',
    kind: 'two-faults',
    source: 'https://github.com/IBM/event-streams/issues/7 https://github.com/bakdata/streams-bootstrap/pull/180',
    layers: ['application', 'network'],
    roots: [['container-oom-killed'], ['service-selector-matches-nothing']],
    why: 'Recommendations run out of memory; the Service of payments also asks for the label chart, which its pods do not have.',
    build: () => {
      const world = healthy();
      const recommendations = deployment(world, 'recommendations', { container: appContainer('recommendations') });
      for (const pod of world.podsOf(recommendations))
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 21, minutes: 55 });
      deployment(world, 'payments', { container: appContainer('payments') });
      service(world, 'payments', { app: 'payments', chart: 'payments-2.7.0' }, [
        { name: 'http', port: 80, targetPort: 'http' },
      ]);
      if (!world.get<Service>('Service', 'payments').spec.selector) throw new Error('a selector');
      return world;
    },
  },
  {
    name: 'a-volume-still-attached-and-a-command-that-does-not-exist',
    kind: 'two-faults',
    source: 'https://github.com/suxess-it/kubriX/issues/893',
    layers: ['storage', 'application'],
    roots: [['volume-attach-failed'], ['container-command-not-found']],
    why: 'The database of one team waits for its volume; the worker of another one has a wrong command.',
    build: () => {
      const world = healthy();
      claim(world, 'data-pgadmin-0');
      const admin = statefulSet(world, 'pgadmin', { container: appContainer('pgadmin'), claim: 'data', revised: 25 });
      for (const pod of world.podsOf(admin))
        notCreated(
          world,
          pod,
          'FailedAttachVolume',
          'Multi-Attach error for volume "pvc-c2edf35f-ba31-48a3-946f-db9afb366aa3" Volume is already exclusively attached to one node and can\'t be attached to another',
          25,
          'attachdetach-controller',
        );
      const worker = deployment(world, 'worker', {
        container: appContainer('worker', { command: ['/app/wroker'] }),
        revision: 1,
        age: 35,
        revised: 35,
      });
      for (const pod of world.podsOf(worker)) {
        startError(
          world,
          pod,
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/wroker": stat /app/wroker: no such file or directory',
          128,
          35,
        );
      }
      return world;
    },
  },
  {
    name: 'an-anti-affinity-that-cannot-be-met-and-a-config-map-that-is-gone',
    kind: 'two-faults',
    source: 'https://github.com/knix-microfunctions/knix/issues/41 https://github.com/sonatype/helm3-charts/issues/12',
    layers: ['platform', 'configuration'],
    roots: [['unschedulable-affinity'], ['configmap-missing']],
    why: 'One Deployment wants four nodes where there are three; another one mounts a ConfigMap that its chart made under another name.',
    build: () => {
      const world = healthy();
      const apart = {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: { matchLabels: { app: 'search' } }, topologyKey: 'kubernetes.io/hostname' },
            ],
          },
        },
      };
      const search = deployment(world, 'search', {
        container: appContainer('search'),
        more: { containers: [], ...apart },
        replicas: 4,
      });
      const last = world.podsOf(search).at(-1);
      if (last)
        unschedulable(
          world,
          last,
          "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
          50,
        );
      configMap(world, 'mail-templates-conf', { 'welcome.txt': 'Welcome' });
      const mail = deployment(world, 'mail', {
        container: appContainer('mail', { volumeMounts: [{ name: 'config', mountPath: '/etc/mail' }] }),
        configMap: 'mail-templates',
      });
      const [pod] = rollOut(
        world,
        world.get<Workload>('Deployment', 'mail'),
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/mail:2.8.0';
        },
        { minutes: 30 },
      );
      if (pod && mail)
        notCreated(
          world,
          pod,
          'FailedMount',
          'MountVolume.SetUp failed for volume "config" : configmap "mail-templates" not found',
          30,
        );
      return world;
    },
  },
];
