import type { KubeObject } from '#shared/domain/kubernetes.ts';
import { millis, type Ref, type WorkloadView } from './model.ts';
import { once } from './once.ts';
import { revisionsOf } from './revisions.ts';
import { type TemplateChange, templateDiff } from './template-diff.ts';
import type { ClusterView } from './view.ts';

/** Something that was changed and may have brought a fault. */
export interface Change {
  kind: 'revision' | 'configuration' | 'image' | 'node';
  what: string;
  ref: Ref;
  at: number;
  /** of a revision: what its pod template changed against the one before, and what shows it */
  changes?: () => TemplateChange[];
  source?: { ref: Ref; path: string };
  /** of an image: what its tag means now */
  digest?: string;
}

/** When the content of an object was last written, status aside; milliseconds. */
export function changedAt(object: KubeObject | undefined): number | undefined {
  if (!object) return undefined;
  const written = (object.metadata.managedFields ?? []).filter(({ subresource }) => !subresource);
  const times = [object.metadata.creationTimestamp, ...written.map(({ time }) => time)].map(millis);
  return times.filter((time) => time !== undefined).toSorted((a, b) => b - a)[0];
}

/** The same of a ConfigMap or Secret that is named; a snapshot has of a Secret no more than this time. */
export const writtenAt = (view: ClusterView, { kind, namespace, name }: Ref): number | undefined =>
  kind === 'Secret' ? millis(view.secret(namespace, name)?.changedAt) : changedAt(view.configMap(namespace, name));

/** What is applied together comes within such a time. */
const TOGETHER_MS = 60_000;

/** An object that came with its workload, and was not written since: that is no change, there was nothing before. */
const isMaking = (workload: WorkloadView, at: number, created = at): boolean => {
  const born = millis(workload.object.metadata.creationTimestamp);
  return born !== undefined && at - created < 1000 && created - born <= TOGETHER_MS;
};

const changesFor = once((view: ClusterView) => once((workload: WorkloadView) => changesIn(view, workload)));

/** What changed about a workload: its revisions, ConfigMaps and Secrets, moved image tags, nodes; newest first. */
export const changesOf = (view: ClusterView, workload: WorkloadView): Change[] => changesFor(view)(workload);

function changesIn(view: ClusterView, workload: WorkloadView): Change[] {
  const { namespace } = workload.ref;
  const all = revisionsOf(workload);
  const revisions = all.flatMap(({ number, appeared, template, holder, path }, index): Change[] => {
    const before = all[index + 1];
    if (appeared === undefined || (!before && (number <= 1 || isMaking(workload, appeared)))) return [];
    return [
      {
        kind: 'revision',
        what: `revision ${number}`,
        ref: workload.ref,
        at: appeared,
        source: { ref: holder, path },
        ...(before ? { changes: () => templateDiff(before.template, template) } : {}),
      },
    ];
  });
  const uses = new Map(
    view.references(workload).map(({ kind, name }) => [`${kind} ${name}`, { kind, namespace, name }]),
  );
  const configuration = [...uses.values()].flatMap((ref): Change[] => {
    const map = ref.kind === 'ConfigMap' ? view.configMap(namespace, ref.name) : undefined;
    const at = writtenAt(view, ref);
    if (at === undefined || isMaking(workload, at, millis(map?.metadata.creationTimestamp))) return [];
    return [{ kind: 'configuration', what: `${ref.kind.toLowerCase()} ${ref.name}`, ref, at }];
  });
  const nodes = new Set(workload.pods.flatMap(({ object }) => object.spec?.nodeName ?? []));
  const conditions = [...nodes].flatMap((name): Change[] => {
    const ready = view.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready');
    const at = millis(ready?.lastTransitionTime);
    if (at === undefined || ready?.status === 'True') return [];
    return [{ kind: 'node', what: `node ${name} not ready`, ref: { kind: 'Node', namespace: '', name }, at }];
  });
  return [...revisions, ...configuration, ...movedTags(workload), ...conditions].toSorted((a, b) => b.at - a.at);
}

/** Pods that name the same image and run another one: its tag was moved between their starts. */
function movedTags({ ref, pods }: WorkloadView): Change[] {
  const runs = pods.flatMap(({ object }) =>
    (object.status?.containerStatuses ?? []).flatMap(({ name, imageID }) => {
      const image = object.spec?.containers?.find((one) => one.name === name)?.image;
      const digest = /sha256:[0-9a-f]{64}/.exec(imageID ?? '')?.[0];
      const at = millis(object.status?.startTime);
      return image && digest && at !== undefined ? [{ image, digest, at }] : [];
    }),
  );
  return [...Map.groupBy(runs, ({ image }) => image)].flatMap(([image, list]): Change[] => {
    const newest = list.reduce((a, b) => (b.at > a.at ? b : a));
    const moved = list.some(({ digest, at }) => digest !== newest.digest && at < newest.at);
    const first = Math.min(...list.filter(({ digest }) => digest === newest.digest).map(({ at }) => at));
    return moved ? [{ kind: 'image', what: `image ${image}`, ref, at: first, digest: newest.digest }] : [];
  });
}
