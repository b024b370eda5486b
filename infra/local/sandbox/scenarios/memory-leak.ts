import { APP } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

const BATCH_EVERY_SECONDS = 5;
const BACKFILL_SECONDS = 440;
const LARGE_BATCH = JSON.stringify(Array.from({ length: 2000 }, () => 0));

/** A leak alone is cured by the kubelet, one container at a time; what takes the service down is the back-off after it. */
export const memoryLeak: Scenario = {
  name: 'memory-leak',
  title: 'A memory leak under load',
  description:
    'The app never frees a large batch. A backfill sent many, until it gave up: every replica was killed for its memory again and again, and now waits minutes for its next start. New pods serve at once; the leak stays.',
  ends: 'recovered',
  age: BACKFILL_SECONDS + 30,
  put: async (cluster) => {
    const headers = { 'content-type': 'application/json' };
    for (let passed = 0; passed < BACKFILL_SECONDS; passed += BATCH_EVERY_SECONDS) {
      await cluster.requestEach(APP, 8080, { method: 'POST', path: '/ingest', headers, body: LARGE_BATCH });
      await cluster.timeline.pass(BATCH_EVERY_SECONDS);
    }
  },
  visible: (cluster) =>
    cluster.podsOf(APP).every(({ status }) => {
      const { state, lastState } = status?.containerStatuses?.[0] ?? {};
      return state?.waiting?.reason === 'CrashLoopBackOff' && lastState?.terminated?.reason === 'OOMKilled';
    }),
};
