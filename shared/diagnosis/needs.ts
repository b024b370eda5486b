import type { ConfigMap, Volume } from '#shared/domain/kubernetes.ts';
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

/** `scheme://user@host:port`, `host:port` or `host=name`: a bare word may be anything. */
const ADDRESS =
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^\s/@"']{0,256}@)?([a-z0-9][a-z0-9.-]{0,252})(?::\d{1,5})?|(?<![\w./@-])(?<!(?<!\b\d):)([a-z][a-z0-9.-]{0,252}):\d{2,5}\b|\b(?:host|hostname|server|data source|addr|address)["']?\s{0,4}[:=]\s{0,4}["']?(?:tcp:)?(?![a-z]{1,20}:\/\/)([a-z][a-z0-9.-]{0,252})(?::\d{1,5})?/gi;

/** The hosts of all addresses in a text, in their order. */
export const hostsIn = (text: string): string[] =>
  [...text.matchAll(ADDRESS)].flatMap(([, inUrl, alone, keyed]) => inUrl ?? alone ?? keyed ?? []);

/** A variable whose whole value is a host, or several: PGHOST, REDIS_HOST, KAFKA_SERVERS. */
const HOST_VARIABLE = /(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|HOSTS|SERVERS|NODES|BROKERS|SEEDS|PEERS|ENDPOINTS?)$/;
const HOSTS = /^[a-z][a-z0-9.-]{0,252}(?:[,;] ?[a-z][a-z0-9.-]{0,252}){0,20}$/;

/** From literal variables, arguments, and the ConfigMaps that are used. `exists`: names that are no Service are dropped. */
export function needsOf(
  workload: WorkloadView,
  configMap: (namespace: string, name: string) => ConfigMap | undefined,
  exists: (service: Ref) => boolean,
): Need[] {
  const { namespace } = workload.ref;
  const found = new Map<string, Need>();
  for (const { value, source, path } of textsOf(workload, configMap)) {
    for (const [address, inUrl, alone, keyed] of value.matchAll(ADDRESS)) {
      const service = servicesOf(inUrl ?? alone ?? keyed ?? '', namespace).find(exists);
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
  const source = `${ref.kind}/${ref.namespace}/${ref.name}`;
  for (const [index, container] of (template.containers ?? []).entries()) {
    for (const [name, variable] of variablesOf(workload, container, index, configMap)) {
      const isHost = HOST_VARIABLE.test(name) && HOSTS.test(variable.value);
      // Written as what it is: a bare word may be anything.
      yield isHost ? { ...variable, value: variable.value.replace(/(?:^|[,;] ?)/g, '$&host://') } : variable;
    }
    for (const field of ['command', 'args'] as const) {
      const path = `spec.template.spec.containers[${index}].${field}`;
      for (const value of container[field] ?? []) yield { value: String(value), source, path };
    }
  }
  for (const name of (template.volumes ?? []).flatMap(mapsIn)) {
    const source = `ConfigMap/${ref.namespace}/${name}`;
    for (const [key, text] of Object.entries(configMap(ref.namespace, name)?.data ?? {}))
      yield { value: String(text), source, path: `data["${key}"]` };
  }
}

const mapsIn = ({ configMap, projected }: Volume): string[] =>
  [configMap?.name, ...(projected?.sources ?? []).map((source) => source.configMap?.name)].filter(
    (name) => name !== undefined,
  );
