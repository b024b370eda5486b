import type { LabelSelector, PodTemplate } from '#shared/domain/kubernetes.ts';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import { byRarestLabel } from './by-label.ts';
import type { Ref } from './model.ts';
import { once } from './once.ts';
import { matches } from './selectors.ts';
import type { ClusterView } from './view.ts';

/** The path of the evidence that names a denied connection. */
export const CONNECTS = 'connects to';

export const refOf = ({ metadata }: NetworkPolicy): Ref => ({
  kind: 'NetworkPolicy',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

/** Is anything selected in a namespace: of all pods, and of those that workloads at zero replicas, Jobs and CronJobs would make. */
export const selectsPods = once(presenceIn);

function presenceIn({ snapshot: { objects } }: ClusterView): (namespace: string, selector: LabelSelector) => boolean {
  const { deployments, statefulsets, daemonsets, jobs, cronjobs, pods } = objects;
  const templates = [
    ...[...deployments, ...statefulsets, ...daemonsets, ...jobs].map(({ metadata, spec }) => ({
      metadata,
      template: spec?.template as PodTemplate | undefined,
    })),
    ...cronjobs.map(({ metadata, spec }) => ({ metadata, template: spec?.jobTemplate?.spec?.template })),
  ].map(({ metadata, template }) => ({
    namespace: metadata.namespace ?? '',
    labels: template?.metadata?.labels ?? {},
  }));
  const amongTemplates = presenceAmong(templates);
  // Where a template fits there are a few of them to look through, and not all pods.
  let amongPods: typeof amongTemplates | undefined;
  return (namespace, selector) => {
    if (amongTemplates(namespace, selector)) return true;
    amongPods ??= presenceAmong(
      pods.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', labels: metadata.labels ?? {} })),
    );
    return amongPods(namespace, selector);
  };
}

function presenceAmong(all: { namespace: string; labels: Record<string, string> }[]) {
  const withLabel = byRarestLabel(all, (one) => one);
  const inNamespace = Map.groupBy(all, ({ namespace }) => namespace);
  return (namespace: string, selector: LabelSelector): boolean => {
    const rarest = withLabel(namespace, selector.matchLabels ?? {}) ?? inNamespace.get(namespace) ?? [];
    return rarest.some(({ labels }) => matches(selector, { labels }) !== false);
  };
}
