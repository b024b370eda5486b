import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Chapter } from './chapter.ts';
import { endOf, lastWords, notReadySince, troubleOf } from './container-state.ts';
import type { ContainerView, PodView } from './model.ts';
import { type ClusterView, viewOf } from './view.ts';

/** The guide's table of why an application does not start, and the rows that it leaves to its steps. */
export const STARTUP = {
  configuration: {
    codes: [
      'configmap-missing',
      'configmap-key-missing',
      'secret-missing',
      'secret-key-missing',
      'config-yaml-invalid',
      'config-toml-invalid',
      'config-json-invalid',
      'collector-config-invalid',
      'container-command-not-found',
      'container-setup-failed',
      'container-exit-zero-loop',
      'config-env-invalid',
      'config-required-key-missing',
      'collector-health-check-failing',
    ],
    needs: ['pods', 'configmaps', 'secrets'],
  },
  dependency: {
    codes: [
      'init-container-stuck',
      'init-container-failed',
      'otlp-endpoint-unknown-host',
      'service-missing',
      'service-no-ready-endpoints',
      'readiness-gate-pending',
      'volume-mount-failed',
      'volume-attach-failed',
      'pvc-missing',
      'pvc-pending',
      'pvc-lost',
      'storageclass-missing',
      'pv-failed-or-released',
      'webhook-unavailable',
      'collector-down',
      'dns-coredns-unavailable',
      'dns-resolution-failing',
      'external-endpoint-unreachable',
      'pod-sandbox-failed',
    ],
    needs: ['pods', 'services', 'endpointslices', 'events'],
  },
  resources: {
    codes: [
      'container-oom-killed',
      'unschedulable-insufficient-cpu',
      'unschedulable-insufficient-memory',
      'unschedulable-too-many-pods',
      'quota-exceeded',
      'limitrange-violation',
      'resources-request-exceeds-limit',
      'pod-evicted',
      'pod-preempted',
      'ephemeral-storage-exceeded',
      'cpu-saturated',
      'volume-full',
    ],
    needs: ['pods', 'nodes', 'events', 'resourcequotas'],
  },
  port: {
    codes: ['host-port-conflict', 'probe-port-mismatch', 'service-target-port-mismatch'],
    needs: ['pods', 'services', 'events'],
  },
  permissions: {
    codes: [
      'container-permission-denied-exec',
      'volume-permission-denied',
      'volume-read-only',
      'collector-persistent-queue-unwritable',
      'serviceaccount-missing',
      'pod-security-violation',
      'webhook-denied',
      'rbac-forbidden',
      'aws-credentials-failing',
      'image-pull-unauthorized',
      'image-pull-secret-missing',
    ],
    needs: ['pods', 'events'],
  },
  image: {
    codes: [
      'image-not-found',
      'image-pull-rate-limited',
      'image-registry-unreachable',
      'image-name-invalid',
      'image-never-pull',
      'image-arch-mismatch',
    ],
    needs: ['pods', 'events'],
  },
  process: {
    codes: [
      'container-exit-error',
      'container-panic',
      'container-sigkill-not-oom',
      'container-crash-loop',
      'startup-probe-failing',
      'liveness-probe-failing',
      'readiness-probe-failing',
    ],
    needs: ['pods', 'events'],
  },
  placement: {
    codes: [
      'unschedulable-taint',
      'unschedulable-affinity',
      'unschedulable-topology-spread',
      'unschedulable-nodes-cordoned',
      'scheduling-gated',
      'volume-zone-conflict',
      'node-not-ready',
      'node-network-unavailable',
    ],
    needs: ['pods', 'nodes', 'events'],
  },
  rollout: {
    codes: [
      'namespace-missing-or-terminating',
      'workload-missing',
      'deployment-scaled-to-zero',
      'deployment-paused',
      'deployment-replica-failure',
      'deployment-progress-deadline',
      'deployment-unavailable',
      'rollout-mixed-revisions',
      'pod-stuck-terminating',
      'job-failed',
    ],
    needs: ['pods', 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs'],
  },
} as const satisfies Chapter<string>;

/** What the guide has one look at by hand: state, exit, previous log, probes and events of each pod that is not ready. */
export interface StartingPod {
  pod: string;
  /** deployment/otlp-app; absent for a pod that nobody owns */
  workload?: string;
  phase: string;
  /** since when it has not been ready; ISO */
  since?: string;
  containers: StartingContainer[];
  /** the newest warnings about it, at most five */
  events: { reason: string; message: string; at?: string }[];
}

interface StartingContainer {
  name: string;
  init: boolean;
  image: string;
  state: string;
  restarts: number;
  exit?: { code: number; reason?: string; at?: string };
  /** the line in which it says why it ended */
  lastWords?: string;
  probes: ('startup' | 'liveness' | 'readiness')[];
}

const MOST_PODS = 20;
const MOST_EVENTS = 5;

/** The pods of the target that are not ready, those that have been so for longest first. */
export function startingPods(snapshot: Snapshot, target: Target): StartingPod[] {
  const view = viewOf(snapshot, target);
  return view.pods
    .map((pod) => ({ pod, since: notReadySince(pod) }))
    .filter(({ since }) => since !== undefined)
    .toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0))
    .slice(0, MOST_PODS)
    .map(({ pod, since = 0 }) => describePod(view, pod, since));
}

const describePod = (view: ClusterView, pod: PodView, since: number): StartingPod => ({
  pod: pod.ref.name,
  ...(pod.workload && { workload: `${pod.workload.ref.kind.toLowerCase()}/${pod.workload.ref.name}` }),
  phase: pod.object.status?.phase ?? 'Unknown',
  since: new Date(since).toISOString(),
  containers: pod.containers.map((container) => describeContainer(view, container)),
  events: view.events
    .of(pod.ref, pod.object.metadata.uid)
    .filter(({ type }) => type === 'Warning')
    .slice(0, MOST_EVENTS)
    .map(({ reason = '', message = '', lastTimestamp }) => ({
      reason,
      message,
      ...(lastTimestamp && { at: lastTimestamp }),
    })),
});

function describeContainer(view: ClusterView, container: ContainerView): StartingContainer {
  const { name, init, spec, status } = container;
  const end = endOf(view, container)?.end;
  const words = troubleOf(view, container) ? lastWords(view, container)?.line : undefined;
  return {
    name,
    init,
    image: spec?.image ?? status?.image ?? '',
    state: stateOf(container),
    restarts: status?.restartCount ?? 0,
    ...(end && {
      exit: {
        code: end.exitCode,
        ...(end.reason && { reason: end.reason }),
        ...(end.finishedAt && { at: end.finishedAt }),
      },
    }),
    ...(words && { lastWords: words }),
    probes: (['startup', 'liveness', 'readiness'] as const).filter((kind) => spec?.[`${kind}Probe`] !== undefined),
  };
}

function stateOf({ status }: ContainerView): string {
  const { waiting, running, terminated } = status?.state ?? {};
  if (waiting) return ['waiting', waiting.reason, waiting.message].filter(Boolean).join(': ');
  if (terminated) return `ended: ${terminated.reason ?? `exit code ${terminated.exitCode}`}`;
  if (running) return status?.ready ? 'running, ready' : 'running, not ready';
  return 'not started';
}
