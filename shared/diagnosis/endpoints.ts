import type { ConfigMap, Container } from '#shared/domain/kubernetes.ts';
import { keyOf, type Ref, type WorkloadView } from './model.ts';

const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export type TelemetrySignal = (typeof SIGNALS)[number];

/** One OTLP endpoint in the configuration of a workload. */
export interface Endpoint {
  url: string;
  host: string;
  port: number;
  /** as the same container's protocol variable says; absent = the SDK's default */
  protocol?: string;
  /** of a variable of the OTLP exporters: the signals that are surely sent there */
  sends?: TelemetrySignal[];
  /** of a variable for one signal */
  signal?: TelemetrySignal;
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
      const [found] = parseEndpoint(variable, workload, protocol?.value);
      if (!found) return [];
      const own = SIGNALS.find((each) => each.toUpperCase() === signal[1]);
      if (own) found.signal = own;
      found.sends = SIGNALS.filter((each) => sends(variables, each, own));
      return [found];
    });
  });
  return [...found, ...inFiles(workload, configMap)];
}

/** Is a signal sent to the endpoint of `own`, or to that of all without an `own`? Which ones an SDK sends by itself differs. */
function sends(variables: Map<string, Variable>, signal: TelemetrySignal, own: TelemetrySignal | undefined): boolean {
  const exporter = variables.get(`OTEL_${signal.toUpperCase()}_EXPORTER`)?.value;
  if (own !== undefined) return own === signal && (exporter === undefined || exporter.includes('otlp'));
  const elsewhere = variables.has(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  return !elsewhere && exporter?.includes('otlp') === true;
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

/** Exporters of a Collector send to any port, and each says `endpoint:`. */
const IN_COLLECTOR_FILE = /\bendpoint["']?\s?:\s?["']?((?:https?:\/\/)?[\w.-]+(?::\d{1,5})?)/g;
const COLLECTOR_FILE = /^["']?exporters["']?\s?:/m;

/**
 * Addresses on the OTLP ports in the ConfigMaps that the workload mounts, which is how applications with a config file
 * say it; in the configuration of a Collector all endpoints.
 */
function inFiles(workload: WorkloadView, configMap: ConfigMaps): Endpoint[] {
  const { namespace } = workload.ref;
  const names = (workload.template.volumes ?? []).flatMap(({ configMap: volume, projected }) => [
    volume?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  return names.flatMap((name) =>
    Object.entries(configMap(namespace, name ?? '')?.data ?? {}).flatMap(([key, text]) =>
      [...String(text).matchAll(COLLECTOR_FILE.test(String(text)) ? IN_COLLECTOR_FILE : IN_FILE)].flatMap(
        ([, value = '']) =>
          parseEndpoint({ value, source: `ConfigMap/${namespace}/${name}`, path: `data["${key}"]` }, workload),
      ),
    ),
  );
}

/** `http://host:port`, or `host:port` as gRPC exporters take it; none where it is neither. */
export function parseEndpoint({ value, source, path }: Variable, { ref }: WorkloadView, protocol?: string): Endpoint[] {
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
export function serviceNamed(host: string, ownNamespace: string): Ref | undefined {
  const [name = '', namespace, svc, ...domain] = host.split('.');
  const short = namespace === undefined || (namespace === ownNamespace && svc === undefined);
  const inCluster = short || (svc === 'svc' && (domain.length === 0 || domain[0] === 'cluster'));
  if (!inCluster || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) || name === 'localhost') return undefined;
  return { kind: 'Service', namespace: namespace ?? ownNamespace, name };
}
