import { describe, expect, it } from 'vitest';
import { appAutoscaler, nightlyReportJob } from '#infra/local/sandbox/manifests.ts';
import { conditionOf } from '#infra/local/sandbox/objects.ts';
import { eventsAbout, replayedCluster } from '#test/support/replayed-cluster.ts';

describe('a Job', () => {
  const phases = (cluster: Awaited<ReturnType<typeof replayedCluster>>) =>
    cluster.podsOf('nightly-report').map(({ status }) => status?.phase);
  const jobOf = (cluster: Awaited<ReturnType<typeof replayedCluster>>) => cluster.store.list('jobs')[0]?.status;

  it('is complete when its pod has succeeded', async () => {
    const cluster = await replayedCluster();
    cluster.apply('jobs', nightlyReportJob());
    await cluster.timeline.pass(5);
    expect(jobOf(cluster)).toMatchObject({ active: 1 });
    await cluster.timeline.pass(20);
    expect(phases(cluster)).toEqual(['Succeeded']);
    expect(jobOf(cluster)).toMatchObject({ succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] });
    expect(eventsAbout(cluster, 'nightly-report')).toContain('Completed: Job completed');
  });

  it('has failed when its pods have failed once too often', async () => {
    const cluster = await replayedCluster();
    cluster.edit('deployments', 'otlp-app', ({ spec }) => Object.assign(spec, { replicas: 0 }));
    const job = nightlyReportJob();
    cluster.apply('jobs', { ...job, spec: { ...job.spec, backoffLimit: 1 } });
    await cluster.timeline.pass(60);
    expect(phases(cluster)).toEqual(['Failed', 'Failed']);
    expect(jobOf(cluster)).toMatchObject({
      failed: 2,
      conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }],
    });
  });
});

describe('an autoscaler', () => {
  const scaled = async (averageUtilization: number) => {
    const cluster = await replayedCluster();
    const autoscaler = appAutoscaler();
    const target = { type: 'Utilization', averageUtilization };
    autoscaler.spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', ...{ target } } }];
    cluster.apply('horizontalpodautoscalers', autoscaler);
    await cluster.timeline.pass(90);
    const limited = conditionOf(
      cluster.store.list('horizontalpodautoscalers')[0]?.status?.conditions,
      'ScalingLimited',
    );
    return { replicas: cluster.deployment('otlp-app')?.spec.replicas, reason: limited?.reason };
  };

  it('stays at its minimum while there is little to do', async () => {
    expect(await scaled(70)).toEqual({ replicas: 2, reason: 'TooFewReplicas' });
  });

  it('adds replicas up to its maximum', async () => {
    expect(await scaled(2)).toEqual({ replicas: 6, reason: 'TooManyReplicas' });
  });
});
