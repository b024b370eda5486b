import type { Owner } from '#shared/domain/finding.ts';
import type {
  Container,
  ContainerStatus,
  ControllerRevision,
  Pod,
  PodSpec,
  Service,
  Workload,
} from '#shared/domain/kubernetes.ts';

/** An object by name. */
export type Ref = Owner;

export const keyOf = ({ kind, namespace, name }: Ref): string => `${kind}/${namespace}/${name}`;

export interface WorkloadView {
  ref: Ref;
  object: Workload;
  template: PodSpec;
  /** Pods that are meant to run now: not those being deleted or left over. */
  pods: PodView[];
  /** Owned ReplicaSets, newest revision first; empty for a StatefulSet or DaemonSet. */
  replicaSets: Workload[];
  /** Owned ControllerRevisions, newest first; empty for a Deployment */
  controllerRevisions: ControllerRevision[];
  services: ServiceView[];
  desired: number;
  available: number;
  /** The target names it, rather than only depending on it. */
  named: boolean;
}

export interface PodView {
  ref: Ref;
  object: Pod;
  workload?: WorkloadView;
  /** It belongs to the newest revision of its workload. */
  current: boolean;
  containers: ContainerView[];
}

export interface ContainerView {
  pod: PodView;
  name: string;
  init: boolean;
  spec?: Container;
  status?: ContainerStatus;
  /** field paths of both, for evidence */
  specPath: string;
  statusPath: string;
}

export interface ServiceView {
  ref: Ref;
  object: Service;
  /** Present pods that the selector matches. */
  pods: PodView[];
  /** Workloads whose pod template the selector matches. */
  workloads: WorkloadView[];
  /** Ready addresses in its EndpointSlices, or else ready pods that it selects; absent where neither could be read. */
  ready?: number;
  /** where `ready` was read, for evidence */
  readyPath: string;
  /** It is the target's own. */
  named: boolean;
  /** The target's own or that of its Collector. */
  expected: boolean;
}

export const isReady = ({ object }: PodView): boolean =>
  object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** The revision number that the deployment controller wrote; 0 where there is none. */
export const revisionOf = (object: Workload): number =>
  Number(object.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0) || 0;

export const millis = (time: string | null | undefined): number | undefined => {
  const parsed = time ? Date.parse(time) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
};
