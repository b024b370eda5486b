import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute } from '../collector-log.ts';
import { setEnvironment } from '../environment.ts';
import { appContainer, healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import type { World } from '../world.ts';

const application = (world: World, name: string, env: Record<string, string>) => {
  const made = deployment(world, name, { container: appContainer(name), revised: 3 * DAY });
  setEnvironment(world, made, env);
  service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  return made;
};

/** Applications that serve their users well and lose their telemetry before it leaves them. */
export const fieldBSdks: CorpusCase[] = [
  {
    name: 'java-agent-without-an-endpoint',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-java-instrumentation/issues/2684',
    layers: ['otlp'],
    roots: [['otlp-endpoint-unset']],
    why: 'The agent was added to the command line and nothing else: it sends to localhost, where nobody listens.',
    build: () => {
      const world = healthy();
      const pricing = application(world, 'pricing', {
        OTEL_SERVICE_NAME: 'pricing',
        JAVA_TOOL_OPTIONS: '-javaagent:/otel/opentelemetry-javaagent.jar',
      });
      saysEveryHalfMinute(
        world,
        pricing,
        (time) =>
          `[otel.javaagent ${time.slice(0, 10)} ${time.slice(11, 19)}:${time.slice(20, 23)} +0000] [OkHttp http://localhost:4318/...] ERROR io.opentelemetry.exporter.internal.http.HttpExporter - Failed to export spans. The request could not be executed. Full error message: Failed to connect to localhost/[0:0:0:0:0:0:0:1]:4318
java.net.ConnectException: Failed to connect to localhost/[0:0:0:0:0:0:0:1]:4318
\tat okhttp3.internal.connection.RealConnection.connectSocket(RealConnection.kt:297)
\tat okhttp3.internal.connection.RealConnection.connect(RealConnection.kt:207)
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)`,
      );
      return world;
    },
  },
  {
    name: 'thread-of-the-rust-exporter-has-died',
    kind: 'single',
    source: 'https://github.com/artifact-keeper/artifact-keeper/issues/3833',
    layers: ['otlp'],
    roots: [['otlp-emit-after-shutdown']],
    why: 'The asynchronous HTTP client finds no reactor on the thread of the batch processor: that thread panics once, the process serves on, every span is dropped.',
    build: () => {
      const world = healthy();
      const artifacts = application(world, 'artifacts', {
        OTEL_SERVICE_NAME: 'artifacts',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        RUST_LOG: 'info',
      });
      saysEveryHalfMinute(world, artifacts, (time, _pod, n) =>
        [
          ...(n === 0
            ? [
                `${time}  INFO artifacts::telemetry: OpenTelemetry tracing enabled`,
                "thread 'OpenTelemetry.Traces.BatchProcessor' (39) panicked at library/core/src/ops/function.rs:250:5:",
                'there is no reactor running, must be called from the context of a Tokio 1.x runtime',
                'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
              ]
            : []),
          `${time}  INFO artifacts::http: GET /health 200 1ms`,
          `${time}  WARN opentelemetry_sdk: name="BatchSpanProcessor.OnEnd.AfterShutdown" Spans are being emitted even after Shutdown. This indicates incorrect lifecycle management of TracerProvider in application. Spans will not be exported.`,
        ].join('\n'),
      );
      return world;
    },
  },
  {
    name: 'node-application-records-faster-than-it-exports',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-js/issues/4184',
    layers: ['otlp'],
    roots: [['otlp-data-dropped-in-app']],
    why: 'The batch processor exports 512 spans each five seconds; what is recorded beyond that does not fit into its queue.',
    build: () => {
      const world = healthy();
      const gateway = application(world, 'graphql', {
        OTEL_SERVICE_NAME: 'graphql',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_BSP_MAX_QUEUE_SIZE: '6144',
      });
      saysEveryHalfMinute(
        world,
        gateway,
        (time, _pod, n) =>
          `{"level":"warn","time":"${time}","msg":"Dropped ${2228 + 131 * n} spans because maxQueueSize reached"}\n{"level":"info","time":"${time}","msg":"POST /graphql 200","ms":34}`,
      );
      return world;
    },
  },
];
