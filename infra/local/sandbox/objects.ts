import type {
  Condition,
  ConfigMap,
  EndpointSlice,
  KubeNode,
  KubeObject,
  Pod,
  ResourceQuota,
  Service,
  Workload,
} from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type {
  ApiService,
  HorizontalPodAutoscaler,
  Job,
  NetworkPolicy,
  WebhookConfiguration,
} from '#shared/domain/surroundings.ts';

export interface Secret extends KubeObject {
  type?: string;
  /** base64 */
  data?: Record<string, string>;
}

/** The kinds that the sandbox keeps, by the plural name that the API uses. */
export interface StoredKinds {
  namespaces: KubeObject;
  nodes: KubeNode;
  pods: Pod;
  deployments: Workload;
  replicasets: Workload;
  services: Service;
  endpointslices: EndpointSlice;
  configmaps: ConfigMap;
  secrets: Secret;
  events: KubeEvent;
  resourcequotas: ResourceQuota;
  networkpolicies: NetworkPolicy;
  validatingwebhookconfigurations: WebhookConfiguration;
  mutatingwebhookconfigurations: WebhookConfiguration;
  apiservices: ApiService;
  jobs: Job;
  horizontalpodautoscalers: HorizontalPodAutoscaler;
}
export type Kind = keyof StoredKinds;

export const KINDS: Readonly<Record<Kind, { apiVersion: string; kind: string }>> = {
  namespaces: { apiVersion: 'v1', kind: 'Namespace' },
  nodes: { apiVersion: 'v1', kind: 'Node' },
  pods: { apiVersion: 'v1', kind: 'Pod' },
  deployments: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicasets: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  services: { apiVersion: 'v1', kind: 'Service' },
  endpointslices: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
  secrets: { apiVersion: 'v1', kind: 'Secret' },
  events: { apiVersion: 'v1', kind: 'Event' },
  resourcequotas: { apiVersion: 'v1', kind: 'ResourceQuota' },
  networkpolicies: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  validatingwebhookconfigurations: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
  },
  mutatingwebhookconfigurations: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
  },
  apiservices: { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' },
  jobs: { apiVersion: 'batch/v1', kind: 'Job' },
  horizontalpodautoscalers: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
};

/** JSON of any shape: what patches work on. */
export type Json = null | boolean | number | string | Json[] | JsonMap;
export interface JsonMap {
  [key: string]: Json;
}

export const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets a condition as controllers do: the transition time moves only with the status. */
export function withCondition(conditions: Condition[] | undefined, next: Condition): Condition[] {
  const current = conditions?.find(({ type }) => type === next.type);
  const kept = current?.status === next.status ? current.lastTransitionTime : undefined;
  const written = kept === undefined ? next : { ...next, lastTransitionTime: kept };
  return [...(conditions ?? []).filter(({ type }) => type !== next.type), written];
}

export const conditionOf = (conditions: Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';

export const matches = (selector: Record<string, string> | undefined, labels: Record<string, string> = {}): boolean =>
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

/** The reference that makes `owner` the controller of what it creates. */
export function controllerRef(owner: KubeObject) {
  return {
    apiVersion: owner.apiVersion ?? '',
    kind: owner.kind ?? '',
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  (object.metadata.ownerReferences ?? []).some((ref) => ref.controller && ref.uid === owner.metadata.uid);
