import { APP } from '../manifests.ts';
import { isReady } from '../objects.ts';
import type { Scenario } from './scenario.ts';

/** A client sends an empty batch, gives up waiting, and its retry meets the other replica. */
export const stuckProcess: Scenario = {
  name: 'stuck-process',
  title: 'Every replica hangs',
  description:
    'An empty batch deadlocks the process; the port stays open, so the liveness probe passes and nothing restarts it. New pods are fine.',
  ends: 'recovered',
  age: 75,
  put: async (cluster) => {
    const emptyBatch = { method: 'POST', path: '/ingest', headers: { 'content-type': 'application/json' }, body: '[]' };
    await cluster.requestEach(APP, 8080, emptyBatch);
  },
  visible: (cluster) => cluster.podsOf(APP).every((pod) => !isReady(pod)),
};
