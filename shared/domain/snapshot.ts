import type { Coverage } from './coverage.ts';
import type {
  ConfigMap,
  EndpointSlice,
  KubeEvent,
  KubeNode,
  KubeObject,
  Pod,
  PodMetrics,
  ResourceQuota,
  Service,
  Workload,
} from './kubernetes.ts';

/** The kinds that a snapshot holds, by the plural name that the API uses. */
export interface SnapshotObjects {
  namespaces: KubeObject[];
  nodes: KubeNode[];
  pods: Pod[];
  deployments: Workload[];
  replicasets: Workload[];
  statefulsets: Workload[];
  daemonsets: Workload[];
  services: Service[];
  endpointslices: EndpointSlice[];
  configmaps: ConfigMap[];
  events: KubeEvent[];
  resourcequotas: ResourceQuota[];
  podmetrics: PodMetrics[];
}
export type ResourceName = keyof SnapshotObjects;

/** What is known of a Secret: never a value. `keys` is absent where the API server did not tell them. */
export interface SecretFacts {
  namespace: string;
  name: string;
  keys?: string[];
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
  logs: ContainerLog[];
  configFacts: ConfigFact[];
  coverage: Coverage;
}
