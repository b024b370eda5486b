import type { Confidence, Evidence } from '#shared/domain/finding.ts';
import type { Severity } from '#shared/domain/severity.ts';
import type { Code } from './catalogue.ts';
import type { ContainerView, PodView, Ref, WorkloadView } from './model.ts';
import type { ClusterView } from './view.ts';

/**
 * What a rule saw, before the frame makes a Finding of it: the catalogue gives the rest, and sightings of one fault in
 * several pods become one finding.
 */
export interface Sighting {
  code: Code;
  /** the object at fault */
  at: Ref;
  container?: string;
  /** the workload that holds it */
  workload?: WorkloadView;
  pod?: PodView;
  evidence: Evidence[];
  title: string;
  /** default: that of the catalogue */
  cause?: string;
  remedy?: string;
  commands?: string[];
  /** default: certain */
  confidence?: Confidence;
  /** default: that of the catalogue, by how much of the workload still serves */
  severity?: Severity;
  /** why a restart, which may help against this fault, does not help here */
  restartFutile?: string;
  /** when the fault began, where that is known better than from the evidence; milliseconds */
  since?: number | undefined;
}

/** One idea about one kind of fault: a pure function of the view, exported as `rule` from its own file. */
export type Rule = (view: ClusterView) => Sighting[];

/** A long log line or message is cut: what matters stands in front. */
const MAX_VALUE = 600;

export function evidence(source: Ref | string, path: string, value: unknown, at?: string | null): Evidence {
  const name =
    typeof source === 'string'
      ? source
      : `${source.kind}/${source.namespace ? `${source.namespace}/` : ''}${source.name}`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const time = at && !Number.isNaN(Date.parse(at)) ? { at: new Date(at).toISOString() } : {};
  return { source: name, path, value: text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text, ...time };
}

type Where = Pick<Sighting, 'at' | 'container' | 'workload' | 'pod'>;

export const inContainer = ({ pod, name }: ContainerView): Where => ({ ...inPod(pod), container: name });

export const inPod = (pod: PodView): Where => ({
  at: pod.ref,
  pod,
  ...(pod.workload ? { workload: pod.workload } : {}),
});

export const inWorkload = (workload: WorkloadView): Where => ({ at: workload.ref, workload });

/** How people speak of it: `container app of deployment otlp-app`. */
export const called = ({ kind, name }: Ref): string => `${kind.toLowerCase()} ${name}`;

export const ownerName = ({ pod }: ContainerView): string => called(pod.workload?.ref ?? pod.ref);

/** `kubectl -n otlp-system VERB...` */
export const kubectl = ({ namespace }: Ref, words: string): string =>
  namespace ? `kubectl -n ${namespace} ${words}` : `kubectl ${words}`;
