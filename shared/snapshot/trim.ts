import type { KubeObject, Metadata } from '#shared/domain/kubernetes.ts';
import type { ResourceName } from '#shared/domain/snapshot.ts';

/** Who wrote them and when is evidence ("config-changed-recently"); of the others it is bulk. */
const KEEP_MANAGERS: ReadonlySet<ResourceName> = new Set([
  'configmaps',
  'deployments',
  'statefulsets',
  'daemonsets',
  'services',
  'resourcequotas',
  'networkpolicies',
]);

/** An object without what no rule reads: a third of a pod's bytes, half of a node's. */
export function trim<T extends KubeObject>(resource: ResourceName, object: T): T {
  const trimmed = { ...object, metadata: trimMetadata(resource, object.metadata) };
  return resource === 'nodes' ? withoutImages(trimmed) : trimmed;
}

function trimMetadata(resource: ResourceName, { managedFields, ...rest }: Metadata): Metadata {
  if (!managedFields || !KEEP_MANAGERS.has(resource)) return rest;
  return {
    ...rest,
    managedFields: managedFields.map(({ manager, operation, time, subresource }) => ({
      ...(manager !== undefined && { manager }),
      ...(operation !== undefined && { operation }),
      ...(time !== undefined && { time }),
      ...(subresource !== undefined && { subresource }),
    })),
  };
}

/** A node names every image it has: 50 of them, with two names each. */
function withoutImages<T extends KubeObject>(node: T): T {
  const { status } = node as { status?: Record<string, unknown> };
  if (!status) return node;
  const { images: _images, volumesInUse: _inUse, volumesAttached: _attached, ...rest } = status;
  return { ...node, status: rest };
}
