import type { Coverage } from './coverage.ts';
import type {
  ConfigMap,
  ControllerRevision,
  EndpointSlice,
  KubeNode,
  KubeObject,
  Pod,
  PodMetrics,
  ResourceQuota,
  Service,
  Workload,
} from './kubernetes.ts';
import type { KubeEvent } from './kubernetes-event.ts';
import type {
  ApiService,
  CronJob,
  HorizontalPodAutoscaler,
  Ingress,
  IngressClass,
  Job,
  LimitRange,
  NetworkPolicy,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  StorageClass,
  WebhookConfiguration,
} from './surroundings.ts';

/** The kinds that a snapshot holds, by the plural name that the API uses. */
export interface SnapshotObjects {
  namespaces: KubeObject[];
  nodes: KubeNode[];
  pods: Pod[];
  deployments: Workload[];
  replicasets: Workload[];
  statefulsets: Workload[];
  daemonsets: Workload[];
  controllerrevisions: ControllerRevision[];
  services: Service[];
  endpointslices: EndpointSlice[];
  configmaps: ConfigMap[];
  events: KubeEvent[];
  resourcequotas: ResourceQuota[];
  limitranges: LimitRange[];
  serviceaccounts: KubeObject[];
  networkpolicies: NetworkPolicy[];
  ingresses: Ingress[];
  horizontalpodautoscalers: HorizontalPodAutoscaler[];
  poddisruptionbudgets: PodDisruptionBudget[];
  persistentvolumeclaims: PersistentVolumeClaim[];
  jobs: Job[];
  cronjobs: CronJob[];
  podmetrics: PodMetrics[];
  persistentvolumes: PersistentVolume[];
  storageclasses: StorageClass[];
  ingressclasses: IngressClass[];
  validatingwebhookconfigurations: WebhookConfiguration[];
  mutatingwebhookconfigurations: WebhookConfiguration[];
  apiservices: ApiService[];
}
export type ResourceName = keyof SnapshotObjects;

/** Every kind, in the order in which a snapshot holds them. */
export const RESOURCE_NAMES = [
  'namespaces',
  'nodes',
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'controllerrevisions',
  'services',
  'endpointslices',
  'configmaps',
  'events',
  'resourcequotas',
  'limitranges',
  'serviceaccounts',
  'networkpolicies',
  'ingresses',
  'horizontalpodautoscalers',
  'poddisruptionbudgets',
  'persistentvolumeclaims',
  'jobs',
  'cronjobs',
  'podmetrics',
  'persistentvolumes',
  'storageclasses',
  'ingressclasses',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'apiservices',
] as const satisfies readonly ResourceName[];

/** Those that live in no namespace and are read once. */
export const CLUSTER_SCOPED: ReadonlySet<ResourceName> = new Set([
  'namespaces',
  'nodes',
  'persistentvolumes',
  'storageclasses',
  'ingressclasses',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'apiservices',
]);

/** What is known of a Secret: never a value. `keys` is absent where the API server did not tell them. */
export interface SecretFacts {
  namespace: string;
  name: string;
  keys?: string[];
  /** ISO time of the last write of its content; absent where the API server did not tell */
  changedAt?: string;
}

/** What the public certificate of a TLS Secret says, the first of its chain; nothing of its key. */
export interface CertificateFacts {
  namespace: string;
  secret: string;
  /** hosts and addresses that it is for; absent, as the times, where it does not parse */
  names?: string[];
  issuer?: string;
  /** ISO 8601 */
  notBefore?: string;
  notAfter?: string;
  /** why it cannot be used: it does not parse, its key is another one's, its chain does not hold */
  problem?: string;
}

export interface ContainerLog {
  namespace: string;
  pod: string;
  container: string;
  /** of the container before its last restart */
  previous: boolean;
  text: string;
  /** lines or bytes were left out at the start */
  truncated: boolean;
}

/** Something that only the raw text shows, established before redaction. */
export interface ConfigFact {
  /** yaml, toml or json: how the data key's name says it is to be read */
  format: 'yaml' | 'toml' | 'json';
  namespace: string;
  configMap: string;
  key: string;
  /** one line, without the text around the error; absent = it parses */
  error?: string;
  line?: number;
  column?: number;
}

/**
 * One look at a target: all that the rules read, already redacted. Rules are pure functions of it, so a diagnosis can
 * be replayed from the store, from a file, or from what `kubectl get -o json` writes.
 */
export interface Snapshot {
  schemaVersion: 1;
  target: string;
  cluster: { name: string; version?: string };
  /** The namespaces that were looked at; the target's own comes first. */
  namespaces: string[];
  at: string;
  durationMs: number;
  objects: SnapshotObjects;
  /** Secrets that something refers to or the target names. One that was looked for and is not there is in `absentSecrets`. */
  secrets: SecretFacts[];
  absentSecrets: { namespace: string; name: string }[];
  /** Of TLS Secrets that may be read; absent where none was. */
  certificates?: CertificateFacts[];
  logs: ContainerLog[];
  configFacts: ConfigFact[];
  coverage: Coverage;
}
