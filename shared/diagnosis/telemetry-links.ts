import { type CollectorConfig, collectorConfigOf, collectorsOf } from './collector.ts';
import { exportersOf, type Receiver, receiversOf, type Signal } from './collector-exporters.ts';
import { type Endpoint, serviceNamed } from './endpoints.ts';
import { keyOf, type Ref, type ServiceView, type WorkloadView } from './model.ts';
import { once } from './once.ts';
import type { ClusterView } from './view.ts';

/** One hop of telemetry as configuration draws it: from an application or a Collector's exporter to an OTLP receiver. */
export interface Link {
  from: WorkloadView;
  /** id of the exporter; absent for an application */
  exporter?: string;
  url: string;
  host: string;
  port: number;
  protocol?: 'grpc' | 'http';
  /** absent where the configuration does not say */
  tls?: boolean;
  /** the signals that are surely sent */
  sends: Signal[];
  /** of an endpoint for one signal */
  signal?: Signal;
  /** where it was read: object and field path */
  source: Ref | string;
  path: string;
  /** The Service that the host names, whether it exists or not. */
  named?: Ref;
  service?: ServiceView;
  collector?: Destination;
}

/** A Collector whose configuration is known, behind the Service of a link. */
export interface Destination {
  workload: WorkloadView;
  config: CollectorConfig;
  receivers: Receiver[];
  /** the port of the pod at which the link arrives; absent where the Service does not have the link's port */
  port?: number;
  /** the one that listens there */
  receiver?: Receiver;
}

const drawnIn = once(draw);

/** The hops that begin at a workload in sight; drawn once for all rules. */
export const linksOf = (view: ClusterView, { ref }: WorkloadView): Link[] => drawnIn(view).get(keyOf(ref)) ?? [];

function draw(view: ClusterView): Map<string, Link[]> {
  const collectors = new Set(collectorsOf(view).map(({ ref }) => keyOf(ref)));
  return new Map(
    view.workloads.map((from) => {
      const key = keyOf(from.ref);
      const links = collectors.has(key)
        ? fromExporters(view, from)
        : view.endpoints(from).flatMap((each) => fromEndpoint(from, each));
      return [key, links.map((link) => arriving(view, link, collectors))];
    }),
  );
}

function fromEndpoint(from: WorkloadView, endpoint: Endpoint): Link[] {
  const { url, host, port, protocol, source, path, service, sends, signal } = endpoint;
  if (!sends) return [];
  const link: Link = { from, url, host, port, source, path, sends };
  const spoken = protocol?.startsWith('http/') ? 'http' : protocol;
  if (spoken === 'grpc' || spoken === 'http') link.protocol = spoken;
  // What a URL without a scheme means differs from SDK to SDK.
  if (url.includes('://')) link.tls = url.startsWith('https://');
  if (signal) link.signal = signal;
  if (service) link.named = service;
  return [link];
}

function fromExporters(view: ClusterView, from: WorkloadView): Link[] {
  const config = collectorConfigOf(view, from);
  return (config ? exportersOf(config) : []).flatMap(({ id, protocol, endpoint, tls, signals, path }) => {
    const parsed =
      endpoint === undefined ? null : URL.parse(endpoint.includes('://') ? endpoint : `http://${endpoint}`);
    if (!config || endpoint === undefined || !parsed?.hostname) return [];
    const { hostname: host } = parsed;
    const port = Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80);
    const at = { source: config.configMap, path: `data["${config.key}"] ${path}` };
    const link: Link = { from, exporter: id, url: endpoint, host, port, ...at, sends: protocol ? signals : [] };
    if (protocol) link.protocol = protocol;
    if (tls !== undefined) link.tls = tls;
    const named = serviceNamed(host, from.ref.namespace);
    if (named) link.named = named;
    return [link];
  });
}

function arriving(view: ClusterView, link: Link, collectors: Set<string>): Link {
  const service = link.named && view.service(link.named.namespace, link.named.name);
  if (!service) return link;
  const [workload] = service.workloads.filter(({ ref }) => collectors.has(keyOf(ref)));
  const collector = workload && destination(view, service, workload, link.port);
  return { ...link, service, ...(collector ? { collector } : {}) };
}

function destination(
  view: ClusterView,
  service: ServiceView,
  workload: WorkloadView,
  wanted: number,
): Destination | undefined {
  const config = collectorConfigOf(view, workload);
  if (!config?.root) return undefined;
  const receivers = receiversOf(config);
  const port = podPort(service, workload, wanted);
  // The port of a proxy beside the Collector is not the Collector's.
  const [, ...others] = workload.template.containers ?? [];
  const taken = others.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port));
  if (taken) return undefined;
  const receiver = port === undefined ? undefined : receivers.find((each) => each.port === port);
  return { workload, config, receivers, ...(port === undefined ? {} : { port }), ...(receiver ? { receiver } : {}) };
}

/** Where a Service sends a port; a headless one has no say. */
function podPort({ object }: ServiceView, { template }: WorkloadView, wanted: number): number | undefined {
  if (object.spec?.clusterIP === 'None') return wanted;
  const mapped = object.spec?.ports?.find(({ port }) => port === wanted);
  if (!mapped) return undefined;
  const { targetPort = mapped.port } = mapped;
  if (typeof targetPort === 'number') return targetPort;
  const ports = (template.containers ?? []).flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === targetPort)?.containerPort;
}
