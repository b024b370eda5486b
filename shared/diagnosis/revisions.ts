import type { KubeObject, PodTemplate } from '#shared/domain/kubernetes.ts';
import { millis, type Ref, revisionOf, type WorkloadView } from './model.ts';
import { once } from './once.ts';

export interface Revision {
  number: number;
  template: PodTemplate;
  /** the ReplicaSet or ControllerRevision that holds it, and the field of its pod template */
  holder: Ref;
  path: string;
  /** when its template first became the current one; absent where that cannot be told */
  appeared?: number;
}

/** A restart changes these and nothing else; two templates that differ only in them are the same revision. */
export const isRestartMark = (key: string) => /(^|\/)restartedAt$/.test(key) || key.startsWith('otlp-medic/');

/** A pod template as text without what a restart or the controller writes into it. */
export function templateText({ metadata, spec }: PodTemplate): string {
  const kept = (pairs: Record<string, string> | undefined, dropped: (key: string) => boolean) =>
    Object.entries(pairs ?? {})
      .filter(([key]) => !dropped(key))
      .sort();
  return canonical({
    labels: kept(metadata?.labels, (key) => key === 'pod-template-hash'),
    annotations: kept(metadata?.annotations, isRestartMark),
    spec,
  });
}

/** JSON with sorted keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Every revision that is kept, newest first, restarts and all. */
function kept({ ref: { namespace }, replicaSets, controllerRevisions }: WorkloadView) {
  const holder = (kind: string, { metadata: { name } }: KubeObject): Ref => ({ kind, namespace, name });
  return [
    ...replicaSets.map((set) => ({
      object: set,
      number: revisionOf(set),
      template: set.spec?.template,
      holder: holder('ReplicaSet', set),
      path: 'spec.template',
    })),
    ...controllerRevisions.map((object) => ({
      object,
      number: object.revision ?? 0,
      template: object.data?.spec?.template,
      holder: holder('ControllerRevision', object),
      path: 'data.spec.template',
    })),
  ];
}

/**
 * The distinct revisions of a workload, newest first: neighbours that differ only by a restart are one. Of an undo,
 * which takes an old revision up again, nothing says when it happened, so `appeared` is absent.
 */
export const revisionsOf = once(distinctIn);

function distinctIn(workload: WorkloadView): Revision[] {
  const distinct: Revision[] = [];
  let text = '';
  for (const { object, template, ...revision } of kept(workload)) {
    if (!template) continue;
    const own = templateText(template);
    const last = distinct.at(-1);
    if (last && own === text) {
      setAppeared(last, object);
      continue;
    }
    text = own;
    const made: Revision = { ...revision, template };
    setAppeared(made, object);
    distinct.push(made);
  }
  const [newest, ...older] = distinct;
  if (newest && older.some(({ appeared = 0 }) => appeared > (newest.appeared ?? 0))) delete newest.appeared;
  return distinct;
}

function setAppeared(revision: Revision, { metadata }: KubeObject): void {
  const created = millis(metadata.creationTimestamp);
  if (created !== undefined) revision.appeared = created;
}
