import type { PodTemplate, Workload } from '#shared/domain/kubernetes.ts';
import { millis, revisionOf, type WorkloadView } from './model.ts';

export interface Revision {
  number: number;
  template: PodTemplate;
  /** the ReplicaSet that holds it */
  replicaSet: string;
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

/**
 * The distinct revisions of a Deployment, newest first: neighbours that differ only by a restart are one. Of an undo,
 * which takes an old ReplicaSet up again, nothing says when it happened, so `appeared` is absent.
 */
export function revisionsOf({ replicaSets }: WorkloadView): Revision[] {
  const distinct: Revision[] = [];
  let text = '';
  for (const set of replicaSets) {
    const template = set.spec?.template;
    if (!template) continue;
    const own = templateText(template);
    const last = distinct.at(-1);
    if (last && own === text) {
      setAppeared(last, set);
      continue;
    }
    text = own;
    const revision: Revision = { number: revisionOf(set), template, replicaSet: set.metadata.name };
    setAppeared(revision, set);
    distinct.push(revision);
  }
  const [newest, ...older] = distinct;
  if (newest && older.some(({ appeared = 0 }) => appeared > (newest.appeared ?? 0))) delete newest.appeared;
  return distinct;
}

function setAppeared(revision: Revision, { metadata }: Workload): void {
  const created = millis(metadata.creationTimestamp);
  if (created !== undefined) revision.appeared = created;
}
