import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { SecretFacts } from '#shared/domain/snapshot.ts';
import type { Ingress } from '#shared/domain/surroundings.ts';
import { expectedObjects, type Target } from '#shared/domain/target.ts';
import { containersOf, type PlacedSpec } from './pod-specs.ts';

export interface SecretRef {
  namespace: string;
  name: string;
}

/** The Secrets that the target names, or that a pod or an Ingress refers to, each once. */
export function referencedSecrets(target: Target, specs: PlacedSpec[], ingresses: Ingress[]): SecretRef[] {
  const expected = (expectedObjects(target).secrets ?? []).map(({ name }) => ({ namespace: target.namespace, name }));
  const referenced = specs.flatMap(({ namespace, spec }) => namesIn(spec).map((name) => ({ namespace, name })));
  return distinctRefs([...expected, ...referenced, ...tlsSecrets(ingresses)]).filter(({ name }) => name !== '');
}

export const refKey = ({ namespace, name }: SecretRef): string => `${namespace}/${name}`;

/** Each once, in the order of their first mention. */
export const distinctRefs = (refs: SecretRef[]): SecretRef[] => [
  ...new Map(refs.map(({ namespace, name }) => [refKey({ namespace, name }), { namespace, name }])).values(),
];

/** Those that Ingresses serve their hosts with. */
export const tlsSecrets = (ingresses: Ingress[]): SecretRef[] =>
  ingresses.flatMap(({ metadata: { namespace = '' }, spec }) =>
    (spec?.tls ?? []).flatMap(({ secretName }) => (secretName === undefined ? [] : [{ namespace, name: secretName }])),
  );

function namesIn(spec: PlacedSpec['spec']): string[] {
  const containers = containersOf(spec);
  const names = [
    ...containers.flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name)),
    ...containers.flatMap(({ envFrom = [] }) => envFrom.map(({ secretRef }) => secretRef?.name)),
    ...(spec.volumes ?? []).map(({ secret }) => secret?.secretName),
    ...(spec.volumes ?? []).flatMap(({ projected }) => (projected?.sources ?? []).map(({ secret }) => secret?.name)),
    ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
  ];
  return names.filter((name) => name !== undefined);
}

/**
 * The key names of a Secret from its metadata alone: `managedFields` lists the fields that each writer owns. Undefined
 * when no writer owns a key: then the server does not tell, which is not the same as "no keys".
 */
export function keysFromManagedFields({ metadata }: KubeObject): string[] | undefined {
  const owned = (metadata.managedFields ?? []).flatMap((entry) => {
    const { fieldsV1 } = entry as { fieldsV1?: Record<string, Record<string, unknown> | undefined> };
    return Object.keys({ ...fieldsV1?.['f:data'], ...fieldsV1?.['f:stringData'] });
  });
  const keys = owned.filter((field) => field.startsWith('f:')).map((field) => field.slice('f:'.length));
  return keys.length === 0 ? undefined : [...new Set(keys)].sort();
}

/** When the content of a Secret was last written, from its metadata alone; ISO. */
export function writtenAt({ metadata }: KubeObject): string | undefined {
  const written = (metadata.managedFields ?? []).filter(({ subresource }) => !subresource).map(({ time }) => time);
  return [metadata.creationTimestamp, ...written]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}

/**
 * Secrets with their values, as an input file may have them: the facts to keep, and the values to look for in all other
 * texts and then forget.
 */
export function readSecretValues(secrets: KubeObject[]): { facts: SecretFacts[]; values: Set<string> } {
  const values = new Set<string>();
  const facts = secrets.map((secret): SecretFacts => {
    const { data, stringData } = secret as { data?: Record<string, unknown>; stringData?: Record<string, unknown> };
    for (const encoded of Object.values(data ?? {})) if (typeof encoded === 'string') addDecoded(encoded, values);
    for (const plain of Object.values(stringData ?? {})) if (typeof plain === 'string') values.add(plain.trim());
    const keys = [...new Set([...Object.keys(data ?? {}), ...Object.keys(stringData ?? {})])].sort();
    const { namespace = '', name } = secret.metadata;
    const known = data || stringData ? keys : keysFromManagedFields(secret);
    const changedAt = writtenAt(secret);
    return { namespace, name, ...(known && { keys: known }), ...(changedAt && { changedAt }) };
  });
  values.delete('');
  return { facts, values };
}

/** The decoded value, and the encoded one as it stands. */
function addDecoded(encoded: string, values: Set<string>): void {
  const decoded = Buffer.from(encoded, 'base64').toString('utf8').trim();
  if (decoded !== '') values.add(decoded);
  values.add(encoded.trim());
}
