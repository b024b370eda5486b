import type { Workload } from '#shared/domain/kubernetes.ts';
import { neverLetIn, podWebhook, surgeRefused } from '../admission.ts';
import type { CorpusCase } from '../case.ts';
import { noPods, notServing } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { clusterThing, service, thing } from '../things.ts';
import { DAY, NOW } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';

/** Pods that the API server does not let in. */
export const fieldAAdmission: CorpusCase[] = [
  {
    name: 'quota-of-limits-for-a-service-that-sets-none',
    kind: 'single',
    source: 'https://github.com/m3o/backend/pull/378',
    layers: ['configuration', 'application'],
    roots: [['quota-exceeded', 'resources-unset']],
    why: 'There is room in the quota; but it counts limits, and a pod without any cannot be counted.',
    build: () => {
      const world = healthy();
      const hard = { 'limits.cpu': '8', 'limits.memory': '16Gi', 'requests.cpu': '4', 'requests.memory': '8Gi' };
      const used = {
        'limits.cpu': '0',
        'limits.memory': '2624Mi',
        'requests.cpu': '800m',
        'requests.memory': '1312Mi',
      };
      thing(world, 'v1', 'ResourceQuota', 'quota', { spec: { hard }, status: { hard, used } }, { age: 2 * DAY });
      const container = appContainer('helloworld');
      delete container.resources;
      const hello = deployment(world, 'helloworld', { container, age: 22, revised: 22, revision: 1, replicas: 1 });
      service(world, 'helloworld', { app: 'helloworld' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const missing = ['limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
        .map((each) => `${each} for: helloworld`)
        .join('; ');
      const [set] = world.setsOf(hello);
      noPods(
        world,
        hello,
        `pods "${set?.metadata.name}-mcpwh" is forbidden: failed quota: quota: must specify ${missing}`,
        { minutes: 22 },
      );
      return world;
    },
  },
  {
    name: 'certificate-of-a-webhook-ran-out-overnight',
    kind: 'single',
    source: 'https://github.com/notmattlucas/auto-tracing-webhook/issues/1',
    layers: ['configuration', 'application'],
    roots: [['webhook-unavailable']],
    why: 'The webhook runs and is ready; its certificate ended yesterday, so the API server does not trust its answer.',
    build: () => {
      const world = healthy();
      const name = 'auto-tracing-mutating-webhook';
      deployment(world, name, { namespace: 'default', container: appContainer(name, { env: [] }), age: 365 * DAY });
      service(world, name, { app: name }, [{ name: 'https', port: 443, targetPort: 'http' }], { namespace: 'default' });
      const webhook = `${name}.default.svc.cluster.local`;
      podWebhook(world, name, {
        webhook,
        service: { namespace: 'default', name, path: '/decorate' },
        timeoutSeconds: 30,
        age: 365 * DAY,
      });
      surgeRefused(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
        },
        () =>
          `Internal error occurred: failed calling webhook "${webhook}": failed to call webhook: Post "https://${name}.default.svc:443/decorate?timeout=30s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${NOW} is after 2026-11-19T21:14:09Z`,
        14,
      );
      return world;
    },
  },
  {
    name: 'sidecar-injector-must-ask-itself-before-it-can-start',
    kind: 'cascade',
    source: 'https://github.com/istio/istio/issues/21147',
    layers: ['configuration', 'application', 'network'],
    roots: [['webhook-unavailable']],
    why: 'A node pool was removed with the injector on it. Its successor needs the webhook that only itself can answer.',
    build: () => {
      const world = healthy();
      const namespace = 'istio-system';
      const name = 'istio-sidecar-injector';
      clusterThing(
        world,
        'v1',
        'Namespace',
        namespace,
        { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
        { labels: { 'kubernetes.io/metadata.name': namespace } },
      );
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
      const injector = deployment(world, name, {
        namespace,
        replicas: 1,
        container: appContainer(name, { image: 'docker.io/istio/sidecar_injector:1.3.8', env: [] }),
      });
      service(world, name, { app: name }, [{ name: 'https', port: 443, targetPort: 'http' }], { namespace });
      podWebhook(world, name, {
        webhook: 'sidecar-injector.istio.io',
        service: { namespace, name, path: '/inject' },
        timeoutSeconds: 30,
      });
      const message = `Internal error occurred: failed calling webhook "sidecar-injector.istio.io": failed to call webhook: Post "https://${name}.${namespace}.svc:443/inject?timeout=30s": no endpoints available for service "${name}"`;
      noPods(world, injector, message, { minutes: 25 });
      noPods(world, world.get<Workload>('Deployment', 'checkout'), message, { minutes: 25 });
      return world;
    },
  },
  {
    name: 'operator-adds-a-privileged-step-that-the-namespace-refuses',
    kind: 'cascade',
    source: 'https://github.com/cozystack/cozystack/issues/4131',
    layers: ['configuration', 'application', 'network'],
    roots: [['pod-security-violation']],
    why: 'The operator puts a privileged sysctl container in front of each node: no pod is let in, and the search API has no backend.',
    build: () => {
      const world = healthy();
      const shop = world.get('Namespace', 'shop', '');
      shop.metadata.labels = { ...shop.metadata.labels, 'pod-security.kubernetes.io/enforce': 'baseline' };
      const name = 'opensearch-test-nodes';
      const labels = { 'opster.io/opensearch-cluster': 'opensearch-test', 'opster.io/opensearch-nodepool': 'nodes' };
      const nodes = statefulSet(world, name, {
        container: appContainer('opensearch', {
          image: 'docker.io/opensearchproject/opensearch:2.19.1',
          ports: [{ name: 'http', containerPort: 9200, protocol: 'TCP' }],
        }),
        more: {
          initContainers: [
            {
              name: 'init-sysctl',
              image: 'busybox:latest',
              command: ['sysctl', '-w', 'vm.max_map_count=262144'],
              securityContext: { runAsUser: 0, ...{ privileged: true } },
            },
          ],
        },
        replicas: 3,
        labels,
        age: 40,
        revised: 40,
      });
      nodes.metadata.ownerReferences = [
        {
          ...{ apiVersion: 'opensearch.opster.io/v1' },
          kind: 'OpenSearchCluster',
          name: 'opensearch-test',
          uid: '0f8d3c1e-8d55-4b8e-9d4a-3f0f5f7f6a11',
          controller: true,
        },
      ];
      service(world, 'opensearch-test', labels, [{ name: 'http', port: 9200, targetPort: 'http' }], { age: 40 });
      neverLetIn(
        world,
        nodes,
        (pod) =>
          `pods "${pod}" is forbidden: violates PodSecurity "baseline:latest": privileged (container "init-sysctl" must not set securityContext.privileged=true)`,
        40,
      );
      const container = appContainer('search-api');
      container.env?.push({ name: 'OPENSEARCH_URL', value: 'http://opensearch-test:9200' });
      const api = deployment(world, 'search-api', { container, age: 38, revised: 38, revision: 1 });
      service(world, 'search-api', { app: 'search-api' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      neverAvailable(world, api, 38);
      for (const pod of world.podsOf(api)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 503', 37);
        world.log(
          pod,
          '2026-11-20T09:59:31.402Z WARN search_api::ready: opensearch: error sending request for url (http://opensearch-test:9200/_cluster/health): tcp connect error: Connection refused (os error 111)',
        );
      }
      return world;
    },
  },
];
