import type { Ref } from './model.ts';
import { exists, isAbsentSecret } from './presence.ts';
import type { ClusterView } from './view.ts';

/** What is not there: the object, or only a key of it. */
export type Lack = 'object' | 'key';

/** Whether an object that something refers to is missing. Only what was looked for and not found counts; what could not be read is coverage. */
export function lackOf(view: ClusterView, { kind, namespace, name }: Ref, key?: string): Lack | undefined {
  switch (kind) {
    case 'Secret': {
      if (isAbsentSecret(view, namespace, name)) return 'object';
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
      return view.knows(plural, namespace) && !exists(view, plural, namespace, name) ? 'object' : undefined;
    }
    default:
      return undefined;
  }
}
