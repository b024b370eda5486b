import type { ResourceName } from '#shared/domain/snapshot.ts';
import type { Resource } from './cluster.ts';

const core = (plural: string): Resource => ({ group: '', version: 'v1', plural });
const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural });

/** Where the API serves the kinds that a snapshot holds. */
export const RESOURCES: Readonly<Record<ResourceName | 'secrets', Resource>> = {
  namespaces: core('namespaces'),
  nodes: core('nodes'),
  pods: core('pods'),
  deployments: apps('deployments'),
  replicasets: apps('replicasets'),
  statefulsets: apps('statefulsets'),
  daemonsets: apps('daemonsets'),
  services: core('services'),
  endpointslices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' },
  configmaps: core('configmaps'),
  secrets: core('secrets'),
  events: core('events'),
  resourcequotas: core('resourcequotas'),
  podmetrics: { group: 'metrics.k8s.io', version: 'v1beta1', plural: 'pods' },
};
