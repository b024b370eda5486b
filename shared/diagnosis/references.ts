import type { Container, PodSpec, Volume } from '#shared/domain/kubernetes.ts';

/** One place in a pod template that names a ConfigMap or Secret. */
export interface Reference {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  /** the key that must exist; absent = the object is enough */
  key?: string;
  /** an absent object or key is no fault */
  optional: boolean;
  /** field path in the pod spec */
  path: string;
  /** read when a container starts and never again; the rest is refreshed in running pods */
  frozen: boolean;
}

/** Every ConfigMap and Secret that a pod needs, in the order of the template. */
export function referencesOf(spec: PodSpec): Reference[] {
  const lists = { containers: spec.containers ?? [], initContainers: spec.initContainers ?? [] };
  const frozen = frozenVolumes(Object.values(lists).flat());
  return [
    ...Object.entries(lists).flatMap(([list, containers]) =>
      containers.flatMap((container, index) => fromEnv(container, `spec.${list}[${index}]`)),
    ),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      fromVolume(volume, `spec.volumes[${index}]`, frozen.has(volume.name)),
    ),
  ].filter(({ name }) => name !== '');
}

const frozenVolumes = (containers: Container[]): Set<string> =>
  new Set(
    containers.flatMap(({ volumeMounts = [] }) =>
      volumeMounts.filter(({ subPath }) => subPath).map(({ name }) => name),
    ),
  );

function fromEnv(container: Container, path: string): Reference[] {
  const keys = (container.env ?? []).flatMap(({ valueFrom }, index): Reference[] => {
    const at = (field: string) => `${path}.env[${index}].valueFrom.${field}`;
    const map = valueFrom?.configMapKeyRef;
    if (map) return [{ ...reference('ConfigMap', map.name, map.optional, at('configMapKeyRef'), true), key: map.key }];
    const secret = valueFrom?.secretKeyRef;
    if (!secret) return [];
    return [{ ...reference('Secret', secret.name, secret.optional, at('secretKeyRef'), true), key: secret.key }];
  });
  const whole = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, index): Reference[] => {
    const at = `${path}.envFrom[${index}]`;
    if (configMapRef)
      return [reference('ConfigMap', configMapRef.name, configMapRef.optional, `${at}.configMapRef`, true)];
    if (secretRef) return [reference('Secret', secretRef.name, secretRef.optional, `${at}.secretRef`, true)];
    return [];
  });
  return [...keys, ...whole];
}

type Source = { name?: string; secretName?: string; optional?: boolean; items?: { key: string }[] };

function fromVolume({ configMap, secret, projected }: Volume, path: string, frozen: boolean): Reference[] {
  const sources = (projected?.sources ?? []).flatMap((source, index) => [
    ...fromSource('ConfigMap', source.configMap, `${path}.projected.sources[${index}].configMap`, frozen),
    ...fromSource('Secret', source.secret, `${path}.projected.sources[${index}].secret`, frozen),
  ]);
  return [
    ...fromSource('ConfigMap', configMap, `${path}.configMap`, frozen),
    ...fromSource('Secret', secret, `${path}.secret`, frozen),
    ...sources,
  ];
}

function fromSource(kind: Reference['kind'], source: Source | undefined, path: string, frozen: boolean): Reference[] {
  if (!source) return [];
  const one = reference(kind, source.secretName ?? source.name, source.optional, path, frozen);
  if (!source.items?.length) return [one];
  return source.items.map(({ key }, index) => ({ ...one, key, path: `${path}.items[${index}].key` }));
}

const reference = (
  kind: Reference['kind'],
  name: string | undefined,
  optional: boolean | undefined,
  path: string,
  frozen: boolean,
): Reference => ({ kind, name: name ?? '', optional: optional === true, path, frozen });
