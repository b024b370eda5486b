import type { ConfigMap, KubeObject } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, noPods, rollOut } from '../faults.ts';
import { appContainer, collectorContainer, healthy } from '../healthy.ts';
import { configMap, service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { daemonSet, deployment } from '../workloads.ts';

/** Faults of what objects say: ConfigMaps, Secrets, accounts, admission. */
export const configuration: CorpusCase[] = [
  {
    name: 'config-map-without-the-key-that-the-variable-names',
    kind: 'single',
    source: 'https://github.com/weaveworks/eks-quickstart-app-dev/pull/10',
    layers: ['configuration'],
    roots: [['configmap-key-missing']],
    why: 'The agents want logs.region of a ConfigMap that has only cluster.name.',
    build: () => {
      const world = healthy();
      configMap(world, 'cluster-info', { 'cluster.name': 'shop-production' });
      const from = (key: string) => ({ valueFrom: { configMapKeyRef: { name: 'cluster-info', key } } });
      const agents = daemonSet(world, 'fluentd-cloudwatch', {
        container: {
          name: 'fluentd-cloudwatch',
          image: 'docker.io/fluent/fluentd-kubernetes-daemonset:v1.7-debian-cloudwatch-1',
          env: [
            { name: 'REGION', ...from('logs.region') },
            { name: 'CLUSTER_NAME', ...from('cluster.name') },
          ],
          resources: { requests: { cpu: '100m', memory: '200Mi' }, limits: { memory: '400Mi' } },
        },
        age: 25,
        revised: 25,
      });
      for (const pod of world.podsOf(agents))
        configError(world, pod, `couldn't find key logs.region in ConfigMap ${world.namespace}/cluster-info`, 25);
      return world;
    },
  },
  {
    name: 'secret-of-the-service-broker-not-yet-there',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/103643',
    layers: ['configuration'],
    roots: [['secret-missing']],
    why: 'The pods name a Secret that nobody has created.',
    build: () => {
      const world = healthy();
      const container = appContainer('uploads', { envFrom: [{ secretRef: { name: 's3-bucket-binding' } }] });
      const uploads = deployment(world, 'uploads', { container, revision: 1, age: 30, revised: 30 });
      for (const pod of world.podsOf(uploads)) configError(world, pod, 'secret "s3-bucket-binding" not found', 30);
      return world;
    },
  },
  {
    name: 'collector-of-the-operator-against-restricted-pod-security',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/1904',
    layers: ['configuration', 'application'],
    roots: [['pod-security-violation']],
    why: 'The namespace enforces the restricted level, and the pod template does not meet it.',
    build: () => {
      const world = healthy();
      const namespace = world.get<KubeObject>('Namespace', world.namespace, '');
      namespace.metadata.labels = {
        ...namespace.metadata.labels,
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'v1.34',
      };
      const some = deployment(world, 'gateway', {
        container: appContainer('gateway'),
        more: { containers: [collectorContainer({ volumeMounts: [] })] },
        revision: 1,
      });
      noPods(
        world,
        some,
        'pods "gateway-5968db8c99-wdsdr" is forbidden: violates PodSecurity "restricted:v1.34": allowPrivilegeEscalation != false (container "otc-container" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "otc-container" must set securityContext.capabilities.drop=["ALL"])',
      );
      return world;
    },
  },
  {
    name: 'trust-policy-does-not-name-the-service-account',
    kind: 'single',
    source: 'https://github.com/aws-observability/aws-otel-collector/issues/367',
    layers: ['configuration', 'otlp'],
    roots: [['aws-credentials-failing']],
    why: 'STS refuses the web identity of the Collector, so every export to CloudWatch fails.',
    build: () => {
      const world = healthy();
      thing(
        world,
        'v1',
        'ServiceAccount',
        'adot',
        {},
        { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/adot-ingest' } },
      );
      const adot = deployment(world, 'adot-collector', {
        configMap: 'otel-collector',
        container: collectorContainer({ image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.46.0' }),
        more: { containers: [], serviceAccountName: 'adot' },
      });
      for (const pod of world.podsOf(adot)) {
        const line = (time: string) =>
          `${time}\terror\tinternal/queue_sender.go:57\tExporting failed. Dropping data.\t{"otelcol.component.id": "awsemf", "otelcol.component.kind": "exporter", "otelcol.signal": "metrics", "error": "Permanent error: WebIdentityErr: failed to retrieve credentials\\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\\n\\tstatus code: 403, request id: 15859db3-8352-4885-a191-6c4cdd75d336", "dropped_items": 27}`;
        world.log(
          pod,
          [
            '2026-11-20T09:58:01.200Z',
            '2026-11-20T09:58:31.204Z',
            '2026-11-20T09:59:01.199Z',
            '2026-11-20T09:59:31.202Z',
          ]
            .map(line)
            .join('\n'),
        );
      }
      return world;
    },
  },
  {
    name: 'rolling-update-without-room-in-the-quota',
    kind: 'single',
    source: 'https://github.com/veryfront/veryfront-code/issues/168',
    layers: ['configuration', 'application'],
    roots: [['quota-exceeded']],
    why: 'The quota leaves no room for the one surge pod of the rollout: 21.5 of 24 CPUs are taken, and it wants three.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ResourceQuota', 'resource-quota', {
        spec: { hard: { 'limits.cpu': '24' } },
        status: { hard: { 'limits.cpu': '24' }, used: { 'limits.cpu': '21500m' } },
      });
      const renderer = deployment(world, 'renderer', {
        container: appContainer('renderer', {
          resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '3', memory: '2Gi' } },
        }),
        replicas: 4,
      });
      service(world, 'renderer', { app: 'renderer' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const pods = rollOut(world, renderer, (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/renderer:2.8.0';
      });
      const set = world.setsOf(renderer).at(-1);
      world.remove(...pods);
      const message = `pods "${set?.metadata.name}-mrnq5" is forbidden: exceeded quota: resource-quota, requested: limits.cpu=3, used: limits.cpu=21500m, limited: limits.cpu=24`;
      const condition = {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message,
        lastTransitionTime: ago(18),
      };
      if (!set) throw new Error('a ReplicaSet');
      for (const object of [set, renderer])
        object.status = { ...object.status, conditions: [...(object.status?.conditions ?? []), condition] };
      world.event(set, 'Warning', 'FailedCreate', `Error creating: ${message}`, {
        count: 18,
        from: 18,
        component: 'replicaset-controller',
      });
      return world;
    },
  },
  {
    name: 'policy-engine-denies-the-latest-tag',
    kind: 'single',
    source: 'https://github.com/kyverno/kyverno/pull/3726',
    layers: ['configuration', 'application'],
    roots: [['webhook-denied']],
    why: 'The policy refuses pods whose image has a mutable tag. It has no rules for Deployments, so only the ReplicaSet hears of it.',
    build: () => {
      const world = healthy();
      const ads = deployment(world, 'ads', {
        container: appContainer('ads', { image: 'registry.example.com/ads:latest' }),
        revision: 1,
        age: 40,
        revised: 40,
      });
      noPods(
        world,
        ads,
        "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Pod/shop/ads-7c9d6b5f4d-x2v9p was blocked due to the following policies \n\ndisallow-latest-tag:\n  validate-image-tag: 'validation error: Using a mutable image tag e.g. 'latest' is not allowed. rule validate-image-tag failed at path /spec/containers/0/image/'\n",
      );
      return world;
    },
  },
  {
    name: 'chart-writes-a-trailing-comma-into-toml',
    kind: 'cascade',
    source: 'https://github.com/openabdev/openab/issues/195',
    layers: ['configuration', 'application', 'network'],
    roots: [['config-toml-invalid']],
    why: 'The template of the chart puts a comma behind the last entry of an inline table; every restarted pod fails to read it, and the Service loses its endpoints.',
    build: () => {
      const world = healthy();
      const map = world.get<ConfigMap>('ConfigMap', 'checkout-config');
      map.data = { 'config.toml': '[server]\nport = 8080\n\n[agent]\nenv = { LOG_LEVEL = "info",  }\n' };
      map.metadata.managedFields = [{ manager: 'helm', operation: 'Update', time: ago(26) }];
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 22,
          restarts: 9,
          log: `Error: failed to read /etc/checkout/config.toml: TOML parse error at line 5, column 27
  |
5 | env = { LOG_LEVEL = "info",  }
  |                           ^
invalid inline table
expected \`}\``,
        });
      }
      return world;
    },
  },
];
