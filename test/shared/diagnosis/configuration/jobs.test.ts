import { describe, expect, it } from 'vitest';
import type { PodSpec } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, roots } from '#test/support/diagnosing.ts';
import { ago, healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';

const all = wholeNamespace();
const metadata = (name: string, minutes = 20) => ({
  name,
  namespace: NAMESPACE,
  uid: `uid-${name}`,
  creationTimestamp: ago(minutes),
});

const spec = (written: Partial<PodSpec> = {}): PodSpec => ({
  restartPolicy: 'Never',
  containers: [{ name: 'backup', image: 'registry.example.com/backup:3.1' }],
  ...written,
});

type State = 'active' | 'failed' | 'complete' | 'suspended';

/** A Job whose pods have not been made, or are cleaned up. */
function withJob(template: PodSpec, state: State = 'active'): Snapshot {
  const snapshot = healthyNamespace();
  const over = { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  const condition = (type: string) => [{ type, status: 'True', lastTransitionTime: ago(3), ...over }];
  snapshot.objects.jobs.push({
    kind: 'Job',
    metadata: metadata('backup-1'),
    spec: { suspend: state === 'suspended', template: { spec: template } },
    status: {
      startTime: ago(20),
      ...(state === 'active' ? { active: 1 } : {}),
      ...(state === 'failed' ? { failed: 1, conditions: condition('Failed') } : {}),
      ...(state === 'complete' ? { succeeded: 1, conditions: condition('Complete') } : {}),
    },
  });
  return snapshot;
}

function withCronJob(template: PodSpec, suspend = false): Snapshot {
  const snapshot = healthyNamespace();
  snapshot.objects.cronjobs.push({
    kind: 'CronJob',
    metadata: metadata('backup'),
    spec: { schedule: '0 3 * * *', suspend, jobTemplate: { spec: { template: { spec: template } } } },
  });
  return snapshot;
}

const absent = (snapshot: Snapshot, name: string) => {
  snapshot.absentSecrets.push({ namespace: NAMESPACE, name });
  return snapshot;
};

const container = (env: NonNullable<PodSpec['containers'][0]['env']>) =>
  spec({ containers: [{ name: 'backup', image: 'registry.example.com/backup:3.1', env }] });
const fromMap = (name: string, key: string, optional = false) =>
  container([{ name: 'TARGET', valueFrom: { configMapKeyRef: { name, key, optional } } }]);

const NEEDS: [code: string, template: PodSpec][] = [
  ['configmap-missing', fromMap('backup-settings', 'target')],
  ['configmap-key-missing', fromMap('otlp-app-config', 'target')],
  ['secret-missing', container([{ name: 'K', valueFrom: { secretKeyRef: { name: 'backup-keys', key: 'id' } } }])],
  [
    'secret-key-missing',
    container([{ name: 'K', valueFrom: { secretKeyRef: { name: 'otlp-app-secrets', key: 'id' } } }]),
  ],
  ['serviceaccount-missing', spec({ serviceAccountName: 'backup' })],
  ['pvc-missing', spec({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'backup-data' } }] })],
];

describe.each(NEEDS)('%s of a pod template', (code, template) => {
  it('keeps a Job from running', () => {
    const snapshot = absent(withJob(template), 'backup-keys');
    expect(roots(snapshot, all)).toEqual([code]);
    expect(findingOf(snapshot, code, all)).toMatchObject({
      severity: 'P2',
      cause: 'job backup-1 refers to it; its pods cannot start without it.',
      evidence: [{ source: `Job/${NAMESPACE}/backup-1`, path: expect.stringMatching(/^spec\.template\.spec\./) }, {}],
    });
  });

  it('is why a Job has failed', () => {
    const snapshot = absent(withJob(template, 'failed'), 'backup-keys');
    expect(roots(snapshot, all)).toEqual([code]);
    expect(findingOf(snapshot, 'job-failed', all).explainedBy).toBe(findingOf(snapshot, code, all).fingerprint);
  });

  it('is a warning before the next run of a CronJob', () => {
    const snapshot = absent(withCronJob(template), 'backup-keys');
    expect(roots(snapshot, all)).toEqual([]);
    expect(findingOf(snapshot, code, all)).toMatchObject({
      severity: 'P3',
      evidence: [{ source: `CronJob/${NAMESPACE}/backup`, path: expect.stringMatching(/^spec\.jobTemplate\./) }, {}],
    });
  });

  it('says nothing of a Job that is done or suspended, nor of a CronJob that is', () => {
    for (const snapshot of [withJob(template, 'complete'), withJob(template, 'suspended'), withCronJob(template, true)])
      expect(codes(absent(snapshot, 'backup-keys'), all)).toEqual([]);
  });

  it('is not looked at for a target of another workload', () => {
    expect(codes(absent(withJob(template), 'backup-keys'))).toEqual([]);
  });
});

it('what is there, optional, or could not be read is no fault', () => {
  expect(codes(withJob(fromMap('otlp-app-config', 'config.yaml')), all)).toEqual([]);
  expect(codes(withJob(fromMap('backup-settings', 'target', true)), all)).toEqual([]);
  const unread = withJob(spec({ serviceAccountName: 'backup' }));
  unread.coverage.notChecked.push({ check: 'serviceaccounts', why: 'forbidden' });
  expect(codes(unread, all)).toEqual([]);
  const made = withJob(spec({ serviceAccountName: 'backup' }));
  made.objects.serviceaccounts.push({ metadata: metadata('backup') });
  expect(codes(made, all)).toEqual([]);
});

it('an image pull secret that is missing is worth a word: where the image is public that harms nothing', () => {
  const snapshot = absent(withJob(spec({ imagePullSecrets: [{ name: 'registry' }] })), 'registry');
  expect(roots(snapshot, all)).toEqual([]);
  expect(findingOf(snapshot, 'image-pull-secret-missing', all).severity).toBe('P3');
});
