import type { Snapshot } from '#shared/domain/snapshot.ts';
import { type CollectorSays, collectorLine } from '#test/support/collector-lines.ts';
import { addLog, configMapOf, podsOf } from '#test/support/faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, type NearMiss, type Positive, the } from '../case.ts';
import { collectorSays, unreadLogs } from './saying.ts';

const at = the('Deployment', 'otel-collector');

const spoken = (when: string, words: CollectorSays): Positive => ({
  when,
  at,
  severity: 'P2',
  build: () => collectorSays(words),
});

const other = (why: string, words: CollectorSays, roots: NearMiss['roots'] = [], minutes?: number[]): NearMiss => ({
  why,
  roots,
  build: () => collectorSays(words, minutes),
});

/** It exports to this backend. */
function sendsTo(endpoint: string): Snapshot {
  const snapshot = healthyNamespace();
  configMapOf(snapshot, 'otel-collector-config').data = {
    'collector.yaml': COLLECTOR_CONFIG.replace('debug: {}', `otlp_grpc/backend:\n    endpoint: ${endpoint}`).replace(
      'exporters: [debug]',
      'exporters: [otlp_grpc/backend]',
    ),
  };
  return snapshot;
}

/** Lines of several kinds, in turns, in one log. */
function inTurns(...kinds: CollectorSays[]): Snapshot {
  const snapshot = healthyNamespace();
  const lines = [4, 3, 2, 1].flatMap((minutes) => kinds.map((words) => collectorLine(words, minutes)));
  for (const pod of podsOf(snapshot, 'otel-collector')) addLog(snapshot, pod, lines.join('\n'));
  return snapshot;
}

/** What the Collector says of its exports. Its lines were taken from a real one: test/support/collector-lines.ts. */
export const exporters = {
  'collector-exporter-endpoint-dns': {
    positive: [
      {
        when: 'the configuration names a Service that is not there',
        at,
        severity: 'P2',
        shows: 'tempo:4317',
        build: () => sendsTo('tempo:4317'),
      },
      spoken('it says so, HTTP', 'noSuchHost'),
      spoken('it says so, gRPC', 'noSuchHostGrpc'),
    ],
    nearMiss: [
      { why: 'the name is outside the cluster', roots: [], build: () => sendsTo('otlp.example.com:4317') },
      {
        why: 'the Service is there',
        roots: [],
        build: () => {
          const snapshot = sendsTo('tempo:4317');
          const pods = structuredClone(podsOf(snapshot, 'otlp-app').slice(0, 1));
          for (const pod of pods)
            pod.metadata = {
              ...pod.metadata,
              name: 'tempo-0',
              uid: 'uid-tempo-0',
              labels: { app: 'tempo' },
              ownerReferences: [],
            };
          snapshot.objects.pods.push(...pods);
          snapshot.objects.services.push({
            metadata: { name: 'tempo', namespace: 'otlp-system' },
            spec: { selector: { app: 'tempo' }, ports: [{ port: 4317, targetPort: 4317 }] },
          });
          snapshot.objects.endpointslices.push({
            metadata: { name: 'tempo-1', namespace: 'otlp-system', labels: { 'kubernetes.io/service-name': 'tempo' } },
            endpoints: [{ addresses: ['10.0.4.4'], conditions: { ready: true } }],
          });
          return snapshot;
        },
      },
      other('the name resolves, and nobody answers', 'refused', ['collector-export-failing']),
    ],
    notApplicable: [
      { why: 'Services may not be read', unread: ['services'] },
      { ...unreadLogs, build: () => collectorSays('noSuchHost') },
    ],
  },
  'collector-export-failing': {
    positive: [
      spoken('nobody listens', 'refused'),
      spoken('no answer in time', 'timedOut'),
      spoken('it has given up', 'exhausted'),
      spoken('it does not try again', 'withoutRetry'),
      spoken('the backend holds it back', 'throttled'),
      spoken('the backend is short of memory', 'backendOutOfMemory'),
    ],
    nearMiss: [
      other('a batch was tried again, once', 'refused', [], [2]),
      other('it was stopped', 'atShutdown'),
      other('it is over for some minutes', 'refused', [], [12, 11, 10, 9]),
      other('it is refused for good', 'badRequest', ['collector-export-permanent']),
    ],
    notApplicable: [unreadLogs],
  },
  'collector-export-permanent': {
    positive: [
      spoken('its credentials are refused', 'unauthenticated'),
      spoken('there is no such path', 'notFound'),
      spoken('there is no such service', 'unimplemented'),
      spoken('the content is refused', 'badRequest'),
    ],
    nearMiss: [
      other('a batch is too large', 'tooLarge', ['otlp-message-too-large']),
      other('it will be tried again', 'timedOut', ['collector-export-failing']),
    ],
    notApplicable: [unreadLogs],
  },
  'collector-queue-full': {
    positive: [
      spoken('what comes is rejected', 'queueFull'),
      spoken('what batch holds is lost', 'queueFullBehindBatch'),
      {
        when: 'because the backend is away',
        at,
        as: 'symptom of collector-export-failing',
        severity: 'P2',
        build: () => inTurns('refused', 'queueFull'),
      },
    ],
    nearMiss: [
      other('once, in a burst', 'queueFull', [], [3]),
      other('the backend is away, and there is room yet', 'refused', ['collector-export-failing']),
    ],
    notApplicable: [unreadLogs],
  },
  'collector-memory-limited': {
    positive: [
      spoken('it refuses what comes', 'refusing'),
      {
        when: 'again and again',
        at,
        severity: 'P2',
        build: () => inTurns('refusing', 'accepting'),
      },
      {
        when: 'because its queue is full, because the backend is away',
        at,
        as: 'symptom of collector-export-failing',
        severity: 'P2',
        build: () => inTurns('refused', 'queueFull', 'refusing'),
      },
    ],
    nearMiss: [
      {
        why: 'once, and it is over',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const lines = [collectorLine('refusing', 5), collectorLine('accepting', 4)];
          for (const pod of podsOf(snapshot, 'otel-collector')) addLog(snapshot, pod, lines.join('\n'));
          return snapshot;
        },
      },
      other('it is the backend that is short of memory', 'backendOutOfMemory', ['collector-export-failing']),
      {
        why: 'it says at its start what its limits are',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const line = `${ago(3).replace('Z', '.506Z')}\tinfo\tmemorylimiter@v0.161.0/memorylimiter.go:151\tMemory limiter configured\t{"limit_mib": 400, "spike_limit_mib": 100, "check_interval": 1}`;
          for (const pod of podsOf(snapshot, 'otel-collector')) addLog(snapshot, pod, line);
          return snapshot;
        },
      },
    ],
    notApplicable: [unreadLogs],
  },
} satisfies Cases;
