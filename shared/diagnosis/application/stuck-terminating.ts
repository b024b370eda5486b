import { drainHeldUp } from '../drains.ts';
import { millis } from '../model.ts';
import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';

/** The API sets deletionTimestamp to the end of the grace period; what takes this much longer does not come to an end. */
const SLACK_MS = 60_000;

/**
 * A pod that should long be gone. A StatefulSet does not replace it before, and who empties its node waits for it;
 * another workload only has a leftover.
 */
export const rule: Rule = (view) =>
  view.gone.flatMap((pod) => {
    const { ref, object, workload } = pod;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const due = millis(deletionTimestamp);
    if (due === undefined || view.now - due <= SLACK_MS) return [];
    const node = object.spec?.nodeName;
    const ready = node ? view.node(node)?.status?.conditions?.find(({ type }) => type === 'Ready') : undefined;
    const lost = ready !== undefined && ready.status !== 'True';
    const isLeftover = !workload || workload.available >= workload.desired;
    const drain = isLeftover && node ? drainHeldUp(view, node, due) : [];
    const holdsUp = drain.length > 0 ? `, and node ${node} is not emptied` : '';
    return [
      {
        code: 'pod-stuck-terminating' as const,
        ...inPod(pod),
        ...(isLeftover ? { severity: holdsUp ? ('P2' as const) : ('P3' as const) } : {}),
        title: `pods of ${called(workload?.ref ?? ref)} are not gone though they were deleted${holdsUp}`,
        cause:
          finalizers.length > 0
            ? `A finalizer holds it: ${finalizers.join(', ')}. Its controller must remove it.`
            : lost
              ? `Its node ${node} does not report, so nobody says that its containers have ended.`
              : 'The node does not finish: a process that does not die, or a volume that cannot be unmounted.',
        evidence: [
          evidence(ref, 'metadata.deletionTimestamp', deletionTimestamp, deletionTimestamp),
          ...(finalizers.length > 0 ? [evidence(ref, 'metadata.finalizers', finalizers.join(', '))] : []),
          ...(ready && node
            ? [
                evidence(
                  { kind: 'Node', namespace: '', name: node },
                  'status.conditions[Ready]',
                  ready.status,
                  ready.lastTransitionTime,
                ),
              ]
            : []),
          ...drain,
        ],
        since: due,
        commands: [
          kubectl(ref, `describe ${called(ref)}`),
          ...(finalizers.length === 0 && lost ? [kubectl(ref, `delete ${called(ref)} --grace-period=0 --force`)] : []),
        ],
      },
    ];
  });
