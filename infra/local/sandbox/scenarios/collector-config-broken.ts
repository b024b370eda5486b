import { COLLECTOR, COLLECTOR_CONFIG } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

export const collectorConfigBroken: Scenario = {
  name: 'collector-config-broken',
  title: 'The Collector does not start',
  description:
    'A pipeline was pointed at an exporter that is not configured, and the Collector was restarted: it exits at once, and the app, itself ready, loses its telemetry.',
  ends: 'escalated',
  age: 300,
  put: (cluster) => {
    cluster.edit('configmaps', COLLECTOR_CONFIG, (configMap) => {
      const text = configMap.data?.['config.yaml'] ?? '';
      configMap.data = { 'config.yaml': text.replace('exporters: [debug]', 'exporters: [otlp_grpc/tempo]') };
    });
    cluster.evict(COLLECTOR);
  },
  visible: (cluster) =>
    cluster.podsOf(COLLECTOR).every(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2),
};
