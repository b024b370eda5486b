/**
 * One run of the P0 flow in a process of its own: argv = API server, store, time, and `mortal` for one that is
 * killed between its restart and the record of it.
 */
import { noDeployedFlows } from '#infra/local/no-deployed-flows.ts';
import { localRuntime } from '#infra/local/runtime.ts';
import { config } from '#shared/domain/config.ts';
import { filesStore } from '#shared/files/store.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { mortal } from './mortal.ts';
import { testProber } from './probing.ts';

const [url = '', out = '', now = '', life = ''] = process.argv.slice(2);
const policy = { settleSeconds: 0, cooldownMinutes: 0 };
const cluster = apiServer({ name: 'sandbox', url });
const { ports } = mortal(
  {
    config: config.parse({ targets: [{ name: 'shop', cluster: 'sandbox', policy }] }),
    store: filesStore(out),
    clusters: makeClusters({ sandbox: () => cluster }),
    notifier: { send: async () => [{ channel: 'test', delivered: true }] },
    clock: { now: () => new Date(now) },
    executions: noDeployedFlows,
    prober: testProber,
  },
  life === 'mortal' ? 'after-patch' : Number.POSITIVE_INFINITY,
  () => process.kill(process.pid, 'SIGKILL'),
);
const result = await localRuntime({ ports }).execute('p0-response', { target: 'shop', mode: 'act' }, { waitScale: 0 });
process.stdout.write(JSON.stringify(result));
cluster.close();
