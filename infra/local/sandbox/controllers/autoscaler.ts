import type { Condition, PodMetrics } from '#shared/domain/kubernetes.ts';
import type { HorizontalPodAutoscaler } from '#shared/domain/surroundings.ts';
import type { ObjectStore } from '../object-store.ts';
import { matches, withCondition } from '../objects.ts';
import { parseQuantity } from '../quantity.ts';
import { stamp, type Timeline } from '../timeline.ts';

const WRITER = { manager: 'kube-controller-manager' };
const SYNC_SECONDS = 15;
/** --horizontal-pod-autoscaler-tolerance */
const TOLERANCE = 0.1;

type CpuMetric = { resource?: { target?: { averageUtilization?: number } } };

/** Scales Deployments by the CPU use of their pods, in percent of what they request; no stabilisation window. */
export class AutoscalerController {
  readonly #store: ObjectStore;
  readonly #timeline: Timeline;
  readonly #metrics: () => PodMetrics[];

  constructor(store: ObjectStore, timeline: Timeline, metrics: () => PodMetrics[]) {
    this.#store = store;
    this.#timeline = timeline;
    this.#metrics = metrics;
    timeline.every(SYNC_SECONDS, () => {
      for (const autoscaler of this.#store.list('horizontalpodautoscalers')) this.#sync(autoscaler);
    });
  }

  #sync(autoscaler: HorizontalPodAutoscaler): void {
    const { namespace = '' } = autoscaler.metadata;
    const { scaleTargetRef, minReplicas = 1, maxReplicas, metrics = [] } = autoscaler.spec;
    const workload = this.#store.get('deployments', { namespace, name: scaleTargetRef.name });
    const wanted = (metrics[0] as CpuMetric | undefined)?.resource?.target?.averageUtilization;
    if (!workload || wanted === undefined) return;
    const current = workload.spec.replicas ?? 1;
    const used = this.#utilization(namespace, workload.spec.selector?.matchLabels ?? {});
    if (used === undefined) return;
    const ratio = used / wanted;
    const asked = Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(current * ratio);
    const desired = Math.min(Math.max(asked, minReplicas), maxReplicas);
    if (desired !== current)
      this.#store.update(
        'deployments',
        workload.metadata,
        ({ spec }) => Object.assign(spec, { replicas: desired }),
        WRITER,
      );
    this.#store.update(
      'horizontalpodautoscalers',
      autoscaler.metadata,
      (draft) => {
        const status = { currentReplicas: current, desiredReplicas: desired, currentMetrics: [cpu(used)] };
        let conditions = draft.status?.conditions;
        for (const condition of this.#conditions(asked, minReplicas, maxReplicas))
          conditions = withCondition(conditions, condition);
        draft.status = { ...status, conditions: conditions ?? [] };
      },
      { ...WRITER, subresource: 'status' },
    );
  }

  /** Percent of the requested CPU; undefined while no pod is measured. */
  #utilization(namespace: string, labels: Record<string, string>): number | undefined {
    const measured = this.#metrics().filter(
      ({ metadata }) => metadata.namespace === namespace && matches(labels, metadata.labels),
    );
    const used = measured.flatMap(({ containers = [] }) =>
      containers.map(({ usage }) => parseQuantity(usage.cpu ?? '0')),
    );
    const requested = measured.flatMap(({ metadata }) =>
      (this.#store.get('pods', metadata)?.spec.containers ?? []).map(({ resources }) =>
        parseQuantity(resources?.requests?.cpu ?? '0'),
      ),
    );
    const total = requested.reduce((sum, one) => sum + one, 0);
    return total === 0 ? undefined : Math.round((used.reduce((sum, one) => sum + one, 0) / total) * 100);
  }

  #conditions(asked: number, least: number, most: number): Condition[] {
    const lastTransitionTime = stamp(this.#timeline.now());
    const say = (type: string, status: string, reason: string, message: string) => ({
      ...{ type, status, reason, message, lastTransitionTime },
    });
    const limited =
      asked < least
        ? say(
            'ScalingLimited',
            'True',
            'TooFewReplicas',
            'the desired replica count is less than the minimum replica count',
          )
        : asked > most
          ? say(
              'ScalingLimited',
              'True',
              'TooManyReplicas',
              'the desired replica count is more than the maximum replica count',
            )
          : say('ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range');
    return [
      say('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'),
      say(
        'ScalingActive',
        'True',
        'ValidMetricFound',
        'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      ),
      limited,
    ];
  }
}

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', current: { averageUtilization } },
});
