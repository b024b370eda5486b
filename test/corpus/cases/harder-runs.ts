import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, notCreated, rollOut, unready } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { claim, thing } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, podOf, statefulSet } from '../workloads.ts';

const CHECKOUT = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';

/** Pods that run for a while, or stand still, with the signal that tells why. */
export const harderRuns: CorpusCase[] = [
  {
    name: 'cache-volume-outgrew-its-size-limit',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/116986',
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
          containerStatuses: [
            {
              name: 'thumbnails',
              ready: false,
              started: false,
              restartCount: 1,
              state: {
                terminated: {
                  exitCode: 137,
                  reason: 'ContainerStatusUnknown',
                  message: 'The container could not be located when the pod was terminated',
                },
              },
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
    source: 'https://github.com/ministryofjustice/laa-apply-for-legal-aid/pull/4382',
    layers: ['application'],
    roots: [['job-failed', 'container-exit-error']],
    why: 'The database was made anew and never migrated: the Job has failed as often as it may; its Deployment neighbours are well.',
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
          spec: { backoffLimit: 1, template },
          status: {
            failed: 2,
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
      for (const minutes of [24, 19]) {
        const pod = podOf(world, job, template, { name: `invoices-2938-p${minutes}`, age: minutes });
        unready(pod, minutes - 1);
        Object.assign(pod.status ?? {}, { phase: 'Failed' });
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          state: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: ago(minutes), finishedAt: ago(minutes - 1) },
          },
        });
        world.log(
          pod,
          'ActiveRecord::StatementInvalid: PG::UndefinedTable: ERROR:  relation "tariffs_2027" does not exist',
        );
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
    source: 'https://github.com/spinnaker/spinnaker/issues/5101',
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
    name: 'mount-names-a-key-of-another-config-map',
    kind: 'single',
    source: 'https://github.com/sentry-kubernetes/charts/issues/1901',
    layers: ['configuration', 'storage'],
    roots: [['configmap-key-missing']],
    why: 'The chart asks one ConfigMap for a key that stands in another; the kubelet cannot mount the volume.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container, spec) => {
        container.image = CHECKOUT;
        spec.volumes = [
          {
            name: 'config',
            configMap: { name: 'checkout-config', items: [{ key: 'override.toml', path: 'override.toml' }] },
          },
        ];
      });
      if (pod)
        notCreated(
          world,
          pod,
          'FailedMount',
          'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: override.toml',
          18,
        );
      return world;
    },
  },
];
