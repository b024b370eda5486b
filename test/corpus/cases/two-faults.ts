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
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
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
      writeCollector(world, collectorConfig({ exporter: 'jaeger-collector:4317' }), 300);
      inEachPod(world, 'otel-collector', (time) =>
        exporting(
          time,
          'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp: lookup jaeger-collector on 172.20.0.10:53: no such host\\"',
        ),
      );
      return world;
    },
  },
  {
    name: 'a-secret-without-its-key-and-an-ingress-without-its-service',
    kind: 'two-faults',
    source: 'https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/',
    layers: ['configuration', 'network'],
    roots: [['secret-key-missing'], ['ingress-backend-service-missing', 'service-missing']],
    why: 'One Deployment wants a key that its Secret lacks; an Ingress sends to a Service that nobody made.',
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
      ingress(world, 'blog', { backend: 'blog', port: { number: 80 }, host: 'blog.example.com' });
      return world;
    },
  },
  {
    name: 'a-leak-in-one-service-and-label-drift-in-another',
    kind: 'two-faults',
    source:
      'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#does-the-service-have-any-endpointslices',
    layers: ['application', 'network'],
    roots: [['container-oom-killed'], ['service-selector-matches-nothing']],
    why: 'Recommendations run out of memory; the Service of payments selects nobody.',
    build: () => {
      const world = healthy();
      const recommendations = deployment(world, 'recommendations', { container: appContainer('recommendations') });
      for (const pod of world.podsOf(recommendations))
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 21, minutes: 55 });
      deployment(world, 'payments', { container: appContainer('payments') });
      service(world, 'payments', { app: 'payments', tier: 'backend' }, [
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
    source:
      'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity',
    layers: ['platform', 'configuration'],
    roots: [['unschedulable-affinity'], ['configmap-missing']],
    why: 'One Deployment wants four nodes where there are three; another one mounts a ConfigMap that was deleted.',
    build: () => {
      const world = healthy();
      const search = deployment(world, 'search', { container: appContainer('search'), replicas: 4 });
      const last = world.podsOf(search).at(-1);
      if (last)
        unschedulable(
          world,
          last,
          "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
          50,
        );
      configMap(world, 'unrelated', { key: 'value' });
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
