import type { Snapshot } from '#shared/domain/snapshot.ts';
import { everWith } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { notCreated, notMounted } from './not-started.ts';
import { wantedSecret, wantedSecretKey } from './wanted.ts';

const unreadSecrets = { why: 'Secrets may not be read', unread: ['secrets'] } as const;

function withoutSecret(snapshot: Snapshot, name = 'otlp-app-secrets'): Snapshot {
  snapshot.secrets = snapshot.secrets.filter((secret) => secret.name !== name);
  snapshot.absentSecrets.push({ namespace: NAMESPACE, name });
  return snapshot;
}

/** The Secret of the application has these keys alone. */
function withKeys(keys: string[]): Snapshot {
  const snapshot = healthyNamespace();
  snapshot.secrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets', keys }];
  return snapshot;
}

/** Secrets that the pods are given by name, and are not there. */
export const secrets = {
  'secret-missing': {
    positive: [
      {
        when: 'a variable comes from it',
        at: the('Secret', 'otlp-app-secrets'),
        severity: 'P0',
        shows: 'secret "otlp-app-secrets" not found',
        build: () => notCreated(withoutSecret(healthyNamespace()), 'secret "otlp-app-secrets" not found'),
      },
      {
        when: 'it is a volume',
        at: the('Secret', 'otlp-app-tls'),
        severity: 'P0',
        build: () => {
          const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
            spec.volumes?.push({ name: 'tls', secret: { secretName: 'otlp-app-tls' } });
          });
          return notMounted(
            withoutSecret(snapshot, 'otlp-app-tls'),
            'MountVolume.SetUp failed for volume "tls" : secret "otlp-app-tls" not found',
          );
        },
      },
      {
        when: 'Secrets may not be read, and the kubelet says it',
        at: the('Secret', 'otlp-app-secrets'),
        severity: 'P0',
        shows: 'secret "otlp-app-secrets" not found',
        build: () => {
          const snapshot = healthyNamespace();
          snapshot.secrets = [];
          return notCreated(snapshot, 'secret "otlp-app-secrets" not found');
        },
      },
      ...wantedSecret,
    ],
    nearMiss: [
      {
        why: 'it is there, and lacks the key',
        build: () => withKeys(['api_key']),
      },
      {
        why: 'it is the Secret to pull images with',
        build: () => {
          const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
            spec.imagePullSecrets = [{ name: 'registry' }];
          });
          return withoutSecret(snapshot, 'registry');
        },
      },
    ],
    notApplicable: [{ ...unreadSecrets, build: () => withoutSecret(healthyNamespace()) }],
  },
  'secret-key-missing': {
    positive: [
      {
        when: 'a variable comes from it',
        at: the('Secret', 'otlp-app-secrets'),
        severity: 'P0',
        shows: "couldn't find key api-key in Secret otlp-system/otlp-app-secrets",
        build: () =>
          notCreated(withKeys(['api_key']), `couldn't find key api-key in Secret ${NAMESPACE}/otlp-app-secrets`),
      },
      {
        when: 'it is a file of a volume',
        at: the('Secret', 'otlp-app-secrets'),
        severity: 'P0',
        shows: 'references non-existent secret key: tls.key',
        build: () => {
          const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
            const items = [{ key: 'tls.key', path: 'tls.key' }];
            spec.volumes?.push({ name: 'tls', secret: { secretName: 'otlp-app-secrets', items } });
          });
          return notMounted(
            snapshot,
            'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.key',
          );
        },
      },
      {
        when: 'the pods that have it run on',
        at: the('Secret', 'otlp-app-secrets'),
        severity: 'P2',
        build: () => withKeys([]),
      },
      ...wantedSecretKey,
    ],
    nearMiss: [
      {
        why: 'nobody may see which keys it has',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          snapshot.secrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets' }];
          return snapshot;
        },
      },
      {
        why: 'the Secret of that name in another namespace lacks it',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          snapshot.secrets.push({ namespace: 'shop', name: 'otlp-app-secrets', keys: [] });
          return snapshot;
        },
      },
    ],
    notApplicable: [
      {
        ...unreadSecrets,
        build: () => withKeys([]),
      },
    ],
  },
} satisfies Cases;
