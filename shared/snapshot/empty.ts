import type { ResourceName, SnapshotObjects } from '#shared/domain/snapshot.ts';

/** Every kind, in the order in which a snapshot holds them. */
export const RESOURCE_NAMES: readonly ResourceName[] = [
  'namespaces',
  'nodes',
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'services',
  'endpointslices',
  'configmaps',
  'events',
  'resourcequotas',
  'podmetrics',
];

export const emptyObjects = (): SnapshotObjects => ({
  namespaces: [],
  nodes: [],
  pods: [],
  deployments: [],
  replicasets: [],
  statefulsets: [],
  daemonsets: [],
  services: [],
  endpointslices: [],
  configmaps: [],
  events: [],
  resourcequotas: [],
  podmetrics: [],
});
