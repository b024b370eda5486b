import type { Code } from '../catalogue.ts';
import { STATE_TAINT } from '../kept-off.ts';
import { millis, type PodView } from '../model.ts';
import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** The scheduler's words for why a node does not do, and which fault that is; up to 1.34 some differed. */
const REASONS: [Code, RegExp][] = [
  ['unschedulable-insufficient-cpu', /Insufficient cpu/],
  ['unschedulable-insufficient-memory', /Insufficient memory/],
  ['unschedulable-too-many-pods', /Too many pods/],
  ['unschedulable-affinity', /node affinity\/selector|affinity rules|anti-affinity|node selector/],
  ['unschedulable-topology-spread', /topology spread/],
  ['unschedulable-nodes-cordoned', /were unschedulable/],
  ['host-port-conflict', /free ports/],
  ['volume-zone-conflict', /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone/],
  ['pvc-pending', /unbound immediate PersistentVolumeClaims|binding volumes|find available persistent volumes/],
  ['unschedulable-taint', /untolerated taint|had taint/],
];

const codeOf = (part: string): Code | undefined => REASONS.find(([, words]) => words.test(part))?.[0];

/** Taints that tell the state of a node and go with it. */
const OF_ITS_STATE = new RegExp(`taint \\{(${STATE_TAINT}|node\\.cloudprovider\\.kubernetes\\.io/uninitialized)\\b`);

/** Taints that every cluster has; a node that carries one was never meant for the pod. */
const BACKGROUND = /node-role\.kubernetes\.io\/(control-plane|master)|eks\.amazonaws\.com\/compute-type/;

const LOOK_AT_NODES =
  'The taint tells that nodes are not well, and goes when they are: find out why. To tolerate it would put pods where they cannot run.';

/** Why the scheduler finds no node: the reason that excludes most nodes that could have done. */
export const rule: Rule = (view) =>
  view.unready.flatMap((pod) => {
    const condition = pod.object.status?.conditions?.find(
      ({ type, status }) => type === 'PodScheduled' && status === 'False',
    );
    const [event] = view.events.of(pod.ref, pod.object.metadata.uid, { reason: 'FailedScheduling' });
    if (!condition && !(event && !pod.object.spec?.nodeName)) return [];
    const message = condition?.message ?? event?.message ?? '';
    const code =
      condition?.reason === 'SchedulingGated'
        ? 'scheduling-gated'
        : dominant(message, pod.workload?.ref.kind === 'DaemonSet');
    if (!code || (code.startsWith('pvc-') && saysMore(view, pod))) return [];
    return [
      {
        code,
        ...inPod(pod),
        title: `pods of ${called(pod.workload?.ref ?? pod.ref)} find no node`,
        cause: message,
        ...(code === 'unschedulable-taint' && OF_ITS_STATE.test(message) ? { remedy: LOOK_AT_NODES } : {}),
        evidence: [
          ...(condition
            ? [
                evidence(
                  pod.ref,
                  'status.conditions[PodScheduled].reason',
                  condition.reason,
                  condition.lastTransitionTime,
                ),
                evidence(
                  pod.ref,
                  'status.conditions[PodScheduled].message',
                  condition.message,
                  condition.lastTransitionTime,
                ),
              ]
            : []),
          ...(event ? [evidence(pod.ref, 'event FailedScheduling', event.message, event.lastTimestamp)] : []),
        ],
        since: millis(condition?.lastTransitionTime),
        commands: [kubectl(pod.ref, `describe ${called(pod.ref)}`), 'kubectl describe nodes'],
      },
    ];
  });

/** The claims of the pod were read: storage/claim and storage/claim-pending know which one it is, and why. */
const saysMore = (view: ClusterView, { object, ref }: PodView): boolean =>
  view.knows('persistentvolumeclaims', ref.namespace) &&
  (object.spec?.volumes ?? []).some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral);

/** Since 1.35 the scheduler does not name the taint. */
const UNNAMED_TAINT = /untolerated taint\(s\)/;

/** Nodes that would do are full; that others were never meant for the pod is no fault beside it. */
const CAPACITY: readonly Code[] = [
  'unschedulable-insufficient-cpu',
  'unschedulable-insufficient-memory',
  'unschedulable-too-many-pods',
];

/**
 * `0/4 nodes are available: 1 node(s) had untolerated taint {...}, 3 Insufficient cpu. preemption: ...` A pod of a
 * DaemonSet is for one node, and its affinity only counts the others.
 */
export function dominant(message: string, isPinned = false): Code | undefined {
  const claim = /persistentvolumeclaim "[^"]+" not found/.test(message);
  if (claim) return 'pvc-missing';
  const [reasons = ''] = message.replace(/^\d+\/\d+ nodes are available: /, '').split('preemption:');
  const parts = reasons.split(/, (?=\d+ )/).map((part) => ({ part, code: codeOf(part) }));
  const isFull = parts.some(({ code }) => code !== undefined && CAPACITY.includes(code));
  const counted = parts.flatMap(({ part, code }) => {
    // "pod has unbound ..." counts no nodes: it holds for all.
    const nodes = Number(/^(\d+) /.exec(part)?.[1] ?? Number.POSITIVE_INFINITY);
    const isOfOthers = code === 'unschedulable-affinity' || UNNAMED_TAINT.test(part);
    const background = BACKGROUND.test(part) || ((isPinned || isFull) && isOfOthers);
    return code ? [{ code, nodes, background }] : [];
  });
  return counted.toSorted((a, b) => Number(a.background) - Number(b.background) || b.nodes - a.nodes)[0]?.code;
}
