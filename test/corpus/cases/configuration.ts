import type { ConfigMap, KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, noPods, rollOut } from '../faults.ts';
import { appContainer, collectorContainer, healthy } from '../healthy.ts';
import { configMap, service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { deployment } from '../workloads.ts';

/** Faults of what objects say: ConfigMaps, Secrets, accounts, admission. */
export const configuration: CorpusCase[] = [
  {
    name: 'config-map-without-the-key-that-the-variable-names',
    kind: 'single',
    source: 'https://kubeforge.kartikeytripathi.in/lesson/a8',
    layers: ['configuration'],
    roots: [['configmap-key-missing']],
    why: 'The pods want DB_HOST of a ConfigMap that has only DATABASE_HOST.',
    build: () => {
      const world = healthy();
      configMap(world, 'api-config', { DATABASE_HOST: 'postgres', LOG_LEVEL: 'info' });
      const container = appContainer('api');
      container.env?.push({ name: 'DB_HOST', valueFrom: { configMapKeyRef: { name: 'api-config', key: 'DB_HOST' } } });
      const api = deployment(world, 'api', { container, revision: 1, age: 25, revised: 25 });
      service(world, 'api', { app: 'api' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(api))
        configError(world, pod, `couldn't find key DB_HOST in ConfigMap ${world.namespace}/api-config`, 25);
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
    source: 'https://netdata-website.netlify.app/guides/kubernetes/kubernetes-resource-quota-exceeded/',
    layers: ['configuration', 'application'],
    roots: [['quota-exceeded']],
    why: 'The quota leaves no room for one surge pod: the new ReplicaSet has none.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ResourceQuota', 'team-quota', {
        spec: { hard: { 'requests.cpu': '1' } },
        status: { hard: { 'requests.cpu': '1' }, used: { 'requests.cpu': '900m' } },
      });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const pods = rollOut(world, checkout, (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
      });
      const set = world.setsOf(checkout).at(-1);
      world.remove(...pods);
      const message = `pods "${set?.metadata.name}-x7k2p" is forbidden: exceeded quota: team-quota, requested: requests.cpu=200m, used: requests.cpu=900m, limited: requests.cpu=1`;
      const condition = {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message,
        lastTransitionTime: ago(18),
      };
      if (!set) throw new Error('a ReplicaSet');
      for (const object of [set, checkout])
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
    source: 'https://kyverno.io/policies/best-practices/disallow-latest-tag/disallow-latest-tag/',
    layers: ['configuration', 'application'],
    roots: [['webhook-denied']],
    why: 'The admission policy refuses pods whose image has a mutable tag.',
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
        'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/shop/ads-7c9d6b5f4d-x2v9p was blocked due to the following policies \n\ndisallow-latest-tag:\n  validate-image-tag: \'validation error: Using a mutable image tag e.g. "latest" is not allowed. rule validate-image-tag failed at path /spec/containers/0/image/\'\n',
      );
      return world;
    },
  },
  {
    name: 'toml-broken-by-hand',
    kind: 'cascade',
    source: 'https://docs.rs/toml/latest/toml/de/struct.Error.html',
    layers: ['configuration', 'application', 'network'],
    roots: [['config-toml-invalid']],
    why: 'Somebody edited the ConfigMap; every restarted pod fails to read it, and the Service loses its endpoints.',
    build: () => {
      const world = healthy();
      const map = world.get<ConfigMap>('ConfigMap', 'checkout-config');
      map.data = { 'config.toml': '[server]\nport = 8080\n\n[cart\nttl_seconds = 900\n' };
      map.metadata.managedFields = [{ manager: 'kubectl-edit', operation: 'Update', time: ago(26) }];
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        crashLoop(world, pod, {
          exitCode: 101,
          minutes: 22,
          restarts: 9,
          log: `thread 'main' panicked at src/main.rs:31:47:
configuration: TOML parse error at line 4, column 6
  |
4 | [cart
  |      ^
unclosed table, expected \`]\``,
        });
      }
      return world;
    },
  },
];
