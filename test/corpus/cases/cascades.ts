import type { KubeNode, KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import {
  configError,
  crashLoop,
  evicted,
  nodeLost,
  noPods,
  notCreated,
  notServing,
  rollOut,
  unready,
  unschedulable,
} from '../faults.ts';
import { appContainer, BACKEND, collectorContainer, healthy } from '../healthy.ts';
import { clusterThing, ingress, policy, service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { daemonSet, deployment, NODES, newPod, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';
import { exporting, inEachPod } from './otlp.ts';

const REFUSED = 'tcp connect error: Connection refused (os error 111)';
const exportError = (time: string, error: string) =>
  `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${error}"`;
const dropping = (time: string) => `${time}  WARN opentelemetry_sdk: name="BatchSpanProcessor.SpanDroppingStarted"`;

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

/** A cause in one layer, its effects in others. */
export const cascades: CorpusCase[] = [
  {
    name: 'coredns-killed-for-its-memory',
    kind: 'cascade',
    source: 'https://kubernetes-on-aws.readthedocs.io/en/latest/postmortems/jan-2019-dns-outage.html',
    layers: ['application', 'network', 'otlp'],
    roots: [['container-oom-killed', 'dns-coredns-unavailable']],
    why: 'A spike of queries: CoreDNS is out of memory on every start, no name resolves, every export and call fails.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('Deployment', 'coredns', 'kube-system'))) {
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 14, minutes: 50 });
      }
      inEachPod(world, 'checkout', (time) =>
        exportError(time, 'dns error: failed to lookup address information: Temporary failure in name resolution'),
      );
      inEachPod(world, 'otel-collector', (time) =>
        exporting(time, 'rpc error: code = Unavailable desc = name resolver error: produced zero addresses'),
      );
      return world;
    },
  },
  {
    name: 'small-services-preempted-by-a-bigger-one',
    kind: 'cascade',
    source: 'https://grafana.com/blog/2019/07/24/how-a-production-outage-was-caused-using-kubernetes-pod-priorities/',
    layers: ['platform', 'application', 'network'],
    roots: [['pod-preempted']],
    why: 'A rollout of pods with a higher priority pushed these out, and no node has room for them.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      for (const [n, gone] of world.podsOf(checkout).entries()) {
        world.event(
          gone,
          'Warning',
          'Preempted',
          'Preempted by pod 1f0c3c8e-1c8c-4d0b-9f0a-7d2f0f3f5b11 on node ip-10-0-1-11.ec2.internal',
          { from: 14, component: 'default-scheduler' },
        );
        world.remove(gone);
        const pod = newPod(world, set, n, 14);
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          14,
        );
      }
      return world;
    },
  },
  {
    name: 'webhook-of-the-telemetry-operator-has-no-endpoints',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/100',
    layers: ['configuration', 'application', 'network'],
    roots: [['webhook-unavailable', 'container-exit-error']],
    why: 'The operator does not run, its webhook with failurePolicy Fail sees every pod, so no pod of the application can be made.',
    build: () => {
      const world = healthy();
      const namespace = 'opentelemetry-operator-system';
      clusterThing(world, 'v1', 'Namespace', namespace, { status: { phase: 'Active' } });
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
      const name = 'opentelemetry-operator-webhook-service';
      const labels = { 'app.kubernetes.io/name': 'opentelemetry-operator' };
      const operator = deployment(world, 'opentelemetry-operator', {
        namespace,
        labels,
        replicas: 1,
        revision: 1,
        container: {
          name: 'manager',
          image: 'ghcr.io/open-telemetry/opentelemetry-operator:0.140.0',
          ports: [{ name: 'webhook-server', containerPort: 9443 }],
        },
      });
      for (const pod of world.podsOf(operator))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 60,
          restarts: 15,
          log: '{"level":"ERROR","timestamp":"2026-11-20T09:57:10Z","logger":"setup","message":"unable to get leader election config","error":"no matches for kind"}',
        });
      service(world, name, labels, [{ port: 443, targetPort: 'webhook-server' }], { namespace });
      clusterThing(
        world,
        'admissionregistration.k8s.io/v1',
        'MutatingWebhookConfiguration',
        'opentelemetry-operator-mutation',
        {
          webhooks: [
            {
              name: 'mpod.kb.io',
              failurePolicy: 'Fail',
              clientConfig: { service: { namespace, name, path: '/mutate-v1-pod', port: 443 } },
              rules: [
                {
                  apiGroups: [''],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['pods'],
                  scope: 'Namespaced',
                },
              ],
              namespaceSelector: {},
              objectSelector: {},
              sideEffects: 'None',
              timeoutSeconds: 10,
              admissionReviewVersions: ['v1'],
            },
          ],
        },
      );
      noPods(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        `Internal error occurred: failed calling webhook "mpod.kb.io": failed to call webhook: Post "https://${name}.${namespace}.svc:443/mutate-v1-pod?timeout=10s": no endpoints available for service "${name}"`,
      );
      return world;
    },
  },
  {
    name: 'deny-all-egress-forgot-dns',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/website/issues/54997',
    layers: ['network', 'otlp'],
    roots: [['netpol-egress-denies-dns']],
    why: 'The namespace denies egress by default and allows the Collector, but nobody allowed port 53.',
    build: () => {
      const world = healthy();
      policy(world, 'default-deny-egress', { podSelector: {}, policyTypes: ['Egress'] });
      policy(world, 'allow-inside', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }] }],
      });
      policy(world, 'collector-to-tempo', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': BACKEND } } }],
            ports: [{ protocol: 'TCP', port: 4317 }],
          },
        ],
      });
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${exportError(time, 'dns error: failed to lookup address information: Temporary failure in name resolution')}\n${dropping(time)}`,
      );
      return world;
    },
  },
  {
    name: 'tempo-out-of-memory-backs-up-the-collector',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/21912',
    layers: ['application', 'network', 'otlp'],
    roots: [['container-oom-killed']],
    why: 'The backend is killed again and again; the queue of the Collector fills, its memory limiter refuses, SDKs are throttled and drop.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('StatefulSet', 'tempo', BACKEND)))
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 12, minutes: 45 });
      inEachPod(
        world,
        'otel-collector',
        (
          time,
        ) => `${exporting(time, 'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 172.20.99.102:4317: connect: connection refused\\"')}
${time}\terror\tinternal/base_exporter.go:116\tExporting failed. Rejecting data.\t{"otelcol.component.id": "otlp/tempo", "otelcol.component.kind": "exporter", "otelcol.signal": "traces", "error": "sending queue is full", "rejected_items": 312}
${time}\twarn\tmemorylimiter/memorylimiter.go:212\tMemory usage is above soft limit. Refusing data.\t{"otelcol.component.id": "memory_limiter", "otelcol.component.kind": "processor", "cur_mem_mib": 487}`,
      );
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${exportError(time, 'status: Unavailable, message: \\"data refused due to high memory usage\\"')}\n${dropping(time)}`,
      );
      return world;
    },
  },
  {
    name: 'node-stops-reporting-and-keeps-its-volume',
    kind: 'cascade',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/542',
    layers: ['platform', 'storage', 'application', 'network'],
    roots: [['node-not-ready']],
    why: 'The node is gone; its pods are not ready or hang in deletion, and the volume cannot be attached to another node yet.',
    build: () => {
      const world = healthy();
      const data = statefulSet(world, 'catalog', { container: appContainer('catalog') });
      service(world, 'catalog', { app: 'catalog' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const uploads = deployment(world, 'uploads', { replicas: 1, container: appContainer('uploads') });
      nodeLost(world, NODES[0] ?? '', 12);
      const [set] = world.setsOf(uploads);
      if (!set || world.podsOf(data).length !== 1) throw new Error('one pod each');
      const pod = newPod(world, set, 1, 5);
      notCreated(
        world,
        pod,
        'FailedAttachVolume',
        'Multi-Attach error for volume "pvc-16293fb9-4a67-4508-b112-178e5c4455cd" Volume is already exclusively attached to one node and can\'t be attached to another',
        5,
        'attachdetach-controller',
      );
      return world;
    },
  },
  {
    name: 'node-disk-full-of-logs-evicts-its-pods',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/kubernetes/issues/91600',
    layers: ['platform', 'application'],
    roots: [['node-disk-pressure', 'pod-evicted']],
    why: 'The disk of a node is full: the kubelet evicts, and what comes anew finds the node tainted and the others full.',
    build: () => {
      const world = healthy();
      const name = NODES[0] ?? '';
      const node = world.get<KubeNode>('Node', name, '');
      for (const condition of node.status?.conditions ?? []) {
        if (condition.type === 'DiskPressure')
          Object.assign(condition, {
            status: 'True',
            reason: 'KubeletHasDiskPressure',
            message: 'kubelet has disk pressure',
            lastTransitionTime: ago(20),
          });
      }
      node.spec = { ...node.spec, taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] };
      world.event(node, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', {
        count: 12,
        from: 20,
      });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [first] = world.podsOf(checkout);
      const [set] = world.setsOf(checkout).slice(-1);
      if (!first || !set) throw new Error('a pod');
      const message =
        'The node was low on resource: ephemeral-storage. Threshold quantity: 7622432632, available: 3811216Ki. Container checkout was using 34260Ki, request is 0, has larger consumption of ephemeral-storage. ';
      evicted(first, message, 18);
      world.event(first, 'Warning', 'Evicted', message, { from: 18 });
      const pod = newPod(world, set, 3, 18);
      unschedulable(
        world,
        pod,
        '0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 2 Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
        18,
      );
      return world;
    },
  },
  {
    name: 'secret-renamed-before-the-rollout',
    kind: 'cascade',
    source: 'https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret',
    layers: ['configuration', 'application'],
    roots: [['secret-missing']],
    why: 'The new revision names a Secret that does not exist; the rollout stands half-way and misses its deadline.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        for (const variable of container.env ?? [])
          if (variable.valueFrom)
            variable.valueFrom = { secretKeyRef: { name: 'checkout-credentials', key: 'api-key' } };
      });
      if (pod) configError(world, pod, 'secret "checkout-credentials" not found', 18);
      return world;
    },
  },
  {
    name: 'service-account-of-the-collector-deleted',
    kind: 'cascade',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/',
    layers: ['configuration', 'application', 'otlp'],
    roots: [['serviceaccount-missing']],
    why: 'Pods of the Collector are refused because their account is gone; its clients have nobody to send to.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      for (const each of [collector, ...world.setsOf(collector)])
        each.spec.template.spec.serviceAccountName = 'otel-collector';
      noPods(
        world,
        collector,
        `pods "otel-collector-5d9c7b8f6d-" is forbidden: error looking up service account shop/otel-collector: serviceaccount "otel-collector" not found`,
        { minutes: 30 },
      );
      inEachPod(world, 'checkout', (time) => `${exportError(time, REFUSED)}\n${dropping(time)}`);
      return world;
    },
  },
  {
    name: 'collector-pods-get-no-address-after-a-node-roll',
    kind: 'cascade',
    source: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/1791',
    layers: ['network', 'otlp'],
    roots: [['pod-sandbox-failed']],
    why: 'The subnet is empty; the Collector has no pod with an address, and the SDKs lose spans.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      const [set] = world.setsOf(collector).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      for (const [n, gone] of world.podsOf(collector).entries()) {
        world.remove(gone);
        const pod = newPod(world, set, n, 16);
        notCreated(
          world,
          pod,
          'FailedCreatePodSandBox',
          `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "ebb530230479f5cbbb6c2cbebadd117a09f954112064bb2ea7e7db3a7ae0a6c${n}" network for pod "${pod.metadata.name}": networkPlugin cni failed to set up pod "${pod.metadata.name}_shop" network: add cmd: failed to assign an IP address to container`,
          16,
        );
      }
      inEachPod(world, 'checkout', (time) => `${exportError(time, REFUSED)}\n${dropping(time)}`);
      return world;
    },
  },
  {
    name: 'collector-daemon-set-of-the-wrong-architecture',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/node-problem-detector/issues/797',
    layers: ['application', 'network', 'otlp'],
    roots: [['image-arch-mismatch']],
    why: 'The image has no arm64 variant; the agents crash, and what applications send ends there.',
    build: () => {
      const world = healthy();
      const before = world.get<Workload>('Deployment', 'otel-collector');
      world.remove(...world.podsOf(before), ...world.setsOf(before), before);
      const agents = daemonSet(world, 'otel-collector', {
        configMap: 'otel-collector',
        container: collectorContainer({ image: 'registry.example.com/otelcol-custom:0.161.0-amd64' }),
        age: 50,
        revised: 50,
      });
      for (const pod of world.podsOf(agents))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 50,
          restarts: 14,
          log: 'exec /otelcol-custom: exec format error',
        });
      inEachPod(world, 'checkout', (time) => exportError(time, REFUSED));
      return world;
    },
  },
  {
    name: 'database-scaled-to-zero-during-a-maintenance',
    kind: 'cascade',
    source: 'https://kubeforge.kartikeytripathi.in/lesson/a8',
    layers: ['application', 'network'],
    roots: [['deployment-scaled-to-zero']],
    why: 'Somebody scaled the database to zero and forgot it; the service that needs it is not ready.',
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
