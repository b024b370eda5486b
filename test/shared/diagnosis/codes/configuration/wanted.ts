import type { Container } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ago, healthyNamespace, NAMESPACE, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';
import { type Positive, the } from '../case.ts';

/*
 * What else than a pod template of a workload wants a ConfigMap or Secret: Jobs, and the configuration of the target.
 */

type Env = NonNullable<Container['env']>;

/** A Job that waits for what its pods are given. */
function withJob(env: Env, absent: string[] = []): Snapshot {
  const snapshot = healthyNamespace();
  const containers = [{ name: 'backup', image: 'registry.example.com/backup:3.1', env }];
  snapshot.objects.jobs.push({
    kind: 'Job',
    metadata: { name: 'backup', namespace: NAMESPACE, uid: 'uid-backup', creationTimestamp: ago(12) },
    spec: { template: { spec: { restartPolicy: 'Never', containers } } },
    status: { startTime: ago(12), active: 1 },
  });
  snapshot.absentSecrets.push(...absent.map((name) => ({ namespace: NAMESPACE, name })));
  return snapshot;
}

const ofJob = (kind: 'ConfigMap' | 'Secret', name: string, env: Env, absent?: string[]): Positive => ({
  when: 'a Job wants it',
  at: the(kind, name),
  severity: 'P2',
  target: wholeNamespace(),
  build: () => withJob(env, absent),
});

export const wantedMap: Positive[] = [
  ofJob('ConfigMap', 'backup-settings', [
    { name: 'BUCKET', valueFrom: { configMapKeyRef: { name: 'backup-settings', key: 'bucket' } } },
  ]),
  {
    when: 'the configuration of the target says that it must be there',
    at: the('ConfigMap', 'otlp-app-features'),
    severity: 'P2',
    target: sandboxTarget({ configMaps: ['otlp-app-features'] }),
    build: healthyNamespace,
  },
];

export const wantedMapKey: Positive[] = [
  ofJob('ConfigMap', 'otlp-app-config', [
    { name: 'BUCKET', valueFrom: { configMapKeyRef: { name: 'otlp-app-config', key: 'bucket' } } },
  ]),
];

export const wantedSecret: Positive[] = [
  ofJob(
    'Secret',
    'backup-keys',
    [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'backup-keys', key: 'id' } } }],
    ['backup-keys'],
  ),
];

export const wantedSecretKey: Positive[] = [
  ofJob('Secret', 'otlp-app-secrets', [
    { name: 'KEY', valueFrom: { secretKeyRef: { name: 'otlp-app-secrets', key: 'id' } } },
  ]),
  {
    when: 'the configuration of the target says that it must have it',
    at: the('Secret', 'otlp-app-secrets'),
    severity: 'P2',
    target: sandboxTarget({ secrets: [{ name: 'otlp-app-secrets', keys: ['signing-key'] }] }),
    build: healthyNamespace,
  },
];
