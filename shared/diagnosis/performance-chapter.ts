import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { analyzeText } from '#shared/logs/analyze-text.ts';
import { byPlace } from './by-place.ts';
import type { Chapter } from './chapter.ts';
import type { ContainerView } from './model.ts';
import { quantity } from './quantity.ts';
import { viewOf } from './view.ts';

/** The guide's symptoms, slow answers, little throughput and much load, by what is behind them. */
export const PERFORMANCE = {
  cpu: { codes: ['cpu-saturated'], needs: ['pods', 'podmetrics'] },
  memory: { codes: ['memory-near-limit', 'container-oom-killed'], needs: ['pods', 'podmetrics'] },
  limits: { codes: ['resources-unset', 'resources-request-exceeds-limit'], needs: ['pods'] },
  nodes: {
    codes: [
      'node-memory-pressure',
      'node-disk-pressure',
      'node-pid-pressure',
      'node-health-custom',
      'node-not-ready',
      'pod-evicted',
    ],
    needs: ['pods', 'nodes', 'events'],
  },
  scaling: {
    codes: [
      'hpa-at-max',
      'hpa-metrics-unavailable',
      'hpa-target-missing',
      'metrics-server-unavailable',
      'single-replica-no-redundancy',
    ],
    needs: ['horizontalpodautoscalers', 'apiservices'],
  },
  room: {
    codes: [
      'unschedulable-insufficient-cpu',
      'unschedulable-insufficient-memory',
      'unschedulable-too-many-pods',
      'quota-exceeded',
    ],
    needs: ['pods', 'nodes', 'events', 'resourcequotas'],
  },
  'collector load': {
    codes: ['collector-queue-full', 'collector-memory-limited', 'collector-export-failing'],
    needs: ['pods'],
  },
  throughput: {
    codes: [
      'otlp-export-throttled',
      'otlp-data-dropped-in-app',
      'otlp-message-too-large',
      'otlp-partial-success',
      'otlp-emit-after-shutdown',
    ],
    needs: ['pods'],
  },
  stability: {
    codes: ['pod-flapping', 'liveness-probe-failing', 'readiness-probe-failing'],
    needs: ['pods', 'events'],
  },
} as const satisfies Chapter<string>;

/** Of one resource, as Kubernetes writes quantities. */
export interface ResourceUse {
  used: string;
  request?: string;
  limit?: string;
  /** percent of the limit */
  ofLimit?: number;
}

/** `kubectl top pod --containers` beside what was asked for. */
export interface ContainerUse {
  pod: string;
  container: string;
  /** when it was measured; ISO */
  at?: string;
  cpu?: ResourceUse;
  memory?: ResourceUse;
  restarts: number;
}

const MOST_CONTAINERS = 20;

/** The containers of the target by how near they are to a limit, nearest first. None where the metrics API is not read. */
export function usage(snapshot: Snapshot, target: Target): ContainerUse[] {
  const samples = byPlace(snapshot.objects.podmetrics, ({ metadata: { namespace = '', name } }) => ({
    namespace,
    name,
  }));
  const share = ({ cpu, memory }: ContainerUse) => Math.max(cpu?.ofLimit ?? 0, memory?.ofLimit ?? 0);
  return viewOf(snapshot, target)
    .containers.flatMap((container): ContainerUse[] => {
      const { pod, name, status } = container;
      const sample = samples(pod.ref)?.at(-1);
      const used = sample?.containers?.find((one) => one.name === name)?.usage;
      if (!used) return [];
      return [
        {
          pod: pod.ref.name,
          container: name,
          ...(sample?.timestamp && { at: sample.timestamp }),
          ...useOf(container, 'cpu', used.cpu),
          ...useOf(container, 'memory', used.memory),
          restarts: status?.restartCount ?? 0,
        },
      ];
    })
    .toSorted((a, b) => share(b) - share(a))
    .slice(0, MOST_CONTAINERS);
}

function useOf(
  { spec }: ContainerView,
  resource: 'cpu' | 'memory',
  used: string | undefined,
): { cpu?: ResourceUse; memory?: ResourceUse } {
  if (used === undefined) return {};
  const request = spec?.resources?.requests?.[resource];
  const limit = spec?.resources?.limits?.[resource];
  const [amount, most] = [quantity(used), quantity(limit)];
  const ofLimit = amount !== undefined && most ? Math.round((100 * amount) / most) : undefined;
  return {
    [resource]: {
      used,
      ...(request && { request }),
      ...(limit && { limit }),
      ...(ofLimit !== undefined && { ofLimit }),
    },
  };
}

/** What the guide has one look for in the log: an operation that says how long it took. */
export interface SlowOperation {
  pod: string;
  container: string;
  durationMs: number;
  /** the line that says so */
  line: string;
}

const MOST_SLOW = 10;
const MOST_CHARACTERS = 300;

/** The operations of a second and more in the logs of the target's running containers, slowest first. */
export function slowOperations(snapshot: Snapshot, target: Target): SlowOperation[] {
  const view = viewOf(snapshot, target);
  return view.logged
    .flatMap((container): SlowOperation[] => {
      const text = view.log(container, false)?.text ?? '';
      const lines = text.split('\n');
      const { name, pod } = container;
      return analyzeText(text, { now: view.now }).slow.map(({ durationMs, line }) => ({
        pod: pod.ref.name,
        container: name,
        durationMs,
        line: (lines[line - 1] ?? '').slice(0, MOST_CHARACTERS),
      }));
    })
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, MOST_SLOW);
}

export interface Scaling {
  autoscaler: string;
  /** deployment/otlp-app */
  scales: string;
  replicas?: number;
  wanted?: number;
  most: number;
}

/** The autoscalers of the target's namespace. */
export const scalingOf = ({ objects }: Snapshot, { namespace }: Target): Scaling[] =>
  objects.horizontalpodautoscalers
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata, spec, status }) => ({
      autoscaler: metadata.name,
      scales: `${spec.scaleTargetRef.kind.toLowerCase()}/${spec.scaleTargetRef.name}`,
      ...(status?.currentReplicas !== undefined && { replicas: status.currentReplicas }),
      ...(status?.desiredReplicas !== undefined && { wanted: status.desiredReplicas }),
      most: spec.maxReplicas,
    }));
