import { APP, loadTestDeployment } from '../manifests.ts';
import { conditionOf } from '../objects.ts';
import type { Scenario } from './scenario.ts';

export const quotaExhausted: Scenario = {
  name: 'quota-exhausted',
  title: 'The quota of the namespace is used up',
  description:
    'While the app was scaled down for maintenance, a load test took the CPU limits that the quota had left: the API server refuses every pod of the app. A restart asks for the same pods.',
  ends: 'escalated',
  age: 300,
  put: async (cluster) => {
    const scaleTo = (replicas: number) =>
      cluster.edit('deployments', APP, ({ spec }) => Object.assign(spec, { replicas }), 'kubectl-scale');
    scaleTo(0);
    await cluster.timeline.pass(60);
    cluster.apply('deployments', loadTestDeployment());
    await cluster.timeline.pass(60);
    scaleTo(2);
  },
  visible: (cluster) =>
    cluster.podsOf(APP).length === 0 &&
    conditionOf(cluster.deployment(APP)?.status?.conditions, 'ReplicaFailure')?.status === 'True',
};
