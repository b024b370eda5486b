import { APP, APP_CONFIG } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

/** The quote that somebody deleted lies dormant until the nodes are rotated and the pods start anew. */
export const badConfigmapInPlace: Scenario = {
  name: 'bad-configmap-in-place',
  title: 'A ConfigMap broken in place',
  description:
    'config.toml was edited in place and no longer parses; a node rotation then restarted the pods. Neither a restart nor a rollback changes a ConfigMap.',
  ends: 'escalated',
  age: 420,
  put: async (cluster) => {
    cluster.edit('configmaps', APP_CONFIG, (configMap) => {
      const text = configMap.data?.['config.toml'] ?? '';
      configMap.data = { 'config.toml': text.replace('listen = "0.0.0.0:8080"', 'listen = "0.0.0.0:8080') };
    });
    await cluster.timeline.pass(60);
    cluster.evict(APP);
  },
  visible: (cluster) =>
    cluster.podsOf(APP).every(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2),
};
