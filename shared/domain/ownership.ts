import type { KubeObject } from './kubernetes.ts';

/** What else writes an object, so that a change belongs there. */
export interface Ownership {
  /** Argo CD, Flux, Helm, OpenTelemetry Operator, or the kind of the owner */
  by: string;
  /** its object that describes this one, where the metadata name it */
  name?: string;
  /** it puts back what is changed elsewhere */
  reverts: boolean;
  /** one sentence: where a change belongs */
  advice: string;
  /** to look at or change it there */
  command: string;
}

const OPERATOR = 'opentelemetry-operator';

/** Who owns a workload, the nearest first: an operator's object, then GitOps, then a Helm release. */
export function ownershipOf(object: KubeObject): Ownership | undefined {
  const { labels = {}, annotations = {}, namespace = '' } = object.metadata;
  const said = { ...labels, ...annotations };
  return byOperator(object) ?? byGitOps(said) ?? byHelm(said, namespace);
}

function byOperator({ metadata }: KubeObject): Ownership | undefined {
  const { ownerReferences = [], labels = {}, namespace = '' } = metadata;
  const controller = ownerReferences.find((owner) => owner.controller !== false);
  const managed = labels['app.kubernetes.io/managed-by'] === OPERATOR;
  if (controller?.kind === 'OpenTelemetryCollector' || managed) {
    // The Operator labels with namespace.name.
    const name = controller?.name ?? labels['app.kubernetes.io/instance']?.split('.').slice(1).join('.');
    return {
      by: 'OpenTelemetry Operator',
      ...(name ? { name } : {}),
      reverts: true,
      advice: `The OpenTelemetry Operator makes it from OpenTelemetryCollector ${name || 'of this namespace'}, and puts back what is changed elsewhere: change it there.`,
      command: `kubectl -n ${namespace} edit opentelemetrycollector${name ? ` ${name}` : ''}`,
    };
  }
  if (!controller) return undefined;
  const { kind, name } = controller;
  return {
    by: kind,
    name,
    reverts: true,
    advice: `${kind} ${name} owns it, and its controller may put back what is changed here: change it there.`,
    command: `kubectl -n ${namespace} get ${kind.toLowerCase()} ${name} -o yaml`,
  };
}

function byGitOps(said: Record<string, string>): Ownership | undefined {
  const application = said['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? said['argocd.argoproj.io/instance'];
  if (application !== undefined)
    return {
      by: 'Argo CD',
      name: application,
      reverts: true,
      advice: `Argo CD application ${application} owns it, and may put back what is changed here: change it in Git.`,
      command: `argocd app get ${application}`,
    };
  for (const [kind, prefix] of [
    ['helmrelease', 'helm.toolkit.fluxcd.io'],
    ['kustomization', 'kustomize.toolkit.fluxcd.io'],
  ] as const) {
    const name = said[`${prefix}/name`];
    const place = said[`${prefix}/namespace`] ?? 'flux-system';
    if (name !== undefined)
      return {
        by: 'Flux',
        name,
        reverts: true,
        advice: `Flux ${kind} ${name} owns it, and puts back what is changed here: change it in Git.`,
        command: `flux get ${kind} ${name} -n ${place}`,
      };
  }
  return undefined;
}

function byHelm(said: Record<string, string>, namespace: string): Ownership | undefined {
  const release = said['meta.helm.sh/release-name'];
  if (release === undefined) return undefined;
  const place = said['meta.helm.sh/release-namespace'] ?? namespace;
  return {
    by: 'Helm',
    name: release,
    reverts: false,
    advice: `Helm release ${release} made it: change its values, or the next upgrade brings the old state back.`,
    command: `helm -n ${place} history ${release}`,
  };
}
