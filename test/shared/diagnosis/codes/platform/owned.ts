import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, deploymentOf, podsOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, type Positive, the } from '../case.ts';

const deployment = the('Deployment', 'otlp-app');

interface Marks {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** One that crashes, and bears the marks of who made it. */
function crashing({ labels = {}, annotations = {} }: Marks): Snapshot {
  const snapshot = marked({ labels, annotations });
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: no such flag --port' });
}

function marked({ labels = {}, annotations = {} }: Marks): Snapshot {
  const snapshot = healthyNamespace();
  const { metadata } = deploymentOf(snapshot, 'otlp-app');
  metadata.labels = { ...metadata.labels, ...labels };
  metadata.annotations = { ...metadata.annotations, ...annotations };
  return snapshot;
}

const ARGO = { annotations: { 'argocd.argoproj.io/tracking-id': `shop:apps/Deployment:${NAMESPACE}/otlp-app` } };

const made = (when: string, marks: Marks, shows: string): Positive => ({
  when,
  at: deployment,
  as: 'advice',
  shows,
  build: () => crashing(marks),
});

/** Workloads in trouble that something else makes. */
export const owned = {
  'workload-managed-by-gitops': {
    positive: [
      made('Argo CD, by annotation', ARGO, 'shop:apps/Deployment'),
      made('Argo CD, by label', { labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'shop'),
      made(
        'Flux, a Kustomization',
        {
          labels: {
            'kustomize.toolkit.fluxcd.io/name': 'apps',
            'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
          },
        },
        'apps',
      ),
      made(
        'Flux, a HelmRelease',
        { labels: { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' } },
        'shop',
      ),
      made(
        'Helm',
        {
          labels: { 'app.kubernetes.io/managed-by': 'Helm' },
          annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': NAMESPACE },
        },
        'Helm',
      ),
      {
        when: 'an operator',
        at: deployment,
        as: 'advice',
        shows: 'Rollout',
        build: () => {
          const snapshot = crashing({});
          deploymentOf(snapshot, 'otlp-app').metadata.ownerReferences = [
            { kind: 'Rollout', name: 'shop', uid: 'uid-shop', controller: true },
          ];
          return snapshot;
        },
      },
    ],
    nearMiss: [
      { why: 'it is well: nobody needs to change it', roots: [], build: () => marked(ARGO) },
      {
        why: 'that an overlay was built with kustomize does not say who applies it',
        roots: ['container-exit-error'],
        build: () => crashing({ labels: { 'app.kubernetes.io/managed-by': 'kustomize' } }),
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
} satisfies Cases;
