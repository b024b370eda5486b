import type { Container, Pod } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from '../object-store.ts';

/** A container cannot be made from its spec; the message is the kubelet's own. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

/** A volume cannot be mounted; the message is the kubelet's own. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

type Source = 'configmaps' | 'secrets';
const WORDS: Record<Source, { lower: string; upper: string }> = {
  configmaps: { lower: 'configmap', upper: 'ConfigMap' },
  secrets: { lower: 'secret', upper: 'Secret' },
};

/** The text behind each key of a ConfigMap or Secret; undefined where there is no such object. */
function dataOf(store: ObjectStore, source: Source, namespace: string, name: string): Map<string, string> | undefined {
  const object = store.get(source, { namespace, name });
  if (!object) return undefined;
  const decode = (text: string) => (source === 'secrets' ? Buffer.from(text, 'base64').toString() : text);
  return new Map(Object.entries(object.data ?? {}).map(([key, text]) => [key, decode(text)]));
}

/** The environment of the container's process. Throws ContainerConfigError. */
export function environmentOf(store: ObjectStore, pod: Pod, container: Container): Record<string, string> {
  const namespace = pod.metadata.namespace ?? '';
  const env: Record<string, string> = {};
  const read = (source: Source, name: string, optional: boolean | undefined) => {
    const data = dataOf(store, source, namespace, name);
    if (!data && !optional) throw new ContainerConfigError(`${WORDS[source].lower} "${name}" not found`);
    return data;
  };
  const readKey = (source: Source, ref: { name?: string; key: string; optional?: boolean }) => {
    const { name = '', key, optional } = ref;
    const value = read(source, name, optional)?.get(key);
    if (value === undefined && !optional)
      throw new ContainerConfigError(`couldn't find key ${key} in ${WORDS[source].upper} ${namespace}/${name}`);
    return value;
  };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const [source, ref] = configMapRef ? (['configmaps', configMapRef] as const) : (['secrets', secretRef] as const);
    for (const [key, value] of read(source, ref?.name ?? '', ref?.optional) ?? []) env[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom ?? {};
    let found = value;
    if (configMapKeyRef) found = readKey('configmaps', configMapKeyRef);
    if (secretKeyRef) found = readKey('secrets', secretKeyRef);
    if (fieldRef) found = downward(pod, fieldRef.fieldPath);
    if (found !== undefined) env[name] = found;
  }
  return env;
}

function downward(pod: Pod, path: string): string {
  if (path === 'status.podIP') return pod.status?.podIP ?? '';
  if (path === 'metadata.namespace') return pod.metadata.namespace ?? '';
  return path === 'spec.nodeName' ? (pod.spec.nodeName ?? '') : pod.metadata.name;
}

/** The files of each of the pod's volumes, by volume name and file name. Throws MountError. */
export function volumesOf(store: ObjectStore, pod: Pod): Map<string, Map<string, string>> {
  const namespace = pod.metadata.namespace ?? '';
  const volumes = new Map<string, Map<string, string>>();
  for (const { name, configMap, secret } of pod.spec.volumes ?? []) {
    const wanted = configMap ?? secret;
    if (!wanted) continue;
    const source: Source = configMap ? 'configmaps' : 'secrets';
    const object = configMap?.name ?? secret?.secretName ?? '';
    const data = dataOf(store, source, namespace, object);
    const { lower } = WORDS[source];
    const fail = (why: string) => new MountError(`MountVolume.SetUp failed for volume "${name}" : ${why}`);
    if (!data && !wanted.optional) throw fail(`${lower} "${object}" not found`);
    const items = wanted.items ?? [...(data?.keys() ?? [])].map((key) => ({ key, path: key }));
    const files = new Map<string, string>();
    for (const { key, path } of items) {
      const text = data?.get(key);
      if (text === undefined && !wanted.optional) throw fail(`${lower} references non-existent config key: ${key}`);
      if (text !== undefined) files.set(path, text);
    }
    volumes.set(name, files);
  }
  return volumes;
}

/** The text of a file as the container sees it now: mounted ConfigMaps follow their objects. */
export function readMounted(store: ObjectStore, pod: Pod, container: Container, path: string): string | undefined {
  const mount = (container.volumeMounts ?? []).find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  if (!mount) return undefined;
  return volumesOf(store, pod)
    .get(mount.name)
    ?.get(path.slice(mount.mountPath.length + 1));
}
