import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute } from '../collector-log.ts';
import { inCluster } from '../environment.ts';
import { BACKEND, healthy } from '../healthy.ts';
import { configMap, ingress, service } from '../things.ts';
import { DAY } from '../time.ts';
import { daemonSet, deployment, NODES, statefulSet } from '../workloads.ts';

const LOGS = 'victoria-logs-single-server';

/** Names that lead nowhere, or to somebody else. */
export const openCNetwork: CorpusCase[] = [
  {
    name: 'wrapper-chart-keeps-the-dns-policy-from-vector',
    kind: 'single',
    source: 'https://github.com/VictoriaMetrics/helm-charts/issues/2800',
    layers: ['network'],
    roots: [['dns-config-invalid']],
    why: 'The outer chart hands podHostNetwork on and dnsPolicy not: on the network of the node, ClusterFirst asks the resolver of the node, which knows no Service.',
    build: () => {
      const world = healthy();
      backend(world, LOGS, { image: 'victoriametrics/victoria-logs:v1.47.0', ports: { http: 9428 } });
      const endpoint = `http://${inCluster(LOGS, BACKEND)}:9428/insert/elasticsearch/`;
      configMap(world, 'vector', {
        'vector.yaml': `sources:
  k8s:
    type: kubernetes_logs
sinks:
  vlogs:
    type: elasticsearch
    inputs: [k8s]
    endpoints: [${endpoint}]
    mode: bulk
    compression: gzip
`,
      });
      const vector = daemonSet(world, 'vector', {
        configMap: 'vector',
        age: 2 * DAY,
        revised: 2 * DAY,
        more: { hostNetwork: true },
        container: {
          name: 'vector',
          image: 'timberio/vector:0.54.0-distroless-libc',
          args: ['--config-dir', '/etc/vector/'],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          volumeMounts: [{ name: 'config', mountPath: '/etc/vector/', readOnly: true }],
        },
      });
      for (const [n, pod] of world.podsOf(vector).entries())
        if (pod.status) pod.status.podIP = (NODES[n] ?? '').slice(3).replace(/\..*/, '').replaceAll('-', '.');
      const span = 'sink{component_kind="sink" component_id=vlogs component_type=elasticsearch}';
      saysEveryHalfMinute(
        world,
        vector,
        (time, _pod, n) =>
          `${time}  WARN ${span}:request{request_id=${2118 + n}}: vector::sinks::util::retries: Retrying after error. error=Failed to make HTTP(S) request: Failed to make a request: error trying to connect: dns error: failed to lookup address information: Name or service not known internal_log_rate_limit=true`,
      );
      return world;
    },
  },
  {
    name: 'two-redis-of-one-release-find-each-other',
    kind: 'single',
    source: 'https://github.com/DandyDeveloper/charts/issues/167',
    layers: ['configuration', 'network'],
    roots: [['selector-overlap']],
    why: 'The chart names its objects after fullnameOverride and its labels not: the Service of each Redis also leads to the pods of the other, and the sentinels take both for one set.',
    build: () => {
      const world = healthy();
      const labels = { app: 'redis-ha', release: 'shop' };
      for (const name of ['cart-redis', 'session-redis']) {
        const redis = statefulSet(world, `${name}-server`, {
          labels,
          replicas: 3,
          age: 6 * DAY,
          revised: 6 * DAY,
          container: {
            name: 'redis',
            image: 'redis:6.2.5-alpine',
            command: ['redis-server'],
            args: ['/data/conf/redis.conf'],
            ports: [{ name: 'redis', containerPort: 6379, protocol: 'TCP' }],
            resources: { requests: { cpu: '100m', memory: '200Mi' }, limits: { memory: '700Mi' } },
          },
          more: {
            containers: [
              {
                name: 'sentinel',
                image: 'redis:6.2.5-alpine',
                command: ['redis-sentinel'],
                args: ['/data/conf/sentinel.conf'],
                ports: [{ name: 'sentinel', containerPort: 26379, protocol: 'TCP' }],
              },
            ],
          },
        });
        service(
          world,
          name,
          labels,
          [
            { name: 'tcp-server', port: 6379, targetPort: 'redis' },
            { name: 'tcp-sentinel', port: 26379, targetPort: 'sentinel' },
          ],
          { age: 6 * DAY },
        );
        for (const pod of world.podsOf(redis))
          world.log(
            pod,
            `1:X 20 Nov 2026 09:12:40.118 # +monitor master mymaster 10.0.1.33 6379 quorum 2
1:X 20 Nov 2026 09:12:50.311 * +slave slave 10.0.2.37:6379 10.0.2.37 6379 @ mymaster 10.0.1.33 6379
1:X 20 Nov 2026 09:12:52.540 * +sentinel sentinel 1c0b9d7f63a5e2b4 10.0.3.38 26379 @ mymaster 10.0.1.33 6379`,
            { container: 'sentinel' },
          );
      }
      return world;
    },
  },
  {
    name: 'ingress-with-a-slip-of-the-pen',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/1637',
    layers: ['network'],
    roots: [['ingress-backend-service-missing', 'service-missing']],
    why: 'The Service is called echo-svc, the Ingress says echo-sew: the controller builds no model, so there is no load balancer either.',
    build: () => {
      const world = healthy();
      deployment(world, 'echo', {
        replicas: 1,
        revision: 1,
        age: 33,
        revised: 33,
        container: {
          name: 'echo',
          image: 'registry.k8s.io/echoserver:1.10',
          ports: [{ containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '64Mi' } },
        },
      });
      service(world, 'echo-svc', { app: 'echo' }, [{ port: 80, targetPort: 8080 }], { age: 33 });
      const made = ingress(world, 'echo', {
        backend: 'echo-sew',
        port: { number: 80 },
        host: 'echo.example.com',
        address: false,
      });
      const said = 'Failed build model due to ingress: shop/echo: Service "echo-sew" not found';
      world.event(made, 'Warning', 'FailedBuildModel', said, { count: 19, from: 32, to: 6, component: 'ingress' });
      return world;
    },
  },
];
