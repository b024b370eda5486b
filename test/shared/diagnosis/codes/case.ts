import type { Code } from '#shared/diagnosis/catalogue.ts';
import type { Severity } from '#shared/domain/severity.ts';
import type { ResourceName, Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';

/*
 * What each code of the catalogue must be able to tell, as a cluster shows it: a fault in an otherwise healthy
 * namespace, what only looks like it, and where nothing can be said. The words of events, conditions and logs are those
 * of Kubernetes, runtimes and libraries; where they are not well known the case names its source.
 */

/** The object that is at fault, and what holds it. Only what is written is compared. */
export interface Place {
  subject: { kind: string; name?: string; container?: string };
  owner?: { kind: string; name: string };
}

/** As it is found: the first root cause; advice, which fails nothing; or a symptom, explained by the first root cause. */
export type Role = 'root' | 'advice' | `symptom of ${Code}`;

interface Built {
  build: () => Snapshot;
  /** default: the guide's target, deployment/otlp-app in otlp-system */
  target?: Target;
}

export interface Positive extends Built {
  /** in words, which of the ways it shows */
  when: string;
  at: Place;
  /** default: root */
  as?: Role;
  /** default: that of the catalogue. Of a workload it is P0 where nothing of what was asked about is left, P2 where a part is */
  severity?: Severity;
  /** the roots of the same for a target of the whole namespace, which has what it has; default: this one */
  whole?: Code[];
  /** what the cluster itself says of it; some evidence must quote it */
  shows?: string | RegExp;
  /** a part of the cause in words, where the way it shows decides it */
  because?: string | RegExp;
}

export interface NearMiss extends Built {
  /** why it is not the fault, though it looks like it */
  why: string;
  /** what it is instead: the root causes, in any order; unwritten = that is not the matter here */
  roots?: Code[];
}

export interface NotApplicable {
  /** what is not there, or may not be read */
  why: string;
  /** default: the first positive */
  build?: () => Snapshot;
  target?: Target;
  /** taken out of the snapshot as if it may not be read; coverage must say what that may hide */
  unread?: readonly (ResourceName | 'secrets' | 'logs')[];
}

/** Without pods nothing is known of containers. */
export const UNREAD_PODS = { why: 'pods may not be read', unread: ['pods'] } as const;
export const UNREAD_LOGS = { why: 'logs may not be read', unread: ['logs'] } as const;

type Some<T> = readonly [T, ...T[]];

export interface CodeCases {
  positive: Some<Positive>;
  nearMiss: Some<NearMiss>;
  notApplicable: Some<NotApplicable>;
}

/** The cases of some codes; what is no code of the catalogue does not compile. */
export type Cases = Partial<Record<Code, CodeCases>>;

/** A container of the pods of a Deployment; without a name the pods themselves. */
export const inPodsOf = (deployment: string, container?: string): Place => ({
  subject: { kind: 'Pod', ...(container && { container }) },
  owner: { kind: 'Deployment', name: deployment },
});

/** The object itself. */
export const the = (kind: string, name: string): Place => ({ subject: { kind, name } });

/** As if the medic may not read these kinds. */
export function unreadable(snapshot: Snapshot, kinds: readonly (ResourceName | 'secrets' | 'logs')[]): Snapshot {
  for (const kind of kinds) {
    if (kind === 'secrets') Object.assign(snapshot, { secrets: [], absentSecrets: [] });
    else if (kind === 'logs') snapshot.logs = [];
    else snapshot.objects[kind].length = 0;
    // What parses is established from them.
    if (kind === 'configmaps') snapshot.configFacts = [];
    // Logs are read pod by pod.
    if (kind === 'pods') snapshot.logs = [];
    const why = `forbidden: User "otlp-medic" cannot list resource "${kind}"`;
    snapshot.coverage.notChecked.push({ check: kind, why });
  }
  return snapshot;
}
