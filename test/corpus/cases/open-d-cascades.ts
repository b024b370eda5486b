import type { ConfigMap, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute, zapLine } from '../collector-log.ts';
import { setEnvironment } from '../environment.ts';
import { crashLoop, rollOut } from '../faults.ts';
import { collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { configMap, service, thing } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import { CERTIFICATE, mountCertificate, rolledOut, says, unavailable, withTls } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

/** Faults of a Collector that its clients feel. */
export const openDCascades: CorpusCase[] = [
  {
    name: 'balancer-may-not-list-the-endpoints-it-balances-over',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/33804',
    layers: ['configuration', 'application', 'network', 'otlp'],
    roots: [['rbac-forbidden']],
    why: 'The resolver of the loadbalancing exporter was changed from dns to k8s, which needs a Role; without it the Collector does not even start, and the applications have nobody to export to.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ServiceAccount', 'otel-collector');
      writeCollector(
        world,
        exportingTo(
          'traces',
          'loadbalancing',
          'protocol:\n  otlp:\n    tls:\n      insecure: true\nresolver:\n  k8s:\n    service: otel-sampler.shop\n    ports: [4317]',
        ),
        34,
      );
      configMap(world, 'otel-sampler', { 'collector.yaml': collectorConfig() }, { changed: 11 * DAY });
      deployment(world, 'otel-sampler', { container: collectorContainer(), configMap: 'otel-sampler' });
      service(world, 'otel-sampler', { app: 'otel-sampler' }, [{ name: 'grpc', port: 4317, targetPort: 'otlp-grpc' }]);
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      collector.spec.strategy = { type: 'Recreate' };
      rollOut(
        world,
        collector,
        (container, spec) => {
          spec.serviceAccountName = 'otel-collector';
          container.image = 'otel/opentelemetry-collector-contrib:0.103.1';
        },
        { minutes: 33, all: true },
      );
      unavailable(collector, 33);
      const forbidden =
        'endpoints "otel-sampler" is forbidden: User "system:serviceaccount:shop:otel-collector" cannot list resource "endpoints" in API group "" in the namespace "shop"';
      for (const [n, pod] of world.podsOf(collector).entries())
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 32,
          restarts: 10 - n,
          log: `2026-11-20T09:56:31.402Z\tinfo\tservice@v0.103.0/service.go:115\tSetting up own telemetry...
2026-11-20T09:56:31.517Z\tinfo\textensions/extensions.go:34\tStarting extensions...
W1120 09:56:31.533107       1 reflector.go:547] k8s.io/client-go@v0.29.3/tools/cache/reflector.go:229: failed to list *v1.Endpoints: ${forbidden}
E1120 09:56:31.533190       1 reflector.go:150] k8s.io/client-go@v0.29.3/tools/cache/reflector.go:229: Failed to watch *v1.Endpoints: failed to list *v1.Endpoints: ${forbidden}
W1120 09:57:04.880022       1 reflector.go:547] k8s.io/client-go@v0.29.3/tools/cache/reflector.go:229: failed to list *v1.Endpoints: ${forbidden}
2026-11-20T09:57:31.540Z\tinfo\tservice@v0.103.0/service.go:243\tStarting shutdown...
Error: cannot start pipelines: timed out waiting for the condition
2026/11/20 09:57:31 collector server run finished with error: cannot start pipelines: timed out waiting for the condition`,
        });
      for (const pod of world.podsOf(world.get('Deployment', 'checkout')))
        says(
          world,
          pod,
          (time) =>
            `${time} ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: status: Unavailable, message: \\"tcp connect error\\", details: [], metadata: MetadataMap { headers: {} }"`,
        );
      return world;
    },
  },
  {
    name: 'receiver-serves-its-old-certificate-after-the-secret-was-renewed',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/8503',
    layers: ['configuration', 'otlp'],
    roots: [['config-stale-in-pods', 'tls-cert-expired']],
    why: 'The issuer has written a new certificate in good time, and the file in the pod is new; without reload_interval the process keeps the one that it read at its start, and that ran out. A restart cures it.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      mountCertificate(world, collector, 3 * DAY);
      writeCollector(world, withTls(collectorConfig()), 40 * DAY);
      Object.assign(world.get<ConfigMap>('ConfigMap', 'checkout-config').data ?? {}, { 'ca.crt': CERTIFICATE });
      setEnvironment(world, world.get('Deployment', 'checkout'), {
        OTEL_SERVICE_NAME: 'checkout',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel-collector.shop.svc:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/checkout/ca.crt',
      });
      for (const pod of world.podsOf(world.get('Deployment', 'checkout')))
        says(
          world,
          pod,
          (time) =>
            `[otel.javaagent ${time.slice(0, 10)} ${time.slice(11, 19)}:118 +0000] [OkHttp https://otel-collector.shop.svc:4317/...] ERROR io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. The request could not be executed. Error message: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed`,
        );
      saysEveryHalfMinute(world, collector, (time, _pod, n) =>
        zapLine(
          time,
          'warn',
          'zapgrpc/zapgrpc.go:196',
          `[core] [Server #1]grpc: Server.Serve failed to complete security handshake from "10.0.3.29:${39120 + 6 * n}": remote error: tls: expired certificate`,
          { grpc_log: true },
        ),
      );
      return world;
    },
  },
  {
    name: 'sampler-whose-limiter-lies-above-the-limit-of-its-container',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/32551',
    layers: ['application', 'network', 'otlp'],
    roots: [['container-oom-killed']],
    why: 'Traces that wait for their decision pile up; the memory limiter would refuse at 3800 MiB, the kernel kills at 2 GiB. Between two kills both replicas serve for some minutes.',
    build: () => {
      const world = healthy();
      const sampling = `processors:
  tail_sampling:
    decision_wait: 60s
    num_traces: 500000
    policies:
      - name: errors
        type: status_code
        status_code: {status_codes: [ERROR]}
      - name: rest
        type: probabilistic
        probabilistic: {sampling_percentage: 5}
  memory_limiter:
    check_interval: 5s
    limit_mib: 3800
    spike_limit_mib: 1000
`;
      const text = collectorConfig()
        .replace(/processors:\n {2}memory_limiter:\n(?: {4}.*\n){3}/, sampling)
        .replace('processors: [memory_limiter, batch]', 'processors: [memory_limiter, tail_sampling, batch]');
      writeCollector(world, text, 16 * DAY);
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      rolledOut(world, collector, 15 * DAY, (container) => {
        container.image = 'otel/opentelemetry-collector-contrib:0.89.0';
        container.resources = { requests: { cpu: '500m', memory: '2Gi' }, limits: { memory: '2Gi' } };
      });
      const [first, second] = world.podsOf(collector);
      if (!first || !second) throw new Error('two pods');
      crashLoop(world, first, { exitCode: 137, reason: 'OOMKilled', restarts: 31, minutes: 190 });
      crashLoop(world, second, { exitCode: 137, reason: 'OOMKilled', restarts: 4, minutes: 22 });
      for (const pod of [first, second])
        world.log(
          pod,
          `2026-11-20T09:50:11.020Z\tinfo\tservice@v0.89.0/service.go:169\tEverything is ready. Begin running and processing data.
2026-11-20T09:55:40.871Z\twarn\ttailsamplingprocessor@v0.89.0/processor.go:241\tSampling policy evaluation took longer than the tick\t{"kind": "processor", "name": "tail_sampling", "pipeline": "traces"}`,
          { previous: true },
        );
      for (const pod of world.podsOf(world.get('Deployment', 'checkout')))
        says(
          world,
          pod,
          (time, n) =>
            `${time} ${n < 2 ? 'WARN' : 'ERROR'} opentelemetry_sdk:  name="BatchSpanProcessor.${n < 2 ? 'SpanDroppingStarted' : 'ExportError'}" ${n < 2 ? 'message="Beginning to drop span messages due to full/slow processor"' : 'error="Operation failed: status: Unavailable, message: \\"tcp connect error: Connection refused (os error 111)\\""'}`,
        );
      unavailable(collector, 190);
      return world;
    },
  },
];
