import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute, willRetry } from '../collector-log.ts';
import { everywhere } from '../environment.ts';
import { crashLoop, unschedulable } from '../faults.ts';
import { appContainer, collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { claim, configMap, service } from '../things.ts';
import { DAY } from '../time.ts';
import { NODES, statefulSet } from '../workloads.ts';
import { application, says } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

const AMP = 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-5f0c1a9e/api/v1/remote_write';

/** Two faults at once that have nothing to do with each other. */
export const openDPairs: CorpusCase[] = [
  {
    name: 'a-role-that-may-not-assume-itself-and-a-gate-that-can-no-longer-be-closed',
    kind: 'two-faults',
    source:
      'https://github.com/prometheus-community/helm-charts/issues/4687 https://github.com/open-telemetry/opentelemetry-helm-charts/issues/1320',
    layers: ['configuration', 'otlp', 'application'],
    roots: [['aws-credentials-failing'], ['collector-config-invalid', 'container-exit-error']],
    why: 'The gateway signs its remote writes by assuming a role that the role of the node may not assume; the scraping Collector was upgraded by its operator and gets an argument that its version refuses.',
    build: () => {
      const world = healthy();
      const settings = `endpoint: ${AMP}\nauth:\n  authenticator: sigv4auth`;
      writeCollector(
        world,
        exportingTo('metrics', 'prometheusremotewrite/amp', settings)
          .replace(
            'extensions:\n',
            'extensions:\n  sigv4auth:\n    region: us-east-1\n    assume_role:\n      arn: arn:aws:iam::111122223333:role/amp-iamproxy-ingest-role\n',
          )
          .replace('extensions: [health_check]', 'extensions: [health_check, sigv4auth]'),
        10 * DAY,
      );
      saysEveryHalfMinute(world, world.get('Deployment', 'otel-collector'), (time) =>
        willRetry(
          time,
          'prometheusremotewrite/amp',
          'metrics',
          `Post "${AMP}": failed to sign request: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/eks-shop-node-group/i-0b23456789abcdef0 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/amp-iamproxy-ingest-role\n\tstatus code: 403, request id: 0b7f1f5e-5d0c-4b52-9f0b-c1f2`,
        ),
      );
      const name = 'otel-prometheus-collector';
      const labels = { app: name, 'app.kubernetes.io/managed-by': 'opentelemetry-operator' };
      configMap(world, name, { 'collector.yaml': collectorConfig() }, { changed: 30 * DAY, labels });
      const gates = '-confmap.unifyEnvVarExpansion,-component.UseLocalHostAsDefaultHost';
      const scraper = statefulSet(world, name, {
        labels,
        container: collectorContainer({
          image: 'ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.108.0',
          args: ['--config=/conf/collector.yaml', `--feature-gates=${gates}`],
        }),
        configMap: name,
        revised: 16,
      });
      service(world, name, { app: name }, [{ name: 'otlp-grpc', port: 4317, targetPort: 'otlp-grpc' }]);
      const invalid = `invalid argument "${gates}" for "--feature-gates" flag: feature gate "confmap.unifyEnvVarExpansion" is stable, can not be disabled`;
      for (const pod of world.podsOf(scraper))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 15,
          restarts: 7,
          log: `Error: ${invalid}\n2026/11/20 09:57:58 collector server run finished with error: ${invalid}`,
        });
      return world;
    },
  },
  {
    name: 'logs-that-no-pipeline-takes-and-a-replica-tied-to-a-zone-that-has-enough',
    kind: 'two-faults',
    source:
      'https://github.com/open-telemetry/opentelemetry-dotnet/issues/5048 https://github.com/aws/karpenter-provider-aws/issues/6141',
    layers: ['otlp', 'platform', 'storage'],
    roots: [
      ['collector-signal-pipeline-missing', 'otlp-export-rejected'],
      ['unschedulable-topology-spread', 'volume-zone-conflict'],
    ],
    why: 'The Collector has no pipeline for logs, so a .NET service is told of an unknown service; and the third replica of a database has its volume in the zone where its spread allows no more.',
    build: () => {
      const world = healthy();
      const text = collectorConfig();
      writeCollector(world, text.slice(0, text.indexOf('    logs:')), 10 * DAY);
      const basket = application(world, 'basket', {
        OTEL_SERVICE_NAME: 'basket',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      for (const pod of world.podsOf(basket))
        says(
          world,
          pod,
          (time) =>
            `${time.replace('Z', '6622Z')}:Exporter failed send data to collector to {0} endpoint. Data will not be sent. Exception: {1}{http://otel-collector:4317/}{Grpc.Core.RpcException: Status(StatusCode="Unimplemented", Detail="unknown service opentelemetry.proto.collector.logs.v1.LogsService")\n   at Grpc.Net.Client.Internal.HttpClientCallInvoker.BlockingUnaryCall[TRequest,TResponse](Method\`2 method, String host, CallOptions options, TRequest request)}`,
        );
      for (const n of [0, 1, 2]) claim(world, `data-ledger-${n}`);
      const ledger = statefulSet(world, 'ledger', {
        replicas: 3,
        container: appContainer('ledger', {
          image: 'postgres:17.6',
          env: [],
          ports: [{ name: 'pg', containerPort: 5432, protocol: 'TCP' }],
          livenessProbe: { exec: { command: ['pg_isready'] } },
          readinessProbe: { exec: { command: ['pg_isready'] } },
        }),
        claim: 'data',
        revised: 20 * DAY,
      });
      service(world, 'ledger', { app: 'ledger' }, [{ name: 'pg', port: 5432, targetPort: 'pg' }]);
      everywhere(world, ledger, (spec) =>
        Object.assign(spec, {
          topologySpreadConstraints: [
            {
              maxSkew: 2,
              topologyKey: 'topology.kubernetes.io/zone',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: 'ledger' } },
            },
          ],
        }),
      );
      const [first, second, third] = world.podsOf(ledger);
      if (!first || !second || !third) throw new Error('three pods');
      second.spec.nodeName = NODES[0] ?? '';
      unschedulable(
        world,
        third,
        "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, 2 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
        80,
      );
      return world;
    },
  },
];
