import type { Kind } from '../objects.ts';

export interface ServedKind {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  shortNames: string[];
  /** absent = the API knows the kind, and the sandbox has no object of it */
  stored?: Kind;
  /** what a field selector may ask for besides metadata.name and metadata.namespace */
  fields: string[];
}

type Row = [plural: string, kind: string, shortNames?: string[], fields?: string[]];

function kinds(groupVersion: string, namespaced: boolean, rows: readonly Row[], stored: readonly Kind[]): ServedKind[] {
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return rows.map(([plural, kind, shortNames = [], fields = []]) => {
    const keeps = stored.find((one) => one === plural);
    return { group, version, plural, kind, namespaced, shortNames, fields, ...(keeps ? { stored: keeps } : {}) };
  });
}

const POD_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.phase',
  'status.podIP',
];
const EVENT_FIELDS = [
  ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (field) => `involvedObject.${field}`,
  ),
  'reason',
  'reportingComponent',
  'source',
  'type',
];

/** The kinds of a usual cluster, those that the sandbox keeps and those that it has none of. */
export const SERVED_KINDS: readonly ServedKind[] = [
  ...kinds(
    'v1',
    false,
    [
      ['namespaces', 'Namespace', ['ns'], ['status.phase']],
      ['nodes', 'Node', ['no'], ['spec.unschedulable']],
      ['persistentvolumes', 'PersistentVolume', ['pv']],
    ],
    ['namespaces', 'nodes'],
  ),
  ...kinds(
    'v1',
    true,
    [
      ['pods', 'Pod', ['po'], POD_FIELDS],
      ['services', 'Service', ['svc'], ['spec.clusterIP', 'spec.type']],
      ['configmaps', 'ConfigMap', ['cm']],
      ['secrets', 'Secret', [], ['type']],
      ['events', 'Event', ['ev'], EVENT_FIELDS],
      ['resourcequotas', 'ResourceQuota', ['quota']],
      ['limitranges', 'LimitRange', ['limits']],
      ['persistentvolumeclaims', 'PersistentVolumeClaim', ['pvc']],
      ['serviceaccounts', 'ServiceAccount', ['sa']],
    ],
    ['pods', 'services', 'configmaps', 'secrets', 'events', 'resourcequotas'],
  ),
  ...kinds(
    'apps/v1',
    true,
    [
      ['deployments', 'Deployment', ['deploy']],
      ['replicasets', 'ReplicaSet', ['rs'], ['status.replicas']],
      ['statefulsets', 'StatefulSet', ['sts']],
      ['daemonsets', 'DaemonSet', ['ds']],
      ['controllerrevisions', 'ControllerRevision'],
    ],
    ['deployments', 'replicasets'],
  ),
  ...kinds('discovery.k8s.io/v1', true, [['endpointslices', 'EndpointSlice']], ['endpointslices']),
  ...kinds(
    'autoscaling/v2',
    true,
    [['horizontalpodautoscalers', 'HorizontalPodAutoscaler', ['hpa']]],
    ['horizontalpodautoscalers'],
  ),
  ...kinds(
    'batch/v1',
    true,
    [
      ['jobs', 'Job'],
      ['cronjobs', 'CronJob', ['cj']],
    ],
    ['jobs'],
  ),
  ...kinds(
    'networking.k8s.io/v1',
    true,
    [
      ['ingresses', 'Ingress', ['ing']],
      ['networkpolicies', 'NetworkPolicy', ['netpol']],
    ],
    ['networkpolicies'],
  ),
  ...kinds('policy/v1', true, [['poddisruptionbudgets', 'PodDisruptionBudget', ['pdb']]], []),
  ...kinds('storage.k8s.io/v1', false, [['storageclasses', 'StorageClass', ['sc']]], []),
  ...kinds('networking.k8s.io/v1', false, [['ingressclasses', 'IngressClass']], []),
  ...kinds(
    'admissionregistration.k8s.io/v1',
    false,
    [
      ['validatingwebhookconfigurations', 'ValidatingWebhookConfiguration'],
      ['mutatingwebhookconfigurations', 'MutatingWebhookConfiguration'],
    ],
    ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
  ),
  ...kinds('apiregistration.k8s.io/v1', false, [['apiservices', 'APIService']], ['apiservices']),
];

export const METRICS_GROUP = 'metrics.k8s.io';
export const groupVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? version : `${group}/${version}`;
/** As error messages name a kind: deployments.apps, pods. */
export const qualified = ({ plural, group }: Pick<ServedKind, 'plural' | 'group'>): string =>
  group === '' ? plural : `${plural}.${group}`;
