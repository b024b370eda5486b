import type { ResourceName } from '#shared/domain/snapshot.ts';
import type { Resource } from './cluster.ts';

const core = (plural: string): Resource => ({ group: '', version: 'v1', plural });
const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural });
const networking = (plural: string): Resource => ({ group: 'networking.k8s.io', version: 'v1', plural });
const admission = (plural: string): Resource => ({ group: 'admissionregistration.k8s.io', version: 'v1', plural });

/** Where the API serves the kinds that a snapshot holds. */
export const RESOURCES: Readonly<Record<ResourceName | 'secrets', Resource>> = {
  namespaces: core('namespaces'),
  nodes: core('nodes'),
  pods: core('pods'),
  deployments: apps('deployments'),
  replicasets: apps('replicasets'),
  statefulsets: apps('statefulsets'),
  daemonsets: apps('daemonsets'),
  controllerrevisions: apps('controllerrevisions'),
  services: core('services'),
  endpointslices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' },
  configmaps: core('configmaps'),
  secrets: core('secrets'),
  events: core('events'),
  resourcequotas: core('resourcequotas'),
  limitranges: core('limitranges'),
  serviceaccounts: core('serviceaccounts'),
  networkpolicies: networking('networkpolicies'),
  ingresses: networking('ingresses'),
  ingressclasses: networking('ingressclasses'),
  horizontalpodautoscalers: { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers' },
  poddisruptionbudgets: { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' },
  persistentvolumeclaims: core('persistentvolumeclaims'),
  persistentvolumes: core('persistentvolumes'),
  storageclasses: { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
  jobs: { group: 'batch', version: 'v1', plural: 'jobs' },
  cronjobs: { group: 'batch', version: 'v1', plural: 'cronjobs' },
  validatingwebhookconfigurations: admission('validatingwebhookconfigurations'),
  mutatingwebhookconfigurations: admission('mutatingwebhookconfigurations'),
  apiservices: { group: 'apiregistration.k8s.io', version: 'v1', plural: 'apiservices' },
  podmetrics: { group: 'metrics.k8s.io', version: 'v1beta1', plural: 'pods' },
};
