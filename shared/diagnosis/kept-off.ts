import type { KubeNode } from '#shared/domain/kubernetes.ts';
import { millis, type PodView } from './model.ts';
import { once } from './once.ts';
import type { ClusterView } from './view.ts';

/** Taints that the node lifecycle controller sets for what is wrong with a node, and that go with it; for an expression. */
export const STATE_TAINT =
  'node\\.kubernetes\\.io/(?:not-ready|unreachable|network-unavailable|(?:memory|disk|pid)-pressure)';
const OF_ITS_STATE = new RegExp(`^${STATE_TAINT}$`);

/** The scheduler names a taint up to 1.34 only. */
const FOR_A_TAINT = /untolerated taint(?:\(s\)| \{([^}:]{1,300})\b)/g;

/** A new node takes this long to become ready; 5 minutes is generous. */
const STARTING_MS = 5 * 60_000;

const keptIn = once(keptByNode);

/** The pods that find no node, and are kept off this one by a taint that tells its state: it would do if it were well. */
export const keptOff = (view: ClusterView, node: string): PodView[] => keptIn(view).get(node) ?? [];

/** The nodes that keep such pods off. */
export const nodesThatKeepOff = (view: ClusterView): string[] => [...keptIn(view).keys()];

function keptByNode(view: ClusterView): Map<string, PodView[]> {
  const waiting = view.unready.flatMap((pod) => {
    const keys = pod.object.spec?.nodeName ? [] : taintsNamed(pod);
    return keys.length > 0 ? [{ pod, keys }] : [];
  });
  if (waiting.length === 0) return new Map();
  return new Map(
    view.snapshot.objects.nodes.flatMap((node): [string, PodView[]][] => {
      const own = tellingTaints(node, view.now);
      const kept = waiting.filter(
        ({ pod, keys }) =>
          keys.some((key) => own.includes(key) || (key === '' && own.length > 0)) && isWanted(pod, node),
      );
      return kept.length > 0 ? [[node.metadata.name, kept.map(({ pod }) => pod)]] : [];
    }),
  );
}

/** The scheduler asks for taints before labels, so it has not said whether the node would do otherwise. */
const isWanted = ({ object }: PodView, { metadata: { labels = {} } }: KubeNode): boolean =>
  Object.entries(object.spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);

/** The keys of the taints that the scheduler speaks of; an unnamed one is ''. */
function taintsNamed({ object }: PodView): string[] {
  const condition = object.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  return [...(condition?.message ?? '').matchAll(FOR_A_TAINT)].map(([, key = '']) => key);
}

function tellingTaints({ metadata, spec }: KubeNode, now: number): string[] {
  const made = millis(metadata.creationTimestamp);
  if (made !== undefined && now - made < STARTING_MS) return [];
  return (spec?.taints ?? []).map(({ key }) => key).filter((key) => OF_ITS_STATE.test(key));
}
