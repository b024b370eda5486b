import type { Ref } from './model.ts';
import type { ClusterView } from './view.ts';

/** What is not there: the object, or only a key of it. */
export type Lack = 'object' | 'key';

/** Whether an object that something refers to is missing. Only what was looked for and not found counts; what could not be read is coverage. */
export function lackOf(view: ClusterView, { kind, namespace, name }: Ref, key?: string): Lack | undefined {
  const { objects, absentSecrets } = view.snapshot;
  switch (kind) {
    case 'Secret': {
      if (absentSecrets.some((secret) => secret.name === name && secret.namespace === namespace)) return 'object';
      const keys = view.secret(namespace, name)?.keys;
      return key !== undefined && keys && !keys.includes(key) ? 'key' : undefined;
    }
    case 'ConfigMap': {
      const found = view.configMap(namespace, name);
      if (!found) return view.knows('configmaps', namespace) ? 'object' : undefined;
      const has = key === undefined || key in (found.data ?? {}) || key in (found.binaryData ?? {});
      return has ? undefined : 'key';
    }
    case 'ServiceAccount':
    case 'PersistentVolumeClaim': {
      const plural = kind === 'ServiceAccount' ? 'serviceaccounts' : 'persistentvolumeclaims';
      const is = ({ metadata }: { metadata: { namespace?: string; name: string } }) =>
        metadata.name === name && metadata.namespace === namespace;
      return view.knows(plural, namespace) && !objects[plural].some(is) ? 'object' : undefined;
    }
    default:
      return undefined;
  }
}
