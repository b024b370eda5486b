import type { KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { everywhere } from '../environment.ts';
import { crashLoop, nodeLost, notServing } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { autoscaler, clusterThing, ingress, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, NODES, newPod } from '../workloads.ts';
import type { Whole, World } from '../world.ts';
import { application, newestSet, says, unavailable } from './open-d-parts.ts';
import { database, firstOf, killedByProbe, namespaceOf, noMore, server, unwell } from './open-e-parts.ts';

/** The node is gone since so many minutes; what had stood there as one of many has been made anew elsewhere. */
function replacedElsewhere(world: World, node: string, minutes: number): void {
  for (const each of world.all<Workload>('Deployment')) {
    const lost = world.podsOf(each).filter(({ spec }) => spec.nodeName === node);
    for (const [n] of lost.entries()) newPod(world, newestSet(world, each), 6 + 2 * n, minutes - 5.5);
  }
}

function gpuNode(world: World, name: string): void {
  const like = world.get<KubeObject & { status: { nodeInfo: object } }>('Node', NODES[0] ?? '', '');
  const labels = { ...like.metadata.labels, 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name };
  const status = structuredClone(like.status);
  const has = { cpu: '4', memory: '31824128Ki', pods: '58', 'ephemeral-storage': '209702892Ki', 'nvidia.com/gpu': '1' };
  Object.assign(status, { capacity: has, allocatable: has, nodeInfo: { ...status.nodeInfo, architecture: 'amd64' } });
  const taints = [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }];
  const spec = { providerID: 'aws:///us-east-1a/i-0a6f00d0123456789', taints };
  const instance = { ...labels, 'node.kubernetes.io/instance-type': 'g6e.xlarge' };
  clusterThing(world, 'v1', 'Node', name, { spec, status }, { age: 6 * HOUR, labels: instance });
}

/** The first thing that is broken lies two or more clients away from what people complain of. */
export const openECascades: CorpusCase[] = [
  {
    name: 'brokers-without-space-and-a-registry-without-brokers',
    kind: 'cascade',
    source: 'https://github.com/confluentinc/cp-helm-charts/issues/400',
    layers: ['storage', 'application', 'network'],
    roots: [['volume-full']],
    why: 'One after the other the brokers fill their volumes and cannot load their logs again; the registry finds no broker and ends, the projector finds no registry and is not ready.',
    build: () => {
      const world = healthy();
      const kafka = database(world, 'cp-kafka', {
        replicas: 3,
        container: server('cp-kafka-broker', 'confluentinc/cp-kafka:5.4.1', { kafka: 9092 }),
      });
      const restarts = [12, 14, 8];
      for (const [n, pod] of world.podsOf(kafka).entries())
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: [64, 71, 40][n] ?? 40,
          restarts: restarts[n] ?? 8,
          log: `[2026-11-20 09:57:${31 + n},120] INFO Loading logs. (kafka.log.LogManager)
[2026-11-20 09:57:${33 + n},871] ERROR Error while loading log dir /opt/kafka/data-0/logs (kafka.log.LogManager)
java.io.IOException: No space left on device
	at sun.nio.ch.FileDispatcherImpl.write0(Native Method)
	at sun.nio.ch.FileDispatcherImpl.write(FileDispatcherImpl.java:60)
	at kafka.log.ProducerStateManager$.kafka$log$ProducerStateManager$$writeSnapshot(ProducerStateManager.scala:449)
	at kafka.log.Log.recoverSegment(Log.scala:652)
[2026-11-20 09:57:${34 + n},002] ERROR Shutdown broker because all log dirs in /opt/kafka/data-0/logs have failed (kafka.log.LogManager)`,
        });
      const registry = deployment(world, 'cp-schema-registry', {
        replicas: 1,
        container: server('cp-schema-registry-server', 'confluentinc/cp-schema-registry:5.4.1', { http: 8081 }),
      });
      service(world, 'cp-schema-registry', { app: 'cp-schema-registry' }, [
        { name: 'schema-registry', port: 8081, targetPort: 'http' },
      ]);
      for (const pod of world.podsOf(registry))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 38,
          restarts: 9,
          log: `[2026-11-20 09:56:58,310] WARN [AdminClient clientId=adminclient-1] Connection to node -1 (cp-kafka-headless/10.0.1.40:9092) could not be established. Broker may not be available. (org.apache.kafka.clients.NetworkClient)
[2026-11-20 09:57:58,017] ERROR Error starting the schema registry (io.confluent.kafka.schemaregistry.rest.SchemaRegistryRestApplication)
io.confluent.kafka.schemaregistry.exceptions.SchemaRegistryInitializationException: io.confluent.kafka.schemaregistry.storage.exceptions.StoreInitializationException: Timed out trying to create or validate schema topic configuration
Caused by: java.util.concurrent.TimeoutException`,
        });
      unavailable(registry, 38);
      const projector = application(world, 'projector', { SCHEMA_REGISTRY_URL: 'http://cp-schema-registry:8081' });
      unwell(world, projector, '/ready', 37);
      for (const pod of world.podsOf(projector))
        says(
          world,
          pod,
          (time) =>
            `${time} ERROR projector: GET http://cp-schema-registry:8081/subjects: dial tcp: connect: connection refused`,
        );
      return world;
    },
  },
  {
    name: 'primary-and-pooler-stood-on-the-node-that-went-away',
    kind: 'cascade',
    source: 'https://github.com/bitnami/charts/issues/5867',
    layers: ['platform', 'application', 'network'],
    roots: [['node-not-ready']],
    why: 'The node took the primary and the only pooler with it. The pooler was made anew elsewhere and finds no primary, because the member of the lost node cannot be replaced before somebody says that it is dead.',
    build: () => {
      const world = healthy();
      const [, node = ''] = NODES;
      database(world, 'postgresql', {
        replicas: 3,
        container: server('postgresql', 'docker.io/bitnami/postgresql-repmgr:11.11.0', { postgresql: 5432 }),
      });
      const pgpool = deployment(world, 'pgpool', {
        replicas: 1,
        container: server('pgpool', 'docker.io/bitnami/pgpool:4.2.2', { postgresql: 5432 }),
      });
      service(world, 'pgpool', { app: 'pgpool' }, [{ name: 'postgresql', port: 5432, targetPort: 'postgresql' }]);
      firstOf(world, pgpool)[0].spec.nodeName = node;
      const billing = application(world, 'billing', { DATABASE_URL: 'postgres://billing@pgpool:5432/billing' });
      const invoices = application(world, 'invoices', { BILLING_URL: 'http://billing' });
      nodeLost(world, node, 24);
      replacedElsewhere(world, node, 24);
      for (const pod of world.podsOf(pgpool))
        if (!pod.metadata.deletionTimestamp) {
          const away = 'psql: error: could not connect to server: Connection timed out';
          notServing(world, pod, `${away}\n\tIs the server running locally and accepting connections?`, 18);
          world.log(
            pod,
            `2026-11-20 09:59:11: pid 117: LOG:  failed to connect to PostgreSQL server on "postgresql-1.postgresql-headless:5432", timed out
2026-11-20 09:59:11: pid 117: LOG:  find_primary_node_repeatedly: waiting for finding a primary node`,
          );
        }
      unavailable(pgpool, 24);
      for (const pod of world.podsOf(billing))
        if (!pod.metadata.deletionTimestamp)
          crashLoop(world, pod, {
            exitCode: 1,
            minutes: 17,
            restarts: 7,
            log: `2026-11-20T09:57:56.120Z  INFO billing: starting
2026-11-20T09:57:59.121Z ERROR billing::db: could not connect to server: Operation timed out. Is the server running on host "pgpool" and accepting TCP/IP connections on port 5432?`,
          });
      unavailable(billing, 22);
      unwell(world, invoices, '/ready', 16);
      return world;
    },
  },
  {
    name: 'autoscaler-asks-for-renderers-that-the-quota-refuses',
    kind: 'cascade',
    source: 'https://github.com/veryfront/veryfront-code/issues/188',
    layers: ['configuration', 'application', 'network'],
    roots: [['quota-exceeded']],
    why: 'The autoscaler works and wants eight; each new pod asks for three CPUs of which the quota has two and a half left. The five that run answer too slowly, and the ingress counts timeouts.',
    build: () => {
      const world = healthy();
      for (const [name, cpu] of [
        ['checkout', '2'],
        ['otel-collector', '1250m'],
      ] as const)
        everywhere(world, world.get<Workload>('Deployment', name), ({ containers: [container] }) => {
          if (container) container.resources = { ...container.resources, limits: { cpu, memory: '800Mi' } };
        });
      const renderer = deployment(world, 'renderer', {
        replicas: 5,
        container: appContainer('renderer', {
          resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '3', memory: '2Gi' } },
        }),
      });
      service(world, 'renderer', { app: 'renderer' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      clusterThing(world, 'networking.k8s.io/v1', 'IngressClass', 'nginx', {
        spec: { controller: 'k8s.io/ingress-nginx' },
      });
      ingress(world, 'renderer', { className: 'nginx', backend: 'renderer', port: { number: 80 } });
      const hard = { 'limits.cpu': '24', 'limits.memory': '64Gi' };
      const used = { 'limits.cpu': '21500m', 'limits.memory': '13440Mi' };
      thing(world, 'v1', 'ResourceQuota', 'resource-quota', { spec: { hard }, status: { hard, used } });
      const [first] = firstOf(world, renderer);
      const hpa = autoscaler(world, 'renderer', { min: 3, max: 12, current: 5 }) as Whole & { status: object };
      Object.assign(hpa.status, {
        desiredReplicas: 8,
        lastScaleTime: ago(29),
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 112, averageValue: '560m' } } },
        ],
      });
      renderer.spec.replicas = 8;
      const set = newestSet(world, renderer);
      set.spec.replicas = 8;
      noMore(
        world,
        renderer,
        `pods "${set.metadata.name}-x8wvp" is forbidden: exceeded quota: resource-quota, requested: limits.cpu=3, used: limits.cpu=21500m, limited: limits.cpu=24`,
        29,
      );
      unavailable(renderer, 28);
      const late = `Get "http://${first.status?.podIP}:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
      notServing(world, first, late, 6);
      namespaceOf(world, 'ingress-nginx');
      const nginx = deployment(world, 'ingress-nginx-controller', {
        namespace: 'ingress-nginx',
        container: server('controller', 'registry.k8s.io/ingress-nginx/controller:v1.13.3', { http: 80, https: 443 }),
      });
      for (const pod of world.podsOf(nginx))
        world.log(
          pod,
          `2026/11/20 09:59:31 [error] 33#33: *88213 upstream timed out (110: Operation timed out) while reading response header from upstream, client: 10.0.2.7, server: shop.example.com, request: "GET /p/812 HTTP/1.1", upstream: "http://${first.status?.podIP}:8080/p/812"`,
        );
      return world;
    },
  },
  {
    name: 'model-server-is-killed-before-it-has-read-its-weights',
    kind: 'cascade',
    source: 'https://github.com/vllm-project/aibrix/issues/1054',
    layers: ['application', 'network'],
    roots: [['startup-probe-failing']],
    why: 'The startup probe gives two and a half minutes, the weights of an 8B model need more; the gateway in front is well and has no upstream, and the chat is not ready.',
    build: () => {
      const world = healthy();
      const node = 'ip-10-0-1-207.ec2.internal';
      gpuNode(world, node);
      const name = 'deepseek-r1-distill-llama-8b';
      const model = deployment(world, name, {
        replicas: 1,
        age: 52,
        revised: 52,
        revision: 1,
        labels: { 'model.aibrix.ai/name': name },
        more: { ...({ tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] } as object) },
        container: server(
          'vllm-openai',
          'vllm/vllm-openai:v0.7.1',
          { http: 8000 },
          {
            command: ['python3', '-m', 'vllm.entrypoints.openai.api_server', '--port', '8000'],
            resources: { limits: { 'nvidia.com/gpu': '1' }, requests: { 'nvidia.com/gpu': '1' } },
            startupProbe: { httpGet: { path: '/health', port: 8000 }, periodSeconds: 5, failureThreshold: 30 },
            livenessProbe: { httpGet: { path: '/health', port: 8000 }, periodSeconds: 5, failureThreshold: 3 },
            readinessProbe: { httpGet: { path: '/health', port: 8000 }, periodSeconds: 5, failureThreshold: 3 },
          },
        ),
      });
      service(world, name, { 'model.aibrix.ai/name': name }, [{ name: 'serve', port: 8000, targetPort: 'http' }]);
      const pod: Pod = firstOf(world, model)[0];
      pod.spec.nodeName = node;
      crashLoop(world, pod, {
        exitCode: 137,
        minutes: 46,
        restarts: 8,
        log: `INFO 11-20 09:55:40 model_runner.py:1111] Starting to load model deepseek-ai/DeepSeek-R1-Distill-Llama-8B...
INFO 11-20 09:55:41 weight_utils.py:251] Using model weights format ['*.safetensors']
Loading safetensors checkpoint shards:   0% Completed | 0/2 [00:00<?, ?it/s]`,
      });
      const refused = `failed: Get "http://${pod.status?.podIP}:8000/health": dial tcp ${pod.status?.podIP}:8000: connect: connection refused`;
      killedByProbe(world, pod, 'Startup', refused, { kills: 8, each: 30, minutes: 51, last: 2.1 });
      neverAvailable(world, model, 52);
      const gateway = application(world, 'litellm', { OPENAI_API_BASE: `http://${name}:8000/v1` }, { age: 2 * DAY });
      for (const each of world.podsOf(gateway))
        says(
          world,
          each,
          (time) =>
            `${time} - LiteLLM Router:ERROR: litellm.acompletion(model=openai/deepseek-r1) Exception litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.`,
        );
      const chat = application(world, 'chat', { LLM_URL: 'http://litellm/v1' });
      unwell(world, chat, '/ready', 48);
      return world;
    },
  },
];
