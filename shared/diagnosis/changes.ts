import type { KubeObject } from '#shared/domain/kubernetes.ts';
import { millis, type Ref, type WorkloadView } from './model.ts';
import { revisionsOf } from './revisions.ts';
import type { ClusterView } from './view.ts';

/** Something that was changed and may have brought a fault. */
export interface Change {
  kind: 'revision' | 'configuration' | 'node';
  what: string;
  ref: Ref;
  at: number;
}

/** When the content of an object was last written, status aside; milliseconds. */
export function changedAt(object: KubeObject | undefined): number | undefined {
  if (!object) return undefined;
  const written = (object.metadata.managedFields ?? []).filter(({ subresource }) => !subresource);
  const times = [object.metadata.creationTimestamp, ...written.map(({ time }) => time)].map(millis);
  return times.filter((time) => time !== undefined).toSorted((a, b) => b - a)[0];
}

/** What changed about a workload: its revisions, its ConfigMaps, its nodes; newest first. */
export function changesOf(view: ClusterView, workload: WorkloadView): Change[] {
  const revisions = revisionsOf(workload).flatMap(({ number, appeared }): Change[] =>
    appeared === undefined ? [] : [{ kind: 'revision', what: `revision ${number}`, ref: workload.ref, at: appeared }],
  );
  const { namespace } = workload.ref;
  const names = new Set(view.references(workload).flatMap(({ kind, name }) => (kind === 'ConfigMap' ? [name] : [])));
  const configuration = [...names].flatMap((name): Change[] => {
    const at = changedAt(view.configMap(namespace, name));
    const ref = { kind: 'ConfigMap', namespace, name };
    return at === undefined ? [] : [{ kind: 'configuration', what: `configmap ${name}`, ref, at }];
  });
  const nodes = new Set(workload.pods.flatMap(({ object }) => object.spec?.nodeName ?? []));
  const conditions = [...nodes].flatMap((name): Change[] => {
    const ready = view.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready');
    const at = millis(ready?.lastTransitionTime);
    if (at === undefined || ready?.status === 'True') return [];
    return [{ kind: 'node', what: `node ${name} not ready`, ref: { kind: 'Node', namespace: '', name }, at }];
  });
  return [...revisions, ...configuration, ...conditions].toSorted((a, b) => b.at - a.at);
}
