import { APP } from '../manifests.ts';
import { isReady } from '../objects.ts';
import type { Scenario } from './scenario.ts';
import { installSessionStore, SESSION_STORE } from './session-store.ts';

const SINCE_INSTALLED_SECONDS = 2 * 86_400;

export const dependencyDown: Scenario = {
  name: 'dependency-down',
  title: 'The app waits for a dependency that is gone',
  description:
    'A job that saves costs scaled the session store to zero. The app answers its readiness probe with 503, as it should: restarted pods wait for the same store.',
  ends: 'escalated',
  age: SINCE_INSTALLED_SECONDS + 240,
  put: async (cluster) => {
    installSessionStore(cluster);
    await cluster.timeline.pass(15);
    cluster.evict(APP);
    await cluster.timeline.pass(45);
    cluster.leap(SINCE_INSTALLED_SECONDS);
    cluster.edit('deployments', SESSION_STORE, ({ spec }) => Object.assign(spec, { replicas: 0 }), 'cost-saver');
  },
  visible: (cluster) => cluster.podsOf(APP).every((pod) => !isReady(pod)),
};
