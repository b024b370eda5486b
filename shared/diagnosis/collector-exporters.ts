import { type CollectorConfig, ids, section } from './collector.ts';
import { once } from './once.ts';

export type Signal = 'traces' | 'metrics' | 'logs' | 'profiles';
export const SIGNALS: Signal[] = ['traces', 'metrics', 'logs', 'profiles'];

/** An exporter that a pipeline uses. */
export interface Exporter {
  id: string;
  /** of an exporter for OTLP; absent for all others */
  protocol?: 'grpc' | 'http';
  /** as written; absent where it has none or names them by signal */
  endpoint?: string;
  /** Does it speak TLS? Absent where the file does not say. */
  tls?: boolean;
  signals: Signal[];
  /** key path of the endpoint in the file */
  path: string;
}

/** An OTLP receiver that a pipeline uses, by protocol. */
export interface Receiver {
  id: string;
  protocol: 'grpc' | 'http';
  /** absent where the file leaves it to the environment */
  port?: number;
  /** as written; the defaults are localhost:4317 and localhost:4318 */
  endpoint: string;
  tls: boolean;
  signals: Signal[];
  path: string;
  /** of an HTTP receiver: where it takes each signal */
  paths: Partial<Record<Signal, string>>;
}

const PROTOCOLS: Record<string, 'grpc' | 'http'> = {
  otlp: 'grpc',
  otlp_grpc: 'grpc',
  otlphttp: 'http',
  otlp_http: 'http',
};

const typeOf = (id: string) => id.split('/')[0] ?? '';
const isFromEnvironment = (value: unknown) => typeof value === 'string' && value.includes('$');

/** The signals of the pipelines in which a component stands. */
function signalsOf({ root }: CollectorConfig, kind: 'receivers' | 'exporters', id: string): Signal[] {
  const pipelines = Object.keys(section(root, 'service', 'pipelines'));
  const own = pipelines.filter((name) => ids(section(root, 'service', 'pipelines', name)[kind]).includes(id));
  return SIGNALS.filter((signal) => own.some((name) => typeOf(name) === signal));
}

export function exportersOf(config: CollectorConfig): Exporter[] {
  return Object.keys(section(config.root, 'exporters')).flatMap((id) => {
    const signals = signalsOf(config, 'exporters', id);
    if (signals.length === 0) return [];
    const settings = section(config.root, 'exporters', id);
    const { endpoint } = settings;
    const protocol = PROTOCOLS[typeOf(id)];
    const written = typeof endpoint === 'string' && !isFromEnvironment(endpoint) ? endpoint : undefined;
    const tls = protocol && written !== undefined ? speaksTls(protocol, written, settings) : undefined;
    const exporter: Exporter = { id, signals, path: `exporters.${id}.endpoint` };
    if (protocol) exporter.protocol = protocol;
    if (written !== undefined) exporter.endpoint = written;
    if (tls !== undefined) exporter.tls = tls;
    return [exporter];
  });
}

function speaksTls(protocol: 'grpc' | 'http', endpoint: string, settings: Record<string, unknown>) {
  if (endpoint.startsWith('https://')) return true;
  if (endpoint.startsWith('http://')) return false;
  if (protocol === 'http' || endpoint.includes('://')) return undefined;
  // Without a scheme the gRPC exporter speaks TLS unless it is told not to.
  const { insecure } = section(settings, 'tls');
  return isFromEnvironment(insecure) ? undefined : insecure !== true;
}

/** Asked for every link to the Collector. */
export const receiversOf = once(findReceivers);

function findReceivers(config: CollectorConfig): Receiver[] {
  return Object.keys(section(config.root, 'receivers')).flatMap((id) => {
    const signals = signalsOf(config, 'receivers', id);
    if (typeOf(id) !== 'otlp' || signals.length === 0) return [];
    const protocols = section(config.root, 'receivers', id, 'protocols');
    return (['grpc', 'http'] as const).flatMap((protocol) => {
      if (!(protocol in protocols)) return [];
      const settings = section(protocols, protocol);
      if (settings.transport === 'unix') return [];
      const endpoint = String(settings.endpoint ?? (protocol === 'grpc' ? 'localhost:4317' : 'localhost:4318'));
      const port = /:(\d{1,5})$/.exec(endpoint)?.[1];
      const receiver: Receiver = {
        id,
        protocol,
        endpoint,
        signals,
        tls: Object.keys(section(settings, 'tls')).length > 0,
        path: `receivers.${id}.protocols.${protocol}.endpoint`,
        paths: Object.fromEntries(
          SIGNALS.map((signal) => [signal, String(settings[`${signal}_url_path`] ?? `/v1/${signal}`)]),
        ),
      };
      if (port !== undefined) receiver.port = Number(port);
      return [receiver];
    });
  });
}
