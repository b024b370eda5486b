import { LineCounter, parseDocument } from 'yaml';
import { isMap } from '../objects.ts';
import type { Signal } from './otlp-wire.ts';

/** What the Collector prints before it ends with code 1; the words are those of release 0.161. */
export class CollectorConfigError extends Error {
  override readonly name = 'CollectorConfigError';
}

export interface CollectorConfig {
  signals: Signal[];
  /** host:port of the OTLP/HTTP and gRPC receivers; the default is localhost */
  http: string | undefined;
  grpc: string | undefined;
  healthCheck: string | undefined;
  exporters: ExporterConfig[];
}

export interface ExporterConfig {
  /** as configured: TYPE or TYPE/NAME */
  id: string;
  type: string;
  /** URL; empty for one without a network */
  endpoint: string;
  headers: Record<string, string>;
  /** of the pipelines that it ends */
  signals: Signal[];
}

const TYPES = {
  receivers: ['nop', 'otlp'],
  processors: ['batch', 'filter', 'memory_limiter', 'probabilistic_sampler', 'resource'],
  exporters: ['debug', 'nop', 'otlp', 'otlp_grpc', 'otlp_http', 'otlphttp'],
  extensions: ['health_check', 'pprof', 'zpages'],
  connectors: ['forward'],
} as const;
type Section = keyof typeof TYPES;
const SECTIONS = Object.keys(TYPES) as Section[];
const invalid = (text: string) => new CollectorConfigError(`Error: invalid configuration: ${text}`);

/** go-yaml's words for the mistakes that people make. */
const YAML_WORDS: Record<string, string> = {
  TAB_AS_INDENT: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BAD_INDENT: "did not find expected ',' or '}'",
  MISSING_CHAR: "did not find expected ',' or '}'",
};

function parse(text: string): Record<string, unknown> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line } = lineCounter.linePos(error.pos[0]);
    const words = YAML_WORDS[error.code] ?? "could not find expected ':'";
    throw new CollectorConfigError(
      `Error: failed to get config: cannot resolve the configuration: retrieved value (type=string) cannot be used as a Conf: assuming string type since contents are not valid YAML: yaml: line ${line}: ${words}`,
    );
  }
  const config: unknown = document.toJS();
  return isMap(config) ? config : {};
}

function decodeErrors(config: Record<string, unknown>): string[] {
  const errors: string[] = [];
  const unknown = Object.keys(config).filter((key) => key !== 'service' && !(SECTIONS as string[]).includes(key));
  if (unknown.length > 0) errors.push(`'otelcol.configSettings' has invalid keys: ${unknown.sort().join(', ')}`);
  for (const section of SECTIONS) {
    for (const id of idsOf(config, section)) {
      const type = id.split('/')[0] ?? '';
      const valid: readonly string[] = TYPES[section];
      if (!valid.includes(type))
        errors.push(`'${section}' unknown type: "${type}" for id: "${id}" (valid values: [${valid.join(' ')}])`);
    }
  }
  return errors;
}

const mapAt = (value: unknown, key: string): Record<string, unknown> => {
  const found = isMap(value) ? value[key] : undefined;
  return isMap(found) ? found : {};
};
const idsOf = (config: Record<string, unknown>, section: Section): string[] => Object.keys(mapAt(config, section));
const listAt = (value: unknown, key: string): string[] => {
  const found = isMap(value) ? value[key] : undefined;
  return Array.isArray(found) ? found.map(String) : [];
};

function serviceErrors(config: Record<string, unknown>): string[] {
  const service = mapAt(config, 'service');
  const pipelines = Object.entries(mapAt(service, 'pipelines')).sort(([a], [b]) => a.localeCompare(b));
  const errors: string[] = [];
  for (const id of listAt(service, 'extensions'))
    if (!idsOf(config, 'extensions').includes(id))
      errors.push(`service::extensions: references extension "${id}" which is not configured`);
  if (pipelines.length === 0) errors.push('service::pipelines: service must have at least one pipeline');
  for (const [name, pipeline] of pipelines) {
    for (const section of ['receivers', 'exporters'] as const)
      if (listAt(pipeline, section).length === 0)
        errors.push(`service::pipelines::${name}: must have at least one ${section.slice(0, -1)}`);
  }
  if (errors.length > 0) return errors;
  for (const [name, pipeline] of pipelines) {
    for (const section of ['receivers', 'processors', 'exporters'] as const) {
      const missing = listAt(pipeline, section).find((id) => !idsOf(config, section).includes(id));
      // The real one stops at the first reference that leads nowhere.
      if (missing)
        return [`service::pipelines::${name}: references ${section.slice(0, -1)} "${missing}" which is not configured`];
    }
  }
  return [];
}

/** Reads the Collector's configuration as far as the sandbox honours it. Throws CollectorConfigError. */
export function readCollectorConfig(path: string, text: string | undefined): CollectorConfig {
  if (text === undefined)
    throw new CollectorConfigError(
      `Error: failed to get config: cannot resolve the configuration: cannot retrieve the configuration: unable to read the file file:${path}: open ${path}: no such file or directory`,
    );
  const config = parse(text);
  if (Object.keys(config).length === 0)
    throw invalid('empty configuration file\nservice::pipelines: service must have at least one pipeline');
  const undecoded = decodeErrors(config);
  if (undecoded.length > 0)
    throw new CollectorConfigError(
      `Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):\n\n${undecoded.join('\n')}`,
    );
  const errors = serviceErrors(config);
  if (errors.length > 0) throw invalid(errors.join('\n'));

  const service = mapAt(config, 'service');
  const pipelines = Object.entries(mapAt(service, 'pipelines'));
  const withOtlp = pipelines.filter(([, pipeline]) => listAt(pipeline, 'receivers').includes('otlp'));
  const protocols = mapAt(mapAt(mapAt(config, 'receivers'), 'otlp'), 'protocols');
  const endpoint = (protocol: string, fallback: string) =>
    protocol in protocols ? String(mapAt(protocols, protocol).endpoint ?? fallback) : undefined;
  const health = mapAt(mapAt(config, 'extensions'), 'health_check').endpoint ?? 'localhost:13133';
  return {
    signals: withOtlp.map(([name]) => name.split('/')[0] as Signal),
    http: endpoint('http', 'localhost:4318'),
    grpc: endpoint('grpc', 'localhost:4317'),
    healthCheck: listAt(service, 'extensions').includes('health_check') ? String(health) : undefined,
    exporters: exportersOf(config, pipelines),
  };
}

function exportersOf(config: Record<string, unknown>, pipelines: [string, unknown][]): ExporterConfig[] {
  const ids = [...new Set(pipelines.flatMap(([, pipeline]) => listAt(pipeline, 'exporters')))];
  return ids.map((id) => {
    const { endpoint, headers } = mapAt(mapAt(config, 'exporters'), id);
    return {
      id,
      type: id.split('/')[0] ?? '',
      endpoint: typeof endpoint === 'string' ? endpoint : '',
      headers: Object.fromEntries(
        Object.entries(isMap(headers) ? headers : {}).map(([key, value]) => [key, `${value}`]),
      ),
      signals: pipelines
        .filter(([, pipeline]) => listAt(pipeline, 'exporters').includes(id))
        .map(([name]) => name.split('/')[0] as Signal),
    };
  });
}
