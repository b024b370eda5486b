import type { KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, notServing, rollOut, unready, unschedulable } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { ingress, service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

const needsPostgres = (world: World) => {
  const orders = deployment(world, 'orders', {
    container: appContainer('orders', {
      env: [
        { name: 'DATABASE_URL', value: 'postgres://orders@postgres:5432/orders' },
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector:4317' },
        { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' },
      ],
    }),
  });
  service(world, 'orders', { app: 'orders' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  service(world, 'postgres', { app: 'postgres' }, [{ name: 'pg', port: 5432, targetPort: 'pg' }]);
  return orders;
};

const postgres = appContainer('postgres', {
  image: 'postgres:17.2',
  ports: [{ name: 'pg', containerPort: 5432, protocol: 'TCP' }],
  env: [],
  livenessProbe: { exec: { command: ['pg_isready'] } },
  readinessProbe: { exec: { command: ['pg_isready'] } },
});

/** A database, a probe, a metrics API, a Service that others lean on. */
export const cascadesOfDependencies: CorpusCase[] = [
  {
    name: 'database-scaled-to-zero-during-a-maintenance',
    kind: 'cascade',
    source: 'https://github.com/bitnami/charts/pull/6882',
    layers: ['application', 'network'],
    roots: [['deployment-scaled-to-zero']],
    why: 'Somebody scaled the database to zero; applying its chart again, which names no replicas, left it so. The service that needs it is not ready.',
    build: () => {
      const world = healthy();
      const orders = needsPostgres(world);
      deployment(world, 'postgres', { container: postgres, replicas: 0 });
      for (const pod of world.podsOf(orders)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 503', 40);
        world.log(
          pod,
          '2026-11-20T09:59:31.001Z ERROR orders::db: could not connect to postgres:5432: Connection refused (os error 111)\n2026-11-20T09:59:41.003Z ERROR orders::db: could not connect to postgres:5432: Connection refused (os error 111)',
        );
      }
      return world;
    },
  },
  {
    name: 'database-waits-for-its-volume-and-the-api-crashes',
    kind: 'cascade',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/1342',
    layers: ['storage', 'platform', 'network', 'application'],
    roots: [['pvc-pending', 'aws-credentials-failing']],
    why: 'No volume, so no database, so its Service has no endpoint, so the API gives up at start.',
    build: () => {
      const world = healthy();
      const orders = needsPostgres(world);
      const database = statefulSet(world, 'postgres', { container: postgres, claim: 'data', age: 45, revised: 45 });
      const pvc = thing(
        world,
        'v1',
        'PersistentVolumeClaim',
        'data-postgres-0',
        {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'gp3',
            resources: { requests: { storage: '20Gi' } },
          },
          status: { phase: 'Pending' },
        },
        { age: 45 },
      );
      world.event(
        pvc,
        'Warning',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume "pvc-83a8900d": could not create volume in EC2: UnauthorizedOperation: You are not authorized to perform this operation.',
        { count: 13, from: 44, component: 'ebs.csi.aws.com_ebs-csi-controller-66d7' },
      );
      for (const pod of world.podsOf(database))
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          45,
        );
      for (const pod of world.podsOf(orders))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 40,
          restarts: 12,
          log: '2026-11-20T09:57:55Z ERROR orders: database: error connecting to server: postgres:5432: Connection refused (os error 111)\nError: giving up after 5 tries',
        });
      return world;
    },
  },
  {
    name: 'liveness-kills-under-cpu-starvation-take-the-ingress-down',
    kind: 'cascade',
    source: 'https://github.com/dirsigler/uptime-kuma-helm/pull/67',
    layers: ['application', 'network'],
    roots: [['liveness-probe-failing', 'cpu-saturated']],
    why: 'A check that is too strict kills every replica with SIGKILL; the Ingress has nobody behind it.',
    build: () => {
      const world = healthy();
      ingress(world, 'checkout', { backend: 'checkout', port: { name: 'http' } });
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        crashLoop(world, pod, { exitCode: 137, reason: 'Error', restarts: 16, minutes: 60 });
        world.event(
          pod,
          'Warning',
          'Unhealthy',
          'Liveness probe failed: command "node extra/healthcheck.js" timed out',
          { count: 48, from: 60, to: 2.5 },
        );
        world.event(pod, 'Normal', 'Killing', 'Container checkout failed liveness probe, will be restarted', {
          count: 16,
          from: 59,
          to: 2.5,
        });
      }
      return world;
    },
  },
  {
    name: 'metrics-server-without-endpoints-blinds-the-autoscalers',
    kind: 'cascade',
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/41',
    layers: ['platform', 'configuration'],
    roots: [['metrics-server-unavailable', 'readiness-probe-failing']],
    why: 'metrics-server is not ready, its API is not available, autoscalers compute nothing.',
    build: () => {
      const world = healthy();
      const namespace = 'kube-system';
      for (const pod of world.podsOf(world.get('Deployment', 'metrics-server', namespace)))
        notServing(world, pod, 'HTTP probe failed with statuscode: 500', 30);
      const api = world.get<KubeObject & { status: object }>('APIService', 'v1beta1.metrics.k8s.io', '');
      api.status = {
        conditions: [
          {
            type: 'Available',
            status: 'False',
            reason: 'MissingEndpoints',
            message: 'endpoints for service/metrics-server in "kube-system" have no addresses with port name "https"',
            lastTransitionTime: ago(30),
          },
        ],
      };
      const message =
        'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)';
      const hpa = thing(world, 'autoscaling/v2', 'HorizontalPodAutoscaler', 'checkout', {
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' },
          minReplicas: 2,
          maxReplicas: 10,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          ],
        },
        status: {
          currentReplicas: 2,
          desiredReplicas: 2,
          conditions: [
            {
              type: 'AbleToScale',
              status: 'True',
              reason: 'SucceededGetScale',
              message: "the HPA controller was able to get the target's current scale",
              lastTransitionTime: ago(9000),
            },
            {
              type: 'ScalingActive',
              status: 'False',
              reason: 'FailedGetResourceMetric',
              message,
              lastTransitionTime: ago(29),
            },
          ],
        },
      });
      world.event(hpa, 'Warning', 'FailedGetResourceMetric', message, {
        count: 116,
        from: 29,
        component: 'horizontal-pod-autoscaler',
      });
      return world;
    },
  },
  {
    name: 'renamed-payment-service-stops-the-checkout',
    kind: 'cascade',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/',
    layers: ['network', 'application'],
    roots: [['service-missing', 'init-container-stuck', 'dns-resolution-failing']],
    why: 'The init container waits for the name of a Service that does not exist any more.',
    build: () => {
      const world = healthy();
      const pods: Pod[] = rollOut(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container, spec) => {
          spec.initContainers = [
            {
              name: 'wait-for-payment',
              image: 'busybox:1.37',
              command: [
                'sh',
                '-c',
                'until nslookup payment.shop.svc.cluster.local; do echo waiting for payment; sleep 2; done',
              ],
            },
          ];
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
        },
        { minutes: 25, all: true },
      );
      for (const pod of pods) {
        unready(pod, 25);
        if (!pod.status) continue;
        pod.status.phase = 'Pending';
        for (const status of pod.status.containerStatuses ?? [])
          Object.assign(status, { started: false, state: { waiting: { reason: 'PodInitializing' } } });
        for (const status of pod.status.initContainerStatuses ?? [])
          Object.assign(status, { ready: false, started: true, state: { running: { startedAt: ago(25) } } });
        const initialized = pod.status.conditions?.find(({ type }) => type === 'Initialized');
        Object.assign(initialized ?? {}, {
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: 'containers with incomplete status: [wait-for-payment]',
        });
        world.log(
          pod,
          "Server:\t\t172.20.0.10\nAddress:\t172.20.0.10:53\n\n** server can't find payment.shop.svc.cluster.local: NXDOMAIN\n\nwaiting for payment\n".repeat(
            4,
          ),
          { container: 'wait-for-payment' },
        );
      }
      return world;
    },
  },
];
