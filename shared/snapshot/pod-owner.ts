import type { KubeObject, Pod } from '#shared/domain/kubernetes.ts';

const keyOf = ({ namespace = '', name }: { namespace?: string; name: string }) => `${namespace}/${name}`;

/** Finds the workload above a pod, as `deployment/otlp-app`: past the ReplicaSet; of a bare pod the pod itself. */
export function podOwners(replicaSets: readonly KubeObject[]): (pod: Pod) => string {
  const above = new Map(replicaSets.map(({ metadata }) => [keyOf(metadata), metadata.ownerReferences?.[0]]));
  return ({ metadata: { namespace = '', name, ownerReferences } }) => {
    const direct = ownerReferences?.[0];
    const holder =
      direct?.kind === 'ReplicaSet' ? (above.get(keyOf({ namespace, name: direct.name })) ?? direct) : direct;
    const { kind, name: of } = holder ?? { kind: 'Pod', name };
    return `${kind.toLowerCase()}/${of}`;
  };
}
