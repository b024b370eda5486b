import type { ConfigMap } from '#shared/domain/kubernetes.ts';
import { serviceNamed, variablesOf } from './endpoints.ts';
import type { Ref, WorkloadView } from './model.ts';

/** A Service that the configuration of a workload names: what it talks to besides OTLP receivers. */
export interface Need {
  service: Ref;
  /** the address as it stands there, without credentials */
  address: string;
  /** where it was read: object and field path */
  source: string;
  path: string;
  /** the workload itself says that it does not reach it, or waits for it before it starts */
  missed?: true;
}

/** `scheme://user@host:port` or `host:port`: a bare word may be anything. */
const ADDRESS =
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^\s/@"']{0,256}@)?([a-z0-9][a-z0-9.-]{0,252})(?::\d{1,5})?|(?<![\w.:/@-])([a-z][a-z0-9.-]{0,252}):\d{2,5}\b/gi;

/** The hosts of all addresses in a text, in their order. */
export const hostsIn = (text: string): string[] =>
  [...text.matchAll(ADDRESS)].flatMap(([, inUrl, alone]) => inUrl ?? alone ?? []);

/** A variable whose whole value is a host: PGHOST, REDIS_HOST, KAFKA_SERVER. */
const HOST_VARIABLE = /(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/;
const HOST = /^[a-z][a-z0-9.-]{0,252}$/;

/** From literal variables, arguments, and the ConfigMaps that are used. `exists`: names that are no Service are dropped. */
export function needsOf(
  workload: WorkloadView,
  configMap: (namespace: string, name: string) => ConfigMap | undefined,
  exists: (service: Ref) => boolean,
): Need[] {
  const { namespace } = workload.ref;
  const found = new Map<string, Need>();
  for (const { value, source, path } of textsOf(workload, configMap)) {
    for (const [address, inUrl, alone] of value.matchAll(ADDRESS)) {
      const service = servicesOf(inUrl ?? alone ?? '', namespace).find(exists);
      const key = service && `${service.namespace}/${service.name}`;
      if (service && key && !found.has(key))
        found.set(key, {
          service,
          address: address.replace(/^host:\/\//, '').replace(/\/\/[^/@]*@/, '//'),
          source,
          path,
        });
    }
  }
  return [...found.values()];
}

/** `name.other` is a Service of another namespace, or a name of the outside: there is one, or there is none. */
export function servicesOf(host: string, ownNamespace: string): Ref[] {
  const [name = '', namespace, ...rest] = host.split('.');
  const sure = serviceNamed(host, ownNamespace);
  const perhaps = sure || !namespace || rest.length > 0 ? [] : [{ kind: 'Service', namespace, name }];
  // kafka-0.kafka-headless: one pod of a StatefulSet, by its governing Service.
  const governing = /-\d{1,4}$/.test(name) && namespace ? servicesOf([namespace, ...rest].join('.'), ownNamespace) : [];
  return [...(sure ? [sure] : []), ...perhaps, ...governing];
}

/** All that its configuration says, as far as it can be read: variables, arguments, mounted files. */
export function* textsOf(
  workload: WorkloadView,
  configMap: (namespace: string, name: string) => ConfigMap | undefined,
): Generator<{ value: string; source: string; path: string }> {
  const { ref, template } = workload;
  for (const [index, container] of (template.containers ?? []).entries()) {
    for (const [name, variable] of variablesOf(workload, container, index, configMap)) {
      const isHost = HOST_VARIABLE.test(name) && HOST.test(variable.value);
      // Written as what it is: a bare word may be anything.
      yield isHost ? { ...variable, value: `host://${variable.value}` } : variable;
    }
    const path = `spec.template.spec.containers[${index}].args`;
    for (const value of container.args ?? []) yield { value, source: `${ref.kind}/${ref.namespace}/${ref.name}`, path };
  }
  for (const { configMap: volume } of template.volumes ?? []) {
    const source = `ConfigMap/${ref.namespace}/${volume?.name}`;
    for (const [key, text] of Object.entries(configMap(ref.namespace, volume?.name ?? '')?.data ?? {}))
      yield { value: String(text), source, path: `data["${key}"]` };
  }
}
