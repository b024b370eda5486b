import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, everWith, podsOf, scaleToZero, unready } from '#test/support/faults.ts';
import { healthyNamespace, settle } from '#test/support/namespace.ts';
import { type Cases, type Positive, the } from '../case.ts';
import { configured } from './configured.ts';

/* The words of Collector 0.161. */

const at = the('Deployment', 'otel-collector');
const unreadMaps = { why: 'ConfigMaps may not be read', unread: ['configmaps'] } as const;
const unreadDeployments = { why: 'Deployments may not be read', unread: ['deployments'] } as const;

const crashing = (snapshot: Snapshot, log: string): Snapshot =>
  crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), { exitCode: 1, log });

/** It refuses its configuration and ends, as it says twice. */
const refuses = (words: string): string =>
  `Error: ${words}\n2026/11/20 09:58:59 collector server run finished with error: ${words}`;

const invalid = (when: string, from: string, to: string, words: string): Positive => ({
  when,
  at,
  severity: 'P1',
  shows: words.split(': ').at(-1) ?? words,
  build: () => crashing(configured(from, to, 12), refuses(`invalid configuration: ${words}`)),
});

const PROBE_REFUSED =
  'Readiness probe failed: Get "http://10.0.1.5:13133/": dial tcp 10.0.1.5:13133: connect: connection refused';

const notReady = (snapshot: Snapshot): Snapshot => unready(snapshot, podsOf(snapshot, 'otel-collector'), PROBE_REFUSED);

/** The Collector itself: whether it is there, starts, and answers its probes. */
export const collectors = {
  'collector-down': {
    positive: [
      {
        when: 'it has no pod, and nobody says why',
        at,
        severity: 'P1',
        shows: '0 of 2',
        build: () => {
          const snapshot = healthyNamespace();
          const gone = new Set(podsOf(snapshot, 'otel-collector'));
          snapshot.objects.pods = snapshot.objects.pods.filter((pod) => !gone.has(pod));
          return settle(snapshot);
        },
      },
      {
        when: 'it crashes',
        at,
        as: 'symptom of container-exit-error',
        severity: 'P1',
        build: () => crashing(healthyNamespace(), 'panic in the receiver: no such device'),
      },
    ],
    nearMiss: [
      {
        why: 'one of two is left',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otel-collector').slice(0, 1), { log: 'no such device' });
        },
      },
      { why: 'somebody has scaled it to nothing', build: () => scaleToZero('otel-collector', healthyNamespace()) },
      {
        why: 'it is the application that is down',
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: no such flag --port' });
        },
      },
    ],
    notApplicable: [unreadDeployments],
  },
  'collector-config-invalid': {
    positive: [
      invalid(
        'an exporter that is not there',
        'exporters: [debug]',
        'exporters: [otlp_grpc/tempo]',
        'service::pipelines::traces: references exporter "otlp_grpc/tempo" which is not configured',
      ),
      invalid(
        'a processor that is not there',
        'processors: [memory_limiter, batch]',
        'processors: [memory_limiter, batch, resource]',
        'service::pipelines::traces: references processor "resource" which is not configured',
      ),
      invalid(
        'an extension that is not there',
        'extensions: [health_check]',
        'extensions: [health_check, zpages]',
        'service::extensions: references extension "zpages" which is not configured',
      ),
      invalid(
        'a pipeline without a receiver',
        'receivers: [otlp]',
        'receivers: []',
        'service::pipelines::traces: must have at least one receiver',
      ),
      invalid(
        'limits that do not fit',
        'spike_limit_mib: 100',
        'spike_limit_mib: 400',
        "processors::memory_limiter: 'spike_limit_mib' must be smaller than 'limit_mib'",
      ),
      {
        when: 'an exporter that this distribution does not have',
        at,
        severity: 'P1',
        shows: 'unknown type: "jaeger"',
        build: () =>
          crashing(
            configured('debug: {}', 'debug: {}\n  jaeger:\n    endpoint: jaeger:14250', 12),
            'Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):\n\n\'exporters\' unknown type: "jaeger" for id: "jaeger" (valid values: [debug file otlp_grpc otlp_http])\n2026/11/20 09:58:59 collector server run finished with error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):\n\n\'exporters\' unknown type: "jaeger" for id: "jaeger" (valid values: [debug file otlp_grpc otlp_http])',
          ),
      },
      {
        when: 'a setting that is not there any more',
        at,
        severity: 'P1',
        shows: 'has invalid keys: loglevel',
        build: () =>
          crashing(
            configured('debug: {}', 'debug:\n    loglevel: debug', 12),
            refuses(
              "failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):\n\n'exporters' error reading configuration for \"debug\": decoding failed due to the following error(s):\n\n'' has invalid keys: loglevel",
            ),
          ),
      },
      {
        when: 'the pods that run have not read it yet',
        at,
        severity: 'P2',
        build: () => configured('exporters: [debug]', 'exporters: [otlp_grpc/tempo]', 12),
      },
    ],
    nearMiss: [
      {
        why: 'it is well, and its process ends for another reason',
        roots: ['container-exit-error'],
        build: () =>
          crashing(
            healthyNamespace(),
            'Error: cannot start pipelines: failed to start "otlp" receiver: listen tcp 0.0.0.0:4317: bind: address already in use',
          ),
      },
      {
        why: 'a connector is exporter of the one and receiver of the other',
        roots: [],
        build: () =>
          configured(
            'service:\n  extensions: [health_check]\n  pipelines:\n    traces:\n      receivers: [otlp]\n      processors: [memory_limiter, batch]\n      exporters: [debug]\n',
            'connectors:\n  span_metrics: {}\nservice:\n  extensions: [health_check]\n  pipelines:\n    traces:\n      receivers: [otlp]\n      processors: [memory_limiter, batch]\n      exporters: [debug, span_metrics]\n    metrics:\n      receivers: [span_metrics]\n      exporters: [debug]\n',
          ),
      },
    ],
    notApplicable: [
      unreadDeployments,
      {
        ...unreadMaps,
        build: () => configured('exporters: [debug]', 'exporters: [otlp_grpc/tempo]'),
      },
    ],
  },
  'collector-health-check-failing': {
    positive: [
      {
        when: 'the extension is not in service.extensions',
        at,
        severity: 'P1',
        shows: 'none',
        build: () => notReady(configured('  extensions: [health_check]\n', '')),
      },
      {
        when: 'it listens on localhost, as it does by default',
        at,
        severity: 'P1',
        build: () => notReady(configured('health_check:\n    endpoint: 0.0.0.0:13133', 'health_check: {}')),
      },
      {
        when: 'it listens on another port',
        at,
        severity: 'P1',
        build: () => notReady(configured('0.0.0.0:13133', '0.0.0.0:13134')),
      },
    ],
    nearMiss: [
      {
        why: 'it answers, and says that the Collector is not ready',
        build: () => {
          const snapshot = healthyNamespace();
          return unready(
            snapshot,
            podsOf(snapshot, 'otel-collector'),
            'Readiness probe failed: HTTP probe failed with statuscode: 503',
          );
        },
      },
      {
        why: 'it is not configured, and the probes of another kind pass',
        roots: [],
        build: () =>
          everWith(configured('  extensions: [health_check]\n', ''), 'otel-collector', (container) => {
            container.readinessProbe = { tcpSocket: { port: 4317 } };
          }),
      },
    ],
    notApplicable: [{ ...unreadMaps, build: () => notReady(configured('  extensions: [health_check]\n', '')) }],
  },
} satisfies Cases;
