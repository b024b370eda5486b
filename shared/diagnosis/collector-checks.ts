import { asSettings, type CollectorConfig, ids, section } from './collector.ts';

export interface ConfigProblem {
  /** key path in the file */
  path: string;
  problem: string;
}

const KINDS = ['receivers', 'processors', 'exporters'] as const;

/**
 * What the Collector refuses at its start and the file alone shows. Its own words where it has some, so that they can
 * be searched for.
 */
export function problemsOf({ root, text }: CollectorConfig): ConfigProblem[] {
  if (!root) return [];
  if (text.trim() === '') return [{ path: '(file)', problem: 'empty configuration file' }];
  // It stops at the first of these: what follows from them is not said.
  const first = [...unknownKeys(root), ...emptySections(root)];
  if (first.length > 0) return first.slice(0, 1);
  const pipelines = Object.entries(section(root, 'service', 'pipelines'));
  return [
    ...(pipelines.length === 0
      ? [{ path: 'service.pipelines', problem: 'service must have at least one pipeline' }]
      : []),
    ...pipelines.flatMap(([id, pipeline]) => inPipeline(root, id, section({ pipeline }, 'pipeline'))),
    ...ids(section(root, 'service').extensions)
      .filter((id) => !(id in section(root, 'extensions')))
      .map((id) => ({
        path: 'service.extensions',
        problem: `service::extensions: references extension "${id}" which is not configured`,
      })),
    ...Object.entries(section(root, 'receivers')).flatMap(([id, settings]) => inOtlpReceiver(id, settings)),
    ...Object.entries(section(root, 'processors')).flatMap(([id, settings]) => inMemoryLimiter(id, settings)),
  ];
}

const KEYS = ['receivers', 'processors', 'exporters', 'connectors', 'extensions', 'service'];

function unknownKeys(root: Record<string, unknown>): ConfigProblem[] {
  const unknown = Object.keys(root).filter((key) => !KEYS.includes(key));
  if (unknown.length === 0) return [];
  return [{ path: '(file)', problem: `'otelcol.configSettings' has invalid keys: ${unknown.join(', ')}` }];
}

const emptySections = (root: Record<string, unknown>): ConfigProblem[] =>
  ['receivers', 'exporters']
    .filter((kind) => Object.keys({ ...section(root, kind), ...section(root, 'connectors') }).length === 0)
    .map((kind) => ({ path: kind, problem: `no ${kind.slice(0, -1)} configuration specified in config` }));

function inPipeline(root: Record<string, unknown>, id: string, pipeline: Record<string, unknown>): ConfigProblem[] {
  const path = `service.pipelines.${id}`;
  const own = `service::pipelines::${id}`;
  const [signal = ''] = id.split('/');
  const unknown = ['traces', 'metrics', 'logs', 'profiles'].includes(signal)
    ? []
    : [{ path, problem: `'service.pipelines' in "${id}" id: unknown pipeline signal: "${signal}"` }];
  const empty = (['receivers', 'exporters'] as const)
    .filter((kind) => ids(pipeline[kind]).length === 0)
    .map((kind) => ({ path: `${path}.${kind}`, problem: `${own}: must have at least one ${kind.slice(0, -1)}` }));
  const undefinedOnes = KINDS.flatMap((kind) => {
    // A connector is the exporter of one pipeline and the receiver of another.
    const connectors = kind === 'processors' ? {} : section(root, 'connectors');
    return ids(pipeline[kind])
      .filter((each) => !(each in section(root, kind)) && !(each in connectors))
      .map((each) => ({
        path: `${path}.${kind}`,
        problem: `${own}: references ${kind.slice(0, -1)} "${each}" which is not configured`,
      }));
  });
  return [...unknown, ...empty, ...undefinedOnes];
}

function inOtlpReceiver(id: string, settings: unknown): ConfigProblem[] {
  if (!/^otlp(\/|$)/.test(id)) return [];
  const protocols = section({ settings }, 'settings', 'protocols');
  const enabled = ['grpc', 'http'].filter((protocol) => protocol in protocols);
  if (enabled.length > 0) return [];
  return [
    {
      path: `receivers.${id}.protocols`,
      problem: `receivers::${id}: must specify at least one protocol when using the OTLP receiver`,
    },
  ];
}

function inMemoryLimiter(id: string, settings: unknown): ConfigProblem[] {
  if (!/^memory_limiter(\/|$)/.test(id)) return [];
  const path = `processors.${id}`;
  const { limit_mib, limit_percentage, spike_limit_mib, check_interval } = asSettings(settings) ?? {};
  const problem = (text: string) => ({ path, problem: `processors::${id}: ${text}` });
  // A value from the environment is not known here.
  if ([limit_mib, spike_limit_mib, check_interval].some((value) => typeof value === 'string' && value.includes('$')))
    return [];
  return [
    ...(check_interval ? [] : [problem("'check_interval' must be greater than zero")]),
    ...(limit_mib || limit_percentage ? [] : [problem("'limit_mib' or 'limit_percentage' must be greater than zero")]),
    ...(Number(limit_mib) > 0 && Number(spike_limit_mib) >= Number(limit_mib)
      ? [problem("'spike_limit_mib' must be smaller than 'limit_mib'")]
      : []),
  ];
}
