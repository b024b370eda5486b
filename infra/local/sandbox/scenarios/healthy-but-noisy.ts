import { APP, appAutoscaler, COLLECTOR, nightlyReportJob } from '../manifests.ts';
import { isReady } from '../objects.ts';
import type { Scenario } from './scenario.ts';

const LARGE_BATCH = JSON.stringify(Array.from({ length: 2000 }, () => 0));
const BATCHES_UNTIL_KILLED = 7;
const MINUTE = 60;

/** What a day leaves behind: every warning here has passed, and none of it is a reason to wake anybody. */
export const healthyButNoisy: Scenario = {
  name: 'healthy-but-noisy',
  title: 'Nothing is wrong, after a busy hour',
  description:
    'A replica was once killed for its memory, pods were moved while all nodes were closed, a Job needed a second try, exports failed and were sent again, the autoscaler stands at its minimum: all of it is over.',
  ends: 'nothing-to-do',
  age: 50 * MINUTE,
  put: async (cluster) => {
    const { timeline } = cluster;
    const cordon = (unschedulable: boolean) => {
      for (const { metadata } of cluster.store.list('nodes'))
        cluster.edit('nodes', metadata, (node) => Object.assign(node, { spec: { ...node.spec, unschedulable } }));
    };
    cluster.apply('horizontalpodautoscalers', appAutoscaler());
    await timeline.pass(15);
    cluster.apply('jobs', nightlyReportJob());
    await timeline.pass(1);
    cordon(true);
    cluster.evict(APP);
    await timeline.pass(5);
    cordon(false);
    await timeline.pass(45);
    cluster.leap(8 * MINUTE);

    const headers = { 'content-type': 'application/json' };
    const [pod] = cluster.podsOf(APP);
    for (let sent = 0; sent < BATCHES_UNTIL_KILLED; sent += 1) {
      const batch = { method: 'POST', path: '/ingest', headers, body: LARGE_BATCH };
      await cluster.network.request(pod?.status?.podIP ?? '', 8080, batch);
      await timeline.pass(2);
    }
    await timeline.pass(30);
    cluster.leap(35 * MINUTE);

    cordon(true);
    cluster.evict(COLLECTOR);
    await timeline.pass(9);
    cordon(false);
    await timeline.pass(60);
  },
  visible: (cluster) =>
    [APP, COLLECTOR].every((name) => cluster.isAvailable(name)) && cluster.podsOf(APP).every(isReady),
};
