import type { Finding } from '#shared/domain/finding.ts';
import type { Severity } from '#shared/domain/severity.ts';
import { changesOf } from './changes.ts';
import { explain } from './explain.ts';
import type { Fault } from './finding.ts';
import { withoutIdleLeads } from './leads.ts';
import { millis } from './model.ts';
import type { ClusterView } from './view.ts';
import { withChange } from './what-changed.ts';

export interface Ranking {
  /** What explains a present failure and is itself explained by nothing; best first. */
  roots: Fault[];
  /** All, symptoms marked with their cause: roots, then what they explain, then advice. */
  faults: Fault[];
}

const DIRECTNESS = ['certain', 'likely', 'possible'];

/** Advice fails nothing by itself; it may still be the reason of a failure. */
const isFailure = ({ finding }: Fault) => finding.severity !== 'P3';

const worse = (a: Severity, b: Severity): Severity => (a < b ? a : b);

/** Separates causes from symptoms and puts the causes in order. */
export function rank(view: ClusterView, all: Fault[]): Ranking {
  const causes = explain(view, all);
  const top = (fault: Fault): Fault => {
    const cause = causes.get(fault);
    return cause ? top(cause) : fault;
  };
  const trees = Map.groupBy(all.filter(isFailure), top);
  const ranked = [...trees]
    .map(([root, tree]) => ({
      root: withChange(
        view,
        withSeverity(root, tree.map(({ finding }) => finding.severity).reduce(worse, root.finding.severity)),
      ),
      original: root,
      key: keyFor(view, root, tree),
    }))
    .toSorted((a, b) => compare([severityRank(a.root), ...a.key], [severityRank(b.root), ...b.key]));

  const roots = ranked.map(({ root }) => root);
  const replaced = new Map(ranked.map(({ original, root }) => [original, root]));
  const marked = all.map((fault) => {
    const cause = causes.get(fault);
    const current = replaced.get(fault) ?? fault;
    return cause ? withCause(current, cause.finding.fingerprint) : current;
  });
  const places = new Map(roots.map((root, at) => [root, at]));
  const order = (fault: Fault) => [places.get(fault) ?? roots.length, severityRank(fault)];
  return { roots, faults: withoutIdleLeads(marked, roots).toSorted((a, b) => compare(order(a), order(b))) };
}

/** A root is as grave as the worst that it causes. */
const withSeverity = (fault: Fault, severity: Severity): Fault => ({
  ...fault,
  finding: { ...fault.finding, severity },
});

const withCause = (fault: Fault, explainedBy: string): Fault => {
  const finding: Finding = { ...fault.finding, explainedBy };
  return { ...fault, finding };
};

const severityRank = ({ finding }: Fault) => Number(finding.severity.slice(1));

/** Among roots of equal effect: directness of the evidence, nearness to the newest change, how much it reaches. */
function keyFor(view: ClusterView, root: Fault, tree: Fault[]): number[] {
  const reached = new Set(tree.flatMap(({ pods, anchor }) => [anchor.name, ...pods.map(({ ref }) => ref.name)]));
  return [DIRECTNESS.indexOf(root.finding.confidence), sinceChange(view, root), -reached.size];
}

/** Milliseconds from the newest change before the fault to its beginning; far away where either is not known. */
function sinceChange(view: ClusterView, { finding, workload }: Fault): number {
  const began = millis(finding.firstSeen);
  if (began === undefined || !workload) return Number.MAX_SAFE_INTEGER;
  const change = changesOf(view, workload).find(({ at }) => at <= began);
  return change ? began - change.at : Number.MAX_SAFE_INTEGER;
}

const compare = (a: number[], b: number[]): number => {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
};
