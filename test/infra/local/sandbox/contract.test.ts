import { expect, vi } from 'vitest';
import { release } from '#infra/local/sandbox/history.ts';
import { startSandbox } from '#infra/local/sandbox/sandbox.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import type { ApiServerOptions } from '#shared/kubernetes/server-options.ts';
import { describeClusterContract } from '#test/support/cluster-contract.ts';

const namespace = 'otlp-system';

describeClusterContract('the sandbox', async () => {
  const restrictedUser = {
    name: 'restricted',
    token: 'only-pods',
    grants: [{ verbs: ['list'], resource: 'pods', namespace }],
  };
  const sandbox = await startSandbox({ users: [restrictedUser] });
  const crowded = await startSandbox({ maxInFlight: 2 });
  const { store, kubelet } = sandbox.cluster;
  // The last release is days ago, and the API keeps events for an hour.
  release(sandbox.cluster, '1.4.1');
  await vi.waitFor(() => expect(sandbox.cluster.isAvailable('otlp-app')).toBe(true), { timeout: 5000 });
  const open = (more: Partial<ApiServerOptions> = {}) => apiServer({ name: 'sandbox', url: sandbox.url, ...more });
  const as = (token: string) => open({ credentials: async () => ({ headers: { authorization: `Bearer ${token}` } }) });
  const clusters = {
    cluster: open(),
    paged: open({ pageSize: 1 }),
    stranger: as('unknown'),
    restricted: as('only-pods'),
  };
  const [pod] = sandbox.cluster.podsOf('otel-collector');
  const name = pod?.metadata.name ?? '';
  const log = kubelet.container({ namespace, name }, 'otel-collector')?.log.read({ previous: false }) ?? '';
  const secret = store.get('secrets', { namespace, name: 'otlp-app-secrets' })?.data?.['api-key'] ?? '';
  return {
    ...clusters,
    namespace,
    secretValue: Buffer.from(secret, 'base64').toString(),
    log: { pod: name, container: 'otel-collector', lines: log.trimEnd().split('\n') },
    metrics: true,
    forgetful: {
      paged: clusters.paged,
      namespace,
      expireTokens: () => {
        sandbox.cluster.edit('configmaps', 'otlp-app-config', ({ metadata }) => {
          metadata.annotations = { ...metadata.annotations, 'example.com/written': 'yes' };
        });
        store.compact();
      },
    },
    crowded: {
      cluster: apiServer({ name: 'crowded', url: crowded.url }),
      turnedAway: async () => crowded.turnedAway(),
    },
    close: async () => {
      for (const cluster of Object.values(clusters)) cluster.close();
      await Promise.all([sandbox.stop(), crowded.stop()]);
    },
  };
});
