import type { CorpusCase } from '../case.ts';
import { drops, saysEveryHalfMinute } from '../collector-log.ts';
import { crashLoop, waits } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { autoscaler, claim, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';

const RATE_LIMITED =
  'not retryable error: Permanent error: rpc error: code = ResourceExhausted desc = RATE_LIMITED: ingestion rate limit (local: 16666666 bytes, global: 66666664 bytes) exceeded while adding 1127497 bytes for user single-tenant';

/** Two causes that have nothing to do with each other, in third-party software. */
export const openCPairs: CorpusCase[] = [
  {
    name: 'a-full-prometheus-and-a-commit-that-reads-as-a-number',
    kind: 'two-faults',
    source:
      'https://github.com/apecloud/kubeblocks/issues/2003 https://github.com/apache/flink-kubernetes-operator/pull/238',
    layers: ['storage', 'application'],
    roots: [['volume-full'], ['image-name-invalid']],
    why: 'Prometheus has a volume of 1Gi and cannot write its lock. Besides, YAML took the short commit 2417603 for a number, so the image of the Flink operator has the tag 2.417603e+06.',
    build: () => {
      const world = healthy();
      const name = 'kb-addon-prometheus-server';
      claim(world, `storage-volume-${name}-0`, { age: 3 * DAY + 960 });
      const prometheus = statefulSet(world, name, {
        claim: 'storage-volume',
        age: 3 * DAY + 960,
        revised: 3 * DAY + 960,
        container: {
          name: 'prometheus-configmap-reload',
          image: 'jimmidyson/configmap-reload:v0.5.0',
          args: ['--volume-dir=/etc/config', '--webhook-url=http://127.0.0.1:9090/-/reload'],
        },
        more: {
          containers: [
            {
              name: 'prometheus',
              image: 'quay.io/prometheus/prometheus:v2.39.1',
              args: ['--storage.tsdb.path=/data', '--storage.tsdb.retention.time=15d'],
              ports: [{ containerPort: 9090, protocol: 'TCP' }],
              readinessProbe: { httpGet: { path: '/-/ready', port: 9090 }, initialDelaySeconds: 30 },
              volumeMounts: [{ name: 'storage-volume', mountPath: '/data' }],
            },
          ],
        },
      });
      service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 9090 }]);
      for (const pod of world.podsOf(prometheus))
        crashLoop(world, pod, {
          container: 'prometheus',
          exitCode: 1,
          restarts: 29,
          minutes: 58,
          log: `ts=2026-11-20T09:57:58.812Z caller=main.go:993 level=info msg="Starting TSDB ..."
ts=2026-11-20T09:57:58.813Z caller=main.go:966 level=info msg="Notifier manager stopped"
ts=2026-11-20T09:57:58.813Z caller=main.go:1159 level=error err="opening storage failed: lock DB directory: open /data/lock: no space left on device"`,
        });
      const image = 'ghcr.io/apache/flink-kubernetes-operator:2.417603e+06';
      const flink = deployment(world, 'flink-kubernetes-operator', {
        replicas: 1,
        revision: 1,
        age: 22,
        revised: 22,
        container: { name: 'flink-kubernetes-operator', image, command: ['/docker-entrypoint.sh', 'operator'] },
        more: {
          containers: [{ name: 'flink-webhook', image, command: ['/docker-entrypoint.sh', 'webhook'] }],
        },
      });
      const invalid = `Failed to apply default image tag "${image}": couldn't parse image reference "${image}": invalid reference format`;
      for (const pod of world.podsOf(flink)) {
        waits(pod, 'InvalidImageName', invalid, 22);
        const [, webhook] = pod.status?.containerStatuses ?? [];
        if (webhook)
          Object.assign(webhook, {
            ready: false,
            started: false,
            imageID: '',
            state: { waiting: { reason: 'InvalidImageName', message: invalid } },
          });
        world.event(pod, 'Warning', 'InspectFailed', invalid, { count: 202, from: 22 });
        world.event(pod, 'Warning', 'Failed', 'Error: InvalidImageName', { count: 24, from: 22, to: 20 });
      }
      neverAvailable(world, flink, 22);
      return world;
    },
  },
  {
    name: 'an-operator-with-too-few-rights-and-an-autoscaler-of-another-name',
    kind: 'two-faults',
    source: 'https://github.com/openshift/certman-operator/pull/511 https://github.com/mastodon/mastodon/issues/20691',
    layers: ['configuration', 'application'],
    roots: [['rbac-forbidden'], ['hpa-target-missing']],
    why: 'The least privileges left out pods, which the leader lock of the operator needs. And the autoscaler of Mastodon names mastodon, while the Deployment is mastodon-web.',
    build: () => {
      const world = healthy();
      const account = 'certman-operator';
      thing(world, 'v1', 'ServiceAccount', account, {}, { age: 35 * DAY });
      const certman = deployment(world, account, {
        replicas: 1,
        revised: 44,
        more: { serviceAccountName: account },
        container: {
          name: account,
          image: 'quay.io/app-sre/certman-operator:v0.1.511-g7f449f6',
          command: ['certman-operator'],
          ports: [{ name: 'metrics', containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        },
      });
      for (const pod of world.podsOf(certman)) {
        const { name } = pod.metadata;
        const forbidden = `pods "${name}" is forbidden: User "system:serviceaccount:shop:${account}" cannot get resource "pods" in API group "" in the namespace "shop"`;
        crashLoop(world, pod, {
          exitCode: 1,
          restarts: 13,
          minutes: 44,
          log: `{"level":"info","ts":"2026-11-20T09:57:57Z","logger":"leader","msg":"Trying to become the leader."}
{"level":"error","ts":"2026-11-20T09:57:57Z","logger":"leader","msg":"Failed to get Pod","Pod.Namespace":"shop","Pod.Name":"${name}","error":${JSON.stringify(forbidden)}}
{"level":"error","ts":"2026-11-20T09:57:57Z","logger":"setup","msg":"failed to become leader","error":${JSON.stringify(forbidden)}}`,
        });
      }
      const labels = { 'app.kubernetes.io/name': 'mastodon', 'app.kubernetes.io/component': 'web' };
      deployment(world, 'mastodon-web', { labels, container: appContainer('mastodon-web', { env: [] }), replicas: 1 });
      service(world, 'mastodon-web', labels, [{ name: 'http', port: 3000, targetPort: 'http' }]);
      const notFound = 'deployments/scale.apps "mastodon" not found';
      const hpa = autoscaler(world, 'mastodon', {
        conditions: [
          {
            type: 'AbleToScale',
            status: 'False',
            reason: 'FailedGetScale',
            message: `the HPA controller was unable to get the target's current scale: ${notFound}`,
            lastTransitionTime: ago(9 * DAY),
          },
        ],
      }) as unknown as { metadata: { name: string }; status: Record<string, unknown> };
      hpa.status = { currentReplicas: 0, desiredReplicas: 0, currentMetrics: null, conditions: hpa.status.conditions };
      const said = { count: 50102, from: 9 * DAY, to: 0.2, component: 'horizontal-pod-autoscaler' };
      world.event(hpa, 'Warning', 'FailedGetScale', notFound, said);
      return world;
    },
  },
  {
    name: 'a-cache-that-faults-on-an-option-and-a-tenant-over-its-rate',
    kind: 'two-faults',
    source: 'https://github.com/docker-library/memcached/issues/20 https://github.com/grafana/tempo/issues/5163',
    layers: ['application', 'otlp'],
    roots: [['container-panic'], ['collector-export-permanent', 'otlp-export-throttled']],
    why: 'This build of memcached ends with SIGSEGV on -o modern, without a word. Besides, Tempo refuses what is above the rate of the tenant, and the Collector may not try that again.',
    build: () => {
      const world = healthy();
      const memcached = statefulSet(world, 'memcached', {
        revised: 48,
        container: {
          name: 'memcached',
          image: 'memcached:1.4.37-alpine',
          args: ['-o', 'modern', '-m', '32'],
          ports: [{ name: 'memcache', containerPort: 11211, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '96Mi' } },
          readinessProbe: { tcpSocket: { port: 'memcache' }, initialDelaySeconds: 5, timeoutSeconds: 1 },
        },
      });
      service(world, 'memcached', { app: 'memcached' }, [{ name: 'memcache', port: 11211, targetPort: 'memcache' }]);
      for (const pod of world.podsOf(memcached)) crashLoop(world, pod, { exitCode: 139, restarts: 14, minutes: 48 });
      saysEveryHalfMinute(world, world.get('Deployment', 'otel-collector'), (time) =>
        drops(time, 'otlp/tempo', 'traces', RATE_LIMITED, 2048),
      );
      return world;
    },
  },
];
