import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { configMapOf, deploymentOf, event, everWith, podsOf, waiting } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, sandboxTarget } from '#test/support/namespace.ts';

type Namespace = ReturnType<typeof healthyNamespace>;

/** The Secret is gone and new pods stand still, as the kubelet words it. */
function secretGone(snapshot: Namespace): Namespace {
  snapshot.secrets = [];
  snapshot.absentSecrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets' }];
  return waiting(
    snapshot,
    podsOf(snapshot, 'otlp-app'),
    'CreateContainerConfigError',
    'secret "otlp-app-secrets" not found',
  );
}

describe('a missing Secret', () => {
  it('is one root with both the reference and the words of the kubelet as evidence', () => {
    const snapshot = secretGone(healthyNamespace());
    const found = judge(snapshot);
    expect(found).toMatchObject({ verdict: 'failed', layer: 'configuration' });
    expect(found.rootCauses).toMatchObject([
      {
        code: 'secret-missing',
        severity: 'P0',
        confidence: 'certain',
        subject: { kind: 'Secret', name: 'otlp-app-secrets' },
      },
    ]);
    expect(found.rootCauses[0]?.evidence).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef' }),
        expect.objectContaining({ value: 'secret "otlp-app-secrets" not found' }),
      ]),
    );
    expect(findingOf(snapshot, 'deployment-unavailable').explainedBy).toBe(found.rootCauses[0]?.fingerprint);
  });

  it('is told by the kubelet alone where Secrets cannot be read', () => {
    const snapshot = secretGone(healthyNamespace());
    snapshot.absentSecrets = [];
    snapshot.coverage.notChecked.push({ check: `secrets: ${NAMESPACE}/otlp-app-secrets`, why: 'forbidden' });
    expect(roots(snapshot)).toEqual(['secret-missing']);
  });

  it('is told before the next pod needs it: a part of the truth that a restart would bring to light', () => {
    const snapshot = healthyNamespace();
    snapshot.absentSecrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets' }];
    snapshot.secrets = [];
    expect(judge(snapshot)).toMatchObject({
      verdict: 'degraded',
      rootCauses: [{ code: 'secret-missing', severity: 'P2' }],
    });
    expect(judge(snapshot).action.class).toBe('escalate');
  });

  it('is none where the Secret of that name is only missing in another namespace', () => {
    const snapshot = healthyNamespace();
    snapshot.absentSecrets = [{ namespace: 'staging', name: 'otlp-app-secrets' }];
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('a missing key of a Secret', () => {
  it('is the root, by the metadata of the Secret', () => {
    const snapshot = healthyNamespace();
    snapshot.secrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets', keys: ['API_KEY'] }];
    waiting(
      snapshot,
      podsOf(snapshot, 'otlp-app'),
      'CreateContainerConfigError',
      `couldn't find key api-key in Secret ${NAMESPACE}/otlp-app-secrets`,
    );
    expect(roots(snapshot)).toEqual(['secret-key-missing']);
    expect(findingOf(snapshot, 'secret-key-missing').title).toContain('api-key');
  });

  it('is not claimed where the API server does not tell the keys', () => {
    const snapshot = healthyNamespace();
    snapshot.secrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets' }];
    expect(codes(snapshot)).toEqual([]);
  });

  it('is seen where only the target asks for the key', () => {
    const target = sandboxTarget({ secrets: [{ name: 'otlp-app-secrets', keys: ['api-key', 'tls-key'] }] });
    expect(roots(healthyNamespace(), target)).toEqual(['secret-key-missing']);
  });
});

describe('a missing ConfigMap', () => {
  const gone = () => {
    const snapshot = healthyNamespace();
    snapshot.objects.configmaps = snapshot.objects.configmaps.filter(
      ({ metadata }) => metadata.name !== 'otlp-app-config',
    );
    snapshot.configFacts = snapshot.configFacts.filter(({ configMap }) => configMap !== 'otlp-app-config');
    return snapshot;
  };

  it('is the root of volumes that cannot be mounted', () => {
    const snapshot = gone();
    const pods = podsOf(snapshot, 'otlp-app');
    waiting(snapshot, pods, 'ContainerCreating');
    for (const pod of pods)
      event(
        snapshot,
        pod,
        'FailedMount',
        'MountVolume.SetUp failed for volume "config" : configmap "otlp-app-config" not found',
      );
    expect(roots(snapshot)).toEqual(['configmap-missing']);
    expect(codes(snapshot)).not.toContain('volume-mount-failed');
  });

  it('is not claimed where ConfigMaps could not be read', () => {
    const snapshot = gone();
    snapshot.coverage.notChecked.push({ check: 'configmaps', why: 'forbidden' });
    expect(codes(snapshot)).toEqual([]);
  });

  it('is none where the target only assumes it by default and nothing refers to it', () => {
    const snapshot = everWith(gone(), 'otlp-app', (container, spec) => {
      container.volumeMounts = [];
      spec.volumes = [];
    });
    expect(codes(snapshot)).toEqual([]);
    expect(roots(snapshot, sandboxTarget({ configMaps: ['otlp-app-config'] }))).toEqual(['configmap-missing']);
  });
});

describe('a missing key of a ConfigMap', () => {
  const wanting = (optional: boolean) =>
    everWith(healthyNamespace(), 'otlp-app', (container) => {
      container.env?.push({
        name: 'LOG_LEVEL',
        valueFrom: {
          configMapKeyRef: { name: 'otlp-app-config', key: 'log-level', ...(optional ? { optional } : {}) },
        },
      });
    });

  it('is found from the reference of a variable', () => {
    expect(roots(wanting(false))).toEqual(['configmap-key-missing']);
    expect(codes(wanting(true))).toEqual([]);
  });

  it('is found from the items of a volume, also of a projected one', () => {
    const items = [{ key: 'tls.crt', path: 'tls.crt' }];
    const plain = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
      spec.volumes = [{ name: 'config', configMap: { name: 'otlp-app-config', items } }];
    });
    const projected = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
      spec.volumes = [{ name: 'config', projected: { sources: [{ configMap: { name: 'otlp-app-config', items } }] } }];
    });
    for (const snapshot of [plain, projected]) expect(roots(snapshot)).toEqual(['configmap-key-missing']);
  });

  it('is told by the kubelet, which names only the key', () => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
      spec.volumes = [
        { name: 'config', configMap: { name: 'otlp-app-config', items: [{ key: 'app.toml', path: 'app.toml' }] } },
      ];
    });
    const pods = podsOf(snapshot, 'otlp-app');
    waiting(snapshot, pods, 'ContainerCreating');
    for (const pod of pods)
      event(
        snapshot,
        pod,
        'FailedMount',
        'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: app.toml',
      );
    expect(roots(snapshot)).toEqual(['configmap-key-missing']);
  });
});

describe('a mount that fails for another reason', () => {
  it('is said as it is, and is history once the container runs', () => {
    const words = 'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32';
    const snapshot = healthyNamespace();
    const pods = podsOf(snapshot, 'otlp-app');
    for (const pod of pods) event(snapshot, pod, 'FailedMount', words);
    expect(codes(snapshot)).toEqual([]);
    waiting(snapshot, pods, 'ContainerCreating');
    expect(roots(snapshot)).toEqual(['volume-mount-failed']);
  });
});

describe('a changed ConfigMap', () => {
  const changed = (minutes: number) => {
    const snapshot = healthyNamespace();
    const { metadata } = configMapOf(snapshot, 'otlp-app-config');
    const time = new Date(Date.parse(snapshot.at) - minutes * 60_000).toISOString();
    metadata.managedFields = [{ manager: 'kubectl-edit', operation: 'Update', time }];
    return everWith(snapshot, 'otlp-app', (container) => {
      container.envFrom = [{ configMapRef: { name: 'otlp-app-config' } }];
    });
  };

  it('has not reached running containers that read it into variables: advice, with a restart as its cure', () => {
    const snapshot = changed(30);
    expect(findingOf(snapshot, 'config-stale-in-pods')).toMatchObject({ severity: 'P3', actions: ['restart'] });
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [], action: { class: 'none' } });
  });

  it('is known to pods that started after it, and to those that mount it as files', () => {
    expect(codes(changed(60 * 24 * 5))).toEqual([]);
    const mounted = changed(30);
    everWith(mounted, 'otlp-app', (container) => {
      container.envFrom = [];
    });
    expect(deploymentOf(mounted, 'otlp-app').spec.template.spec.volumes).toHaveLength(1);
    expect(codes(mounted)).toEqual([]);
  });
});
