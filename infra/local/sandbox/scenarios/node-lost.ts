import { APP } from '../manifests.ts';
import { conditionOf } from '../objects.ts';
import type { Scenario } from './scenario.ts';

/** In the first minutes; the control plane gives the node five before it makes the pods anew elsewhere. */
export const nodeLost: Scenario = {
  name: 'node-lost',
  title: 'A node is lost',
  description:
    'The machine under one of two replicas is gone: its kubelet is silent, and the pods on it only seem to run. The control plane replaces them after five minutes; a restart of the rollout cures no node.',
  ends: 'escalated',
  age: 140,
  put: (cluster) => cluster.kubelet.lose(cluster.podsOf(APP)[0]?.spec.nodeName ?? ''),
  visible: (cluster) =>
    cluster.store.list('nodes').some(({ status }) => conditionOf(status?.conditions, 'Ready')?.status === 'Unknown'),
};
