import { KUBECTL_APPLY } from '../cluster.ts';
import { APP, APP_CONFIG, appConfig } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

const NEXT_CONFIG = `${APP_CONFIG}-v2`;

/** Configuration as many pipelines release it: an object of its own for each version, named by the pod template. */
export const badConfigmapNewRevision: Scenario = {
  name: 'bad-configmap-new-revision',
  title: 'A release with a broken ConfigMap',
  description:
    'A new revision mounts a new ConfigMap whose config.toml does not parse: the rollout stands still while the old pods serve. A restart reads the same file; going back to the last revision helps.',
  ends: 'escalated',
  age: 420,
  put: (cluster) => {
    const next = appConfig();
    next.metadata.name = NEXT_CONFIG;
    next.data = { 'config.toml': (next.data?.['config.toml'] ?? '').replace('workers = 4', 'workers = ') };
    cluster.apply('configmaps', next);
    cluster.edit(
      'deployments',
      APP,
      ({ spec }) => {
        for (const { configMap } of spec.template.spec.volumes ?? []) if (configMap) configMap.name = NEXT_CONFIG;
      },
      KUBECTL_APPLY,
    );
  },
  visible: (cluster) =>
    cluster.podsOf(APP).some(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2),
};
