import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { systemClock } from '#shared/ports/clock.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { CORPUS } from '../corpus/corpus.ts';
import { putWorld, stillCluster } from '../corpus/on-cluster.ts';
import { answer } from '../corpus/score.ts';
import { wholeNamespace } from '../corpus/snapshot.ts';

/** Only the log of an ingress controller tells, in a namespace that nothing in the looked-at one names: a look does not read it. */
const TOLD_ELSEWHERE = new Set(['provider-looks-for-the-labels-of-the-pods-on-their-namespace']);

/** Cases of the corpus on a real API server: what a look reads there leads to the same root causes as the case itself. */
describe('the corpus on a real control plane', () => {
  let still: Awaited<ReturnType<typeof stillCluster>>;
  let cluster: Cluster;
  beforeAll(async () => {
    still = await stillCluster();
    cluster = await openKubeconfig({ kubeconfig: still.plane.kubeconfig });
  });
  afterAll(() => still?.plane.down());

  it.each(CORPUS.filter(({ heldOut }) => !heldOut))('$name', async (each) => {
    const world = each.build();
    const target = wholeNamespace(world.namespace);
    const takeAway = await putWorld(still, world);
    try {
      const snapshot = await collectSnapshot(cluster, target, { clock: systemClock });
      const codes = diagnose(snapshot, { target }).rootCauses.map(({ code }) => code);
      expect(codes).toEqual(TOLD_ELSEWHERE.has(each.name) ? [] : answer(each).got.map(({ code }) => code));
    } finally {
      await takeAway();
    }
  });
});
