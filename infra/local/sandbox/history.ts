import { KUBECTL_APPLY, type SandboxCluster } from './cluster.ts';
import * as manifests from './manifests.ts';
import * as platform from './platform.ts';
import { APP_IMAGE } from './programs/registry.ts';

const DAY = 86_400;
/** The cluster is this old when the sandbox starts. */
export const AGE_SECONDS = 12 * DAY;
/** Enough for images, probes and a rolling update of two replicas. */
const ROLLOUT_SECONDS = 60;
const SECOND_RELEASE_SECONDS = 3 * DAY;

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** Builds the guide's namespace and lets it live: a first release, a second one, and then days without incident. */
export async function liveThrough(cluster: SandboxCluster, untilFaultSeconds: number): Promise<void> {
  for (const index of [1, 2, 3]) cluster.apply('nodes', platform.node(index, cluster.now()), 'kubelet');
  const active = { status: { phase: 'Active' } };
  for (const name of ['default', 'kube-system', manifests.NAMESPACE])
    cluster.apply('namespaces', { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } }, ...active });
  cluster.apply('services', platform.dnsService(), 'eks');
  cluster.apply('deployments', platform.coreDnsDeployment(), 'eks');
  cluster.apply('apiservices', platform.metricsApi(cluster.now()), 'eks');
  cluster.apply('resourcequotas', manifests.quota());
  cluster.apply('configmaps', manifests.appConfig());
  cluster.apply('configmaps', manifests.collectorConfig());
  cluster.apply('secrets', manifests.appSecret(`key-${cluster.names.hex(24)}`), 'external-secrets');
  for (const service of manifests.services()) cluster.apply('services', service);
  cluster.apply('deployments', manifests.collectorDeployment());
  const app = manifests.appDeployment('1.4.1');
  app.metadata.annotations = { [CHANGE_CAUSE]: 'release 1.4.1' };
  cluster.apply('deployments', app);
  await cluster.timeline.replay(ROLLOUT_SECONDS);

  cluster.leap(AGE_SECONDS - SECOND_RELEASE_SECONDS - ROLLOUT_SECONDS);
  release(cluster, '1.4.2');
  await cluster.timeline.replay(ROLLOUT_SECONDS);
  cluster.leap(SECOND_RELEASE_SECONDS - ROLLOUT_SECONDS - untilFaultSeconds);
}

/** A new version of the app, as a pipeline rolls it out. */
export function release(cluster: SandboxCluster, version: string): void {
  cluster.edit(
    'deployments',
    manifests.APP,
    (deployment) => {
      deployment.metadata.annotations = { ...deployment.metadata.annotations, [CHANGE_CAUSE]: `release ${version}` };
      for (const container of deployment.spec.template.spec.containers) container.image = APP_IMAGE(version);
    },
    KUBECTL_APPLY,
  );
}
