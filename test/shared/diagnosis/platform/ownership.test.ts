import { describe, expect, it } from 'vitest';
import type { Workload } from '#shared/domain/kubernetes.ts';
import { ownershipOf } from '#shared/domain/ownership.ts';
import { codes, findingOf, judge } from '#test/support/diagnosing.ts';
import { crashLoop, deploymentOf, podsOf, recreate, rollOut } from '#test/support/faults.ts';
import { COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';

const OPERATED = {
  labels: {
    'app.kubernetes.io/managed-by': 'opentelemetry-operator',
    'app.kubernetes.io/component': 'opentelemetry-collector',
    'app.kubernetes.io/instance': 'otlp-system.otel',
  },
  ownerReferences: [{ kind: 'OpenTelemetryCollector', name: 'otel', uid: 'uid-otel', controller: true }],
};
const OWNED: [string, Partial<Workload['metadata']>, string, boolean][] = [
  ['OpenTelemetry Operator', OPERATED, 'kubectl -n otlp-system edit opentelemetrycollector otel', true],
  [
    'Argo CD',
    { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:otlp-system/otlp-app' } },
    'argocd app get shop',
    true,
  ],
  ['Argo CD', { labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'argocd app get shop', true],
  [
    'Flux',
    {
      labels: {
        'kustomize.toolkit.fluxcd.io/name': 'apps',
        'kustomize.toolkit.fluxcd.io/namespace': 'infra',
      },
    },
    'flux get kustomization apps -n infra',
    true,
  ],
  [
    'Flux',
    {
      labels: { 'helm.toolkit.fluxcd.io/name': 'shop', 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'shop' },
    },
    'flux get helmrelease shop -n flux-system',
    true,
  ],
  [
    'Helm',
    { annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'otlp-system' } },
    'helm -n otlp-system history shop',
    false,
  ],
  [
    'Rollout',
    { ownerReferences: [{ kind: 'Rollout', name: 'shop', controller: true }] },
    'kubectl -n otlp-system get rollout shop -o yaml',
    true,
  ],
];

const owned = (name: string, metadata: Partial<Workload['metadata']>, snapshot = healthyNamespace()) => {
  const { object } = { object: deploymentOf(snapshot, name) };
  Object.assign(object.metadata, {
    ...metadata,
    labels: { ...object.metadata.labels, ...metadata.labels },
    annotations: { ...object.metadata.annotations, ...metadata.annotations },
  });
  return snapshot;
};

describe('a workload that something else describes', () => {
  it.each(OWNED)('is known as that of %s by %j', (by, metadata, command, reverts) => {
    const snapshot = owned('otlp-app', metadata);
    expect(ownershipOf(deploymentOf(snapshot, 'otlp-app'))).toMatchObject({ by, command, reverts });
    expect(codes(snapshot)).toEqual([]);

    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'ERROR: no such table' });
    expect(findingOf(snapshot, 'workload-managed-by-gitops')).toMatchObject({
      severity: 'P3',
      subject: { name: 'otlp-app' },
      remedy: { commands: [command] },
    });
    const root = judge(snapshot).rootCauses[0];
    expect(root?.code).toBe('container-exit-error');
    expect(root?.remedy.commands).toContain(command);
    expect(root?.remedy.text).toContain(ownershipOf(deploymentOf(snapshot, 'otlp-app'))?.advice);
  });

  it("is nobody's where only labels of Kubernetes stand on it", () => {
    const labels = {
      'app.kubernetes.io/name': 'shop',
      'app.kubernetes.io/managed-by': 'Helm',
      'app.kubernetes.io/instance': 'shop',
    };
    expect(ownershipOf(deploymentOf(owned('otlp-app', { labels }), 'otlp-app'))).toBeUndefined();
  });

  it('is not rolled back where the change would be put back', () => {
    const rolledOut = (metadata: Partial<Workload['metadata']>) => {
      const snapshot = owned('otlp-app', metadata);
      const made = rollOut(snapshot, 'otlp-app', (container) => {
        container.image = 'registry.example.com/otlp-app:1.4.3';
      });
      recreate(snapshot, 'otlp-app');
      return judge(crashLoop(snapshot, [made], { since: 9 })).action;
    };
    expect(rolledOut({})).toMatchObject({ class: 'rollback' });
    expect(rolledOut({ labels: { 'argocd.argoproj.io/instance': 'shop' } })).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('Argo CD would put it back'),
    });
    expect(rolledOut({ annotations: { 'meta.helm.sh/release-name': 'shop' } })).toMatchObject({ class: 'rollback' });
  });

  it('has a wrong Collector configuration mended in its OpenTelemetryCollector', () => {
    const snapshot = owned('otel-collector', OPERATED);
    const map = snapshot.objects.configmaps.find(({ metadata }) => metadata.name === 'otel-collector-config');
    Object.assign(map ?? {}, {
      data: { 'collector.yaml': COLLECTOR_CONFIG.replace('exporters: [debug]', 'exporters: [otlp]') },
    });
    const { remedy } = findingOf(snapshot, 'collector-config-invalid');
    expect(remedy.text).toContain('OpenTelemetryCollector otel');
    expect(remedy.commands).toContain('kubectl -n otlp-system edit opentelemetrycollector otel');
  });
});
