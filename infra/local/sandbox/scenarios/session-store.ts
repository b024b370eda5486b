import type { SandboxCluster } from '../cluster.ts';
import { CONTAINER_DEFAULTS, deployment, httpGet, PROBE_DEFAULTS, port, service } from '../manifest-parts.ts';
import { APP_CONFIG, NAMESPACE } from '../manifests.ts';
import { STORE_IMAGE } from '../programs/registry.ts';

export const SESSION_STORE = 'session-store';

/** A store beside the app, which from its next start on is not ready without it. */
export function installSessionStore(cluster: SandboxCluster): void {
  const identity = { namespace: NAMESPACE, name: SESSION_STORE, labels: { app: SESSION_STORE } };
  const podSpec = {
    containers: [
      {
        name: SESSION_STORE,
        image: STORE_IMAGE,
        ports: [port('store', 8090)],
        resources: { limits: { cpu: '250m', memory: '128Mi' }, requests: { cpu: '50m', memory: '64Mi' } },
        readinessProbe: { ...httpGet('/ping', 'store'), ...PROBE_DEFAULTS, periodSeconds: 10 },
        ...CONTAINER_DEFAULTS,
      },
    ],
  };
  cluster.apply('services', service(identity, '172.20.58.202', [{ name: 'store', protocol: 'TCP', port: 8090 }]));
  cluster.apply('deployments', deployment(identity, 2, podSpec));
  cluster.edit('configmaps', APP_CONFIG, (configMap) => {
    const text = configMap.data?.['config.toml'] ?? '';
    configMap.data = { 'config.toml': `${text}\n[store]\nurl = "http://${SESSION_STORE}:8090"\n` };
  });
}
