import { APP, APP_SECRET } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

/** Running pods keep the value that they were started with. */
export const secretKeyMissing: Scenario = {
  name: 'secret-key-missing',
  title: 'A key is gone from the Secret',
  description:
    'The Secret was synchronised anew under another key name, which nobody noticed until the nodes were rotated: no container of the app can be made. Only the key, or the name of it, can be mended.',
  ends: 'escalated',
  age: 360,
  put: async (cluster) => {
    cluster.edit(
      'secrets',
      APP_SECRET,
      (secret) => {
        secret.data = { apiKey: secret.data?.['api-key'] ?? '' };
      },
      'external-secrets',
    );
    await cluster.timeline.pass(60);
    cluster.evict(APP);
  },
  visible: (cluster) =>
    cluster
      .podsOf(APP)
      .every(({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError'),
};
