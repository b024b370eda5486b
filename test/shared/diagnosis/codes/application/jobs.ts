import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ago, healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';
import type { Cases } from '../case.ts';

/** A Job of the namespace that has given up, with its last pod. */
function failedJob(
  minutes: number,
  { reason = 'BackoffLimitExceeded', message = 'Job has reached the specified backoff limit', later = false } = {},
): Snapshot {
  const snapshot = healthyNamespace();
  const owner = [{ kind: 'CronJob', name: 'report', uid: 'uid-report', controller: true }];
  const job = (name: string, at: number, type: string, more: object) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `uid-${name}`,
      creationTimestamp: ago(at + 10),
      ownerReferences: owner,
    },
    spec: {
      backoffLimit: 2,
      template: { spec: { containers: [{ name: 'report', image: 'registry.example.com/report:2' }] } },
    },
    status: { startTime: ago(at + 10), conditions: [{ type, status: 'True', lastTransitionTime: ago(at), ...more }] },
  });
  snapshot.objects.cronjobs.push({
    metadata: { name: 'report', namespace: NAMESPACE, uid: 'uid-report' },
    spec: { schedule: '0 * * * *' },
  });
  const failed = job('report-29394000', minutes, 'Failed', { reason, message });
  snapshot.objects.jobs.push({ ...failed, status: { ...failed.status, failed: 3 } });
  if (later) snapshot.objects.jobs.push(job('report-29394060', 1, 'Complete', { reason: 'CompletionsReached' }));
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'report-29394000-k2x9p',
      namespace: NAMESPACE,
      uid: 'uid-report-pod',
      ownerReferences: [{ kind: 'Job', name: 'report-29394000', uid: 'uid-report-29394000', controller: true }],
    },
    spec: {
      containers: [{ name: 'report', image: 'registry.example.com/report:2' }],
      nodeName: 'node-a',
      restartPolicy: 'Never',
    },
    status: {
      phase: 'Failed',
      containerStatuses: [
        {
          name: 'report',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(minutes) } },
        },
      ],
    },
  };
  snapshot.objects.pods.push(pod);
  snapshot.logs.push({
    namespace: NAMESPACE,
    pod: pod.metadata.name,
    container: 'report',
    previous: false,
    text: 'Error: relation "orders" does not exist\n',
    truncated: false,
  });
  return snapshot;
}

/** Jobs that give up. */
export const jobs = {
  'job-failed': {
    positive: [
      {
        when: 'its pods failed more often than backoffLimit allows',
        at: { subject: { kind: 'Job', name: 'report-29394000' } },
        shows: 'BackoffLimitExceeded',
        target: wholeNamespace(),
        build: () => failedJob(20),
      },
      {
        when: 'it took longer than activeDeadlineSeconds',
        at: { subject: { kind: 'Job' } },
        shows: 'DeadlineExceeded',
        target: wholeNamespace(),
        build: () =>
          failedJob(20, { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }),
      },
    ],
    nearMiss: [
      {
        why: 'the next run made it good',
        roots: [],
        target: wholeNamespace(),
        build: () => failedJob(50, { later: true }),
      },
      { why: 'it failed last night', roots: [], target: wholeNamespace(), build: () => failedJob(600) },
    ],
    notApplicable: [
      { why: 'there is no Job', target: wholeNamespace(), build: healthyNamespace },
      { why: 'Jobs may not be read', unread: ['jobs'] },
    ],
  },
} satisfies Cases;
