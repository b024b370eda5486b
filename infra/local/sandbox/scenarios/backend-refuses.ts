import { deletePod } from '../controllers/replicasets.ts';
import { COLLECTOR } from '../manifests.ts';
import { exportToGateway, GATEWAY, GATEWAY_TOKEN, installGateway, tokenData } from './otlp-gateway.ts';
import type { Scenario } from './scenario.ts';

const SINCE_INSTALLED_SECONDS = 2 * 86_400;

/** Everything is ready and the app is content: only the Collector knows that its data is thrown away. */
export const backendRefuses: Scenario = {
  name: 'backend-refuses',
  title: 'The backend refuses the telemetry',
  description:
    "The backend's token was rotated and the Collector was not given the new one: each of its exports is answered with 401 and dropped for good. A restart starts with the same token.",
  ends: 'escalated',
  age: SINCE_INSTALLED_SECONDS + 300,
  put: async (cluster) => {
    const token = cluster.names.hex(24);
    installGateway(cluster, token);
    await cluster.timeline.pass(20);
    exportToGateway(cluster);
    await cluster.timeline.pass(60);
    cluster.leap(SINCE_INSTALLED_SECONDS);
    const rotated = tokenData(cluster.names.hex(24));
    cluster.edit('secrets', GATEWAY_TOKEN, (secret) => Object.assign(secret, { data: rotated }), 'external-secrets');
    for (const pod of cluster.store.list('pods', GATEWAY.namespace))
      deletePod(cluster.store, pod, cluster.timeline.now());
  },
  visible: (cluster) =>
    cluster
      .podsOf(COLLECTOR)
      .some(({ metadata }) =>
        cluster.kubelet
          .container(metadata, COLLECTOR)
          ?.log.read({ previous: false, tailLines: 20 })
          .includes('Dropping data'),
      ),
};
