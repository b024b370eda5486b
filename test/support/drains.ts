import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, podsOf } from './faults.ts';
import { ago } from './namespace.ts';

/**
 * Somebody empties the node of the first replica: it takes no others; Karpenter has deleted it since an hour; or the
 * autoscaler says that it does not get there.
 */
export function emptying(snapshot: Snapshot, how: 'cordoned' | 'deleted' | 'failed'): Snapshot {
  const name = podsOf(snapshot, 'otlp-app')[0]?.spec.nodeName;
  const node = snapshot.objects.nodes.find(({ metadata }) => metadata.name === name);
  if (!node) throw new Error('no node');
  node.spec = { ...node.spec, unschedulable: true };
  if (how === 'deleted')
    Object.assign(node.metadata, { deletionTimestamp: ago(60), finalizers: ['karpenter.sh/termination'] });
  if (how !== 'failed') return snapshot;
  const about = { kind: 'Node', metadata: { ...node.metadata, uid: node.metadata.name } };
  return event(snapshot, about, 'ScaleDownFailed', 'failed to drain the node, aborting ScaleDown', {
    since: 55,
    last: 6,
  });
}
