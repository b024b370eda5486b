import { APP, COLLECTOR } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

export const healthy: Scenario = {
  name: 'healthy',
  title: 'Nothing is wrong',
  description: 'Two replicas of the app and a Collector, all ready: the flow must find nothing and do nothing.',
  ends: 'nothing-to-do',
  age: 90,
  put: () => undefined,
  visible: (cluster) => cluster.isAvailable(APP) && cluster.isAvailable(COLLECTOR),
};
