import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, imagePull, notCreated, notServing, rollOut, unready } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { claim, service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, podOf, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

const CHECKOUT = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';

const fresh = (world: World, name: string, changed: Parameters<typeof appContainer>[1] = {}, more = {}) => {
  const made = deployment(world, name, {
    container: appContainer(name, changed),
    more: { containers: [], ...more },
    revision: 1,
    age: 30,
    revised: 30,
  });
  service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  return world.podsOf(made);
};

/** Pods that do not come up, with the second signal that tells one cause from its neighbour. */
export const harderStarts: CorpusCase[] = [
  {
    name: 'statefulset-corrected-but-its-broken-pod-stays',
    kind: 'trap',
    source: 'https://github.com/kubernetes/kubernetes/issues/141095',
    layers: ['application'],
    roots: [['image-not-found']],
    why: 'The template is right again; the controller waits for the pod of the bad revision, which will never be ready.',
    build: () => {
      const world = healthy();
      const web = statefulSet(world, 'web', { container: appContainer('web', { image: 'nginx:1.8.1' }), replicas: 3 });
      service(world, 'web', { app: 'web' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const last = world.podsOf(web).at(-1);
      if (!last?.spec.containers[0]) throw new Error('a pod');
      last.spec.containers[0].image = 'nginx:1.7.9-a';
      web.status = { ...web.status, updateRevision: 'web-5f9c' };
      imagePull(
        world,
        last,
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.7.9-a": failed to resolve reference "docker.io/library/nginx:1.7.9-a": docker.io/library/nginx:1.7.9-a: not found',
        33,
      );
      return world;
    },
  },
  {
    name: 'pull-secret-was-never-copied-to-the-namespace',
    kind: 'single',
    source:
      'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/#create-a-pod-that-uses-your-secret',
    layers: ['application', 'configuration'],
    roots: [['image-pull-secret-missing']],
    why: 'The registry refuses because the pull secret that the pod names is not in its namespace.',
    build: () => {
      const world = healthy();
      for (const pod of fresh(
        world,
        'billing',
        { image: 'registry.example.com/private/billing:4.1' },
        { imagePullSecrets: [{ name: 'regcred' }] },
      )) {
        world.event(
          pod,
          'Warning',
          'FailedToRetrieveImagePullSecret',
          'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
          { count: 40, from: 30 },
        );
        imagePull(
          world,
          pod,
          'failed to pull and unpack image "registry.example.com/private/billing:4.1": failed to resolve reference "registry.example.com/private/billing:4.1": unexpected status from HEAD request to https://registry.example.com/v2/private/billing/manifests/4.1: 401 Unauthorized',
          30,
        );
      }
      return world;
    },
  },
  {
    name: 'private-subnet-without-a-way-to-the-registry',
    kind: 'single',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html',
    layers: ['application', 'network'],
    roots: [['image-registry-unreachable']],
    why: 'No NAT and no endpoint: the node gets no answer from the registry.',
    build: () => {
      const world = healthy();
      for (const pod of fresh(world, 'search', { image: 'registry.k8s.io/search/search:1.2.0' })) {
        imagePull(
          world,
          pod,
          'failed to pull and unpack image "registry.k8s.io/search/search:1.2.0": failed to resolve reference "registry.k8s.io/search/search:1.2.0": failed to do request: Head "https://us-east4-docker.pkg.dev/v2/k8s-artifacts-prod/images/search/manifests/1.2.0": dial tcp 142.250.115.82:443: i/o timeout',
          30,
        );
      }
      return world;
    },
  },
  {
    name: 'slow-java-start-against-a-short-startup-probe',
    kind: 'single',
    source:
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes',
    layers: ['application'],
    roots: [['startup-probe-failing']],
    why: 'The start takes two minutes, the probe allows thirty seconds: killed with exit code 143 before it is done.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = CHECKOUT;
        container.startupProbe = {
          httpGet: { path: '/healthz', port: 'http' },
          periodSeconds: 10,
          failureThreshold: 3,
        };
      });
      if (!pod) throw new Error('a pod');
      crashLoop(world, pod, {
        exitCode: 143,
        restarts: 8,
        log: '2026-11-20T09:57:31.004Z  INFO 1 --- [main] com.example.Checkout : Starting Checkout using Java 21\n2026-11-20T09:57:55.871Z  INFO 1 --- [main] o.s.b.w.embedded.tomcat : Tomcat initialized with port 8080 (http)',
      });
      world.event(
        pod,
        'Warning',
        'Unhealthy',
        `Startup probe failed: Get "http://${pod.status?.podIP}:8080/healthz": dial tcp ${pod.status?.podIP}:8080: connect: connection refused`,
        { count: 24, from: 17 },
      );
      world.event(pod, 'Normal', 'Killing', 'Container checkout failed startup probe, will be restarted', {
        count: 8,
        from: 16.5,
      });
      return world;
    },
  },
  {
    name: 'probe-asks-a-port-that-was-renumbered',
    kind: 'single',
    source:
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-a-tcp-liveness-probe',
    layers: ['application', 'network'],
    roots: [['probe-port-mismatch', 'readiness-probe-failing']],
    why: 'The application moved to port 9090; the readiness probe still asks 8080 and is refused.',
    build: () => {
      const world = healthy();
      const pods = fresh(world, 'profile', {
        ports: [{ name: 'http', containerPort: 9090, protocol: 'TCP' }],
        livenessProbe: { tcpSocket: { port: 9090 } },
        readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5, failureThreshold: 3 },
      });
      for (const pod of pods)
        notServing(
          world,
          pod,
          `Get "http://${pod.status?.podIP}:8080/ready": dial tcp ${pod.status?.podIP}:8080: connect: connection refused`,
          29,
        );
      return world;
    },
  },
  {
    name: 'target-group-never-becomes-healthy',
    kind: 'single',
    source: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/',
    layers: ['application', 'network'],
    roots: [['readiness-gate-pending']],
    why: 'The containers are ready; the load balancer does not find its targets healthy.',
    build: () => {
      const world = healthy();
      const gate = 'target-health.elbv2.k8s.aws/k8s-shop-checkout-3f1b';
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container, spec) => {
        container.image = CHECKOUT;
        spec.readinessGates = [{ conditionType: gate }];
      });
      const ready = pod?.status?.conditions?.find(({ type }) => type === 'Ready');
      Object.assign(ready ?? {}, {
        status: 'False',
        reason: 'ReadinessGatesNotReady',
        message: `corresponding condition of pod readiness gate "${gate}" does not exist.`,
        lastTransitionTime: ago(18),
      });
      return world;
    },
  },
  {
    name: 'cache-volume-outgrew-its-size-limit',
    kind: 'single',
    source:
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#emphemeralstorage-consumption',
    layers: ['storage', 'application'],
    roots: [['ephemeral-storage-exceeded']],
    why: 'The emptyDir is larger than it may be, and the kubelet evicts the pod each time.',
    build: () => {
      const world = healthy();
      const thumbs = deployment(world, 'thumbnails', {
        container: appContainer('thumbnails', { volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }),
        more: { containers: [], volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }] },
      });
      const [set] = world.setsOf(thumbs);
      if (!set) throw new Error('a ReplicaSet');
      for (const minutes of [38, 21, 6]) {
        const message = 'Usage of EmptyDir volume "cache" exceeds the limit "1Gi". ';
        const pod = podOf(world, set, set.spec.template, {
          name: `${set.metadata.name}-evic${minutes}`,
          age: minutes + 12,
        });
        pod.status = {
          phase: 'Failed',
          reason: 'Evicted',
          message,
          startTime: ago(minutes + 12),
          conditions: [
            {
              type: 'DisruptionTarget',
              status: 'True',
              reason: 'TerminationByKubelet',
              message,
              lastTransitionTime: ago(minutes),
            },
          ],
        };
        world.event(pod, 'Warning', 'Evicted', message, { from: minutes });
      }
      return world;
    },
  },
  {
    name: 'disk-turned-read-only-after-an-io-error',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/1050',
    layers: ['storage', 'application'],
    roots: [['volume-read-only']],
    why: 'The kernel remounted the volume read-only, and the database cannot write.',
    build: () => {
      const world = healthy();
      const database = statefulSet(world, 'mysql', {
        container: appContainer('mysql', {
          image: 'mysql:8.4',
          volumeMounts: [{ name: 'data', mountPath: '/var/lib/mysql' }],
        }),
        claim: 'data',
      });
      claim(world, 'data-mysql-0');
      for (const pod of world.podsOf(database))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 25,
          restarts: 9,
          log: "2026-11-20T09:57:50.114Z 0 [ERROR] [MY-012592] [InnoDB] Operating system error number 30 in a file operation.\n2026-11-20T09:57:50.114Z 0 [ERROR] [MY-012596] [InnoDB] Error number 30 means 'Read-only file system'",
        });
      return world;
    },
  },
  {
    name: 'report-job-gave-up',
    kind: 'single',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy',
    layers: ['application'],
    roots: [['job-failed', 'container-exit-error']],
    why: 'The Job has failed as often as it may; its Deployment neighbours are well.',
    build: () => {
      const world = healthy();
      const template = {
        metadata: { labels: { 'job-name': 'invoices-2938' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'invoices', image: 'registry.example.com/invoices:7' }] },
      };
      const job = thing(
        world,
        'batch/v1',
        'Job',
        'invoices-2938',
        {
          spec: { backoffLimit: 2, template },
          status: {
            failed: 3,
            startTime: ago(25),
            conditions: [
              {
                type: 'Failed',
                status: 'True',
                reason: 'BackoffLimitExceeded',
                message: 'Job has reached the specified backoff limit',
                lastTransitionTime: ago(18),
              },
            ],
          },
        },
        { age: 25 },
      );
      for (const minutes of [24, 22, 19]) {
        const pod = podOf(world, job, template, { name: `invoices-2938-p${minutes}`, age: minutes });
        unready(pod, minutes - 1);
        Object.assign(pod.status ?? {}, { phase: 'Failed' });
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          state: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: ago(minutes), finishedAt: ago(minutes - 1) },
          },
        });
        world.log(pod, 'ERROR invoices: no such table: tariffs_2027');
      }
      world.event(job, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', {
        from: 18,
        component: 'job-controller',
      });
      return world;
    },
  },
  {
    name: 'rollout-paused-and-forgotten',
    kind: 'trap',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment',
    layers: ['application'],
    roots: [['deployment-paused']],
    why: 'Nothing crashes and nothing is late: the Deployment has been told to wait since two hours.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      checkout.spec.paused = true;
      const progressing = checkout.status?.conditions?.find(({ type }) => type === 'Progressing');
      Object.assign(progressing ?? {}, {
        status: 'Unknown',
        reason: 'DeploymentPaused',
        message: 'Deployment is paused',
        lastTransitionTime: ago(120),
        lastUpdateTime: ago(120),
      });
      const container = checkout.spec.template.spec.containers[0];
      if (container) container.image = CHECKOUT;
      checkout.metadata.generation = 6;
      if (checkout.status) Object.assign(checkout.status, { observedGeneration: 6 });
      return world;
    },
  },
  {
    name: 'proxy-sidecar-never-ready-holds-the-application',
    kind: 'cascade',
    source: 'https://github.com/istio/istio/issues/51883',
    layers: ['application', 'network'],
    roots: [['init-container-stuck', 'startup-probe-failing', 'readiness-probe-failing', 'init-container-failed']],
    why: 'The native sidecar fails its startup probe, so no container behind it is started.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (_, spec) => {
          spec.initContainers = [
            {
              name: 'istio-proxy',
              image: 'docker.io/istio/proxyv2:1.28.0',
              restartPolicy: 'Always',
              startupProbe: {
                httpGet: { path: '/healthz/ready', port: 15021 },
                periodSeconds: 1,
                failureThreshold: 600,
              },
            },
          ];
        },
        { minutes: 26 },
      );
      if (!pod?.status) throw new Error('a pod');
      unready(pod, 26);
      pod.status.phase = 'Pending';
      for (const status of pod.status.initContainerStatuses ?? [])
        Object.assign(status, { ready: false, started: false, state: { running: { startedAt: ago(26) } } });
      for (const status of pod.status.containerStatuses ?? [])
        Object.assign(status, { started: false, state: { waiting: { reason: 'PodInitializing' } } });
      const initialized = pod.status.conditions?.find(({ type }) => type === 'Initialized');
      Object.assign(initialized ?? {}, {
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: 'containers with incomplete status: [istio-proxy]',
      });
      world.event(pod, 'Warning', 'Unhealthy', 'Startup probe failed: HTTP probe failed with statuscode: 503', {
        count: 150,
        from: 25,
        to: 0.1,
      });
      return world;
    },
  },
  {
    name: 'mount-of-a-config-map-key-that-was-renamed',
    kind: 'single',
    source:
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#add-configmap-data-to-a-specific-path-in-the-volume',
    layers: ['configuration', 'storage'],
    roots: [['configmap-key-missing']],
    why: 'The volume wants a key of the ConfigMap that is not there any more; the kubelet cannot mount it.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container, spec) => {
        container.image = CHECKOUT;
        spec.volumes = [
          {
            name: 'config',
            configMap: { name: 'checkout-config', items: [{ key: 'settings.toml', path: 'config.toml' }] },
          },
        ];
      });
      if (pod)
        notCreated(
          world,
          pod,
          'FailedMount',
          'MountVolume.SetUp failed for volume "config" : references non-existent config key: settings.toml',
          18,
        );
      return world;
    },
  },
];
