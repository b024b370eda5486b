import type { ConfigMap, Container } from '#shared/domain/kubernetes.ts';
import { keyOf, type Ref, type WorkloadView } from './model.ts';

/** One OTLP endpoint in the configuration of a workload. */
export interface Endpoint {
  url: string;
  host: string;
  port: number;
  /** as the same container's protocol variable says; absent = the SDK's default */
  protocol?: string;
  /** The in-cluster Service that the host names, whether it exists or not. */
  service?: Ref;
  /** where it was read: object and field path */
  source: string;
  path: string;
}

type ConfigMaps = (namespace: string, name: string) => ConfigMap | undefined;

interface Variable {
  value: string;
  source: string;
  path: string;
}

const ENDPOINT = /^OTEL_EXPORTER_OTLP_(?:(TRACES|METRICS|LOGS)_)?ENDPOINT$/;
const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** From OTEL_EXPORTER_OTLP_* variables (literal or out of a ConfigMap), and from URLs in mounted configuration files. */
export function endpointsOf(workload: WorkloadView, configMap: ConfigMaps): Endpoint[] {
  const found = (workload.template.containers ?? []).flatMap((container, index) => {
    const variables = variablesOf(workload, container, index, configMap);
    return [...variables].flatMap(([name, variable]) => {
      const signal = ENDPOINT.exec(name);
      if (!signal) return [];
      const protocol =
        (signal[1] && variables.get(`OTEL_EXPORTER_OTLP_${signal[1]}_PROTOCOL`)) ||
        variables.get('OTEL_EXPORTER_OTLP_PROTOCOL');
      return parse(variable, workload, protocol?.value);
    });
  });
  return [...found, ...inFiles(workload, configMap)];
}

/** The environment of a container by name, as far as it can be read without its Secrets. */
export function variablesOf(
  { ref, template }: WorkloadView,
  container: Container,
  index: number,
  configMap: ConfigMaps,
): Map<string, Variable> {
  const at = `spec.template.spec.containers[${index}]`;
  const variables = new Map<string, Variable>();
  if (!template) return variables;
  for (const { configMapRef, prefix = '' } of container.envFrom ?? []) {
    const name = configMapRef?.name ?? '';
    for (const [key, value] of Object.entries(configMap(ref.namespace, name)?.data ?? {})) {
      const source = `ConfigMap/${ref.namespace}/${name}`;
      variables.set(prefix + key, { value: String(value), source, path: `data["${key}"]` });
    }
  }
  (container.env ?? []).forEach(({ name, value, valueFrom }, number) => {
    const map = valueFrom?.configMapKeyRef;
    const data = map && configMap(ref.namespace, map.name ?? '')?.data?.[map.key];
    if (map && data !== undefined) {
      const source = `ConfigMap/${ref.namespace}/${map.name}`;
      variables.set(name, { value: String(data), source, path: `data["${map.key}"]` });
    } else if (value !== undefined) {
      variables.set(name, { value: String(value), source: keyOf(ref), path: `${at}.env[${number}].value` });
    }
  });
  return variables;
}

/** `http://otel-collector:4317` anywhere, or as a Collector's exporter writes it: `endpoint: otel-gateway:4317`. */
const IN_FILE = /(?:^|["'\s=])((?:https?:\/\/|(?<=endpoint["']?\s?[:=]\s?["']?))[\w.-]+:431[78])\b/g;

/** Addresses on the OTLP ports in the ConfigMaps that the workload mounts: how applications with a config file say it. */
function inFiles(workload: WorkloadView, configMap: ConfigMaps): Endpoint[] {
  const { namespace } = workload.ref;
  const names = (workload.template.volumes ?? []).flatMap(({ configMap: volume, projected }) => [
    volume?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  return names.flatMap((name) =>
    Object.entries(configMap(namespace, name ?? '')?.data ?? {}).flatMap(([key, text]) =>
      [...String(text).matchAll(IN_FILE)].flatMap(([, value = '']) =>
        parse({ value, source: `ConfigMap/${namespace}/${name}`, path: `data["${key}"]` }, workload),
      ),
    ),
  );
}

function parse({ value, source, path }: Variable, { ref }: WorkloadView, protocol?: string): Endpoint[] {
  // gRPC exporters take host:port too.
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (!url?.hostname) return [];
  const { hostname: host } = url;
  const endpoint: Endpoint = {
    url: value,
    host,
    port: Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0),
    source,
    path,
  };
  if (protocol) endpoint.protocol = protocol;
  const service = serviceNamed(host, ref.namespace);
  if (service) endpoint.service = service;
  return [endpoint];
}

/** `name`, `name.namespace.svc` and `name.namespace.svc.cluster.local`; `name.other` may be a name of the outside. */
function serviceNamed(host: string, ownNamespace: string): Ref | undefined {
  const [name = '', namespace, svc, ...domain] = host.split('.');
  const short = namespace === undefined || (namespace === ownNamespace && svc === undefined);
  const inCluster = short || (svc === 'svc' && (domain.length === 0 || domain[0] === 'cluster'));
  if (!inCluster || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) || name === 'localhost') return undefined;
  return { kind: 'Service', namespace: namespace ?? ownNamespace, name };
}
