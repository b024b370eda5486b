import type { Condition } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { scaleToZero, setCondition } from '#test/support/faults.ts';
import { healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';
import { surrounded } from '#test/support/surroundings.ts';
import { type Cases, the } from '../case.ts';

/* The words of pkg/controller/podautoscaler. */

const hpa = the('HorizontalPodAutoscaler', 'otlp-app');
const unreadAutoscalers = { why: 'autoscalers may not be read', unread: ['horizontalpodautoscalers'] } as const;

/** The autoscaler says so since some minutes. */
function autoscaler(condition: Condition, minutes = 40, snapshot = surrounded(healthyNamespace())): Snapshot {
  for (const { status } of snapshot.objects.horizontalpodautoscalers)
    setCondition(status?.conditions, condition, minutes);
  return snapshot;
}

const scales = (kind: string, name: string, reads = true): Snapshot => {
  const snapshot = autoscaler({
    type: 'AbleToScale',
    status: 'False',
    reason: 'FailedGetScale',
    message: `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`,
  });
  for (const { spec } of snapshot.objects.horizontalpodautoscalers) spec.scaleTargetRef = { kind, name };
  if (reads) snapshot.coverage.checked.push('statefulsets');
  return snapshot;
};

const noMetrics = (reason: string, why: string): Condition => ({
  type: 'ScalingActive',
  status: 'False',
  reason,
  message: `the HPA was unable to compute the replica count: ${why}`,
});

const UTILIZATION = (why: string) => noMetrics('FailedGetResourceMetric', `failed to get cpu utilization: ${why}`);
const UNREADY = 'did not receive metrics for targeted pods (pods might be unready)';

const limited = (reason: string, message: string): Condition => ({
  type: 'ScalingLimited',
  status: 'True',
  reason,
  message,
});
const AT_MAX = limited('TooManyReplicas', 'the desired replica count is more than the maximum replica count');

const ABLE: Condition = { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' };

/** What autoscalers say of themselves. */
export const scaling = {
  'hpa-target-missing': {
    positive: [
      {
        when: 'the Deployment was renamed',
        at: hpa,
        shows: 'Deployment/otlp-application',
        target: wholeNamespace(),
        build: () => scales('Deployment', 'otlp-application'),
      },
      {
        when: 'it never was a StatefulSet',
        at: hpa,
        target: wholeNamespace(),
        build: () => scales('StatefulSet', 'otlp-app'),
      },
    ],
    nearMiss: [
      { why: 'it is there', roots: [], target: wholeNamespace(), build: () => surrounded(healthyNamespace()) },
      {
        why: 'there may be such a Rollout, and its controller does not complain',
        roots: [],
        target: wholeNamespace(),
        build: () => autoscaler(ABLE, 40, scales('Rollout', 'otlp-application')),
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }, unreadAutoscalers],
  },
  'hpa-metrics-unavailable': {
    positive: [
      {
        when: 'the metrics API knows nothing of the pods',
        at: hpa,
        severity: 'P2',
        shows: 'no metrics returned from resource metrics API',
        build: () =>
          autoscaler(
            UTILIZATION('unable to get metrics for resource cpu: no metrics returned from resource metrics API'),
          ),
      },
      {
        when: 'the adapter of other metrics does not answer',
        at: hpa,
        severity: 'P2',
        build: () =>
          autoscaler(
            noMetrics(
              'FailedGetExternalMetric',
              'unable to get external metric otlp-system/queue_depth/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue_depth.external.metrics.k8s.io)',
            ),
          ),
      },
      {
        when: 'metrics-server is down',
        at: hpa,
        as: 'symptom of metrics-server-unavailable',
        severity: 'P2',
        build: () => {
          const snapshot = autoscaler(
            UTILIZATION(
              'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
            ),
          );
          for (const api of snapshot.objects.apiservices)
            api.status = { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] };
          return snapshot;
        },
      },
      {
        when: 'the pods are new, and metrics come a few minutes late',
        at: hpa,
        as: 'advice',
        build: () => autoscaler(UTILIZATION(UNREADY), 2),
      },
    ],
    nearMiss: [
      {
        why: 'it rests: somebody has scaled to nothing',
        build: () =>
          scaleToZero(
            'otlp-app',
            autoscaler({
              type: 'ScalingActive',
              status: 'False',
              reason: 'ScalingDisabled',
              message: 'scaling is disabled since the replica count of the target is zero',
            }),
          ),
      },
      {
        why: 'it has come to its maximum, by metrics that it gets',
        roots: ['hpa-at-max'],
        build: () => autoscaler(AT_MAX),
      },
    ],
    notApplicable: [unreadAutoscalers],
  },
  'hpa-at-max': {
    positive: [
      {
        when: 'for longer than a peak',
        at: hpa,
        severity: 'P2',
        shows: 'TooManyReplicas',
        build: () => autoscaler(AT_MAX),
      },
      { when: 'since a moment ago', at: hpa, as: 'advice', build: () => autoscaler(AT_MAX, 4) },
    ],
    nearMiss: [
      {
        why: 'as many as allowed, and no more wanted',
        roots: [],
        build: () => {
          const snapshot = autoscaler({
            type: 'ScalingLimited',
            status: 'False',
            reason: 'DesiredWithinRange',
            message: 'the desired count is within the acceptable range',
          });
          for (const { spec } of snapshot.objects.horizontalpodautoscalers) spec.maxReplicas = 2;
          return snapshot;
        },
      },
      {
        why: 'it only may not grow that fast',
        roots: [],
        build: () =>
          autoscaler(
            limited('ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate'),
          ),
      },
      {
        why: 'it is the minimum that holds it',
        roots: [],
        build: () =>
          autoscaler(limited('TooFewReplicas', 'the desired replica count is less than the minimum replica count')),
      },
    ],
    notApplicable: [unreadAutoscalers],
  },
} satisfies Cases;
