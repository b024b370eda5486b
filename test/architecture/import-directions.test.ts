import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Who may import whom (CONTRIBUTING.md). A folder not named here may be imported by everybody who may import `pure`.
 * Type imports count too: a rule that knows an AWS type is no longer pure.
 */
const LAYERS: [name: string, folders: RegExp][] = [
  ['domain', /^shared\/domain\//],
  ['ports', /^shared\/ports\//],
  ['pure', /^shared\/(diagnosis|actions|redaction|otlp|logs|report)\//],
  ['evidence', /^shared\/(snapshot|incidents)\//],
  ['runtime', /^shared\/runtime\//],
  ['deployed', /^shared\/aws\/(deployed-[a-z]+|environment)\.ts$/],
  ['adapters', /^shared\/(kubernetes|aws|wire|files)\//],
  ['entry', /^functions\/[^/]+\/index\.ts$/],
  ['step', /^functions\/[^/]+\//],
  ['infra', /^infra\//],
  ['config', /^medic\.config\.ts$/],
];

const MAY_IMPORT: Record<string, string[]> = {
  domain: ['domain'],
  ports: ['domain', 'ports'],
  pure: ['domain', 'pure'],
  evidence: ['domain', 'ports', 'pure', 'evidence'],
  runtime: ['domain', 'ports', 'pure', 'runtime'],
  adapters: ['domain', 'ports', 'pure', 'adapters'],
  deployed: ['domain', 'ports', 'pure', 'adapters', 'deployed'],
  step: ['domain', 'ports', 'pure', 'evidence', 'step'],
  entry: ['deployed', 'runtime', 'step'],
  infra: ['domain', 'ports', 'pure', 'evidence', 'runtime', 'adapters', 'step', 'infra', 'config'],
  config: ['domain'],
};

/** What only adapters, the runtime and infra may know. */
const CLIENTS =
  /^(@aws-sdk|@smithy|@aws-crypto|@kubernetes|@opentelemetry|@middy|aws-cdk-lib|constructs|aws-local-stepfunctions|commander|listr2)(\/|$)/;
const WITHOUT_CLIENTS = ['domain', 'ports', 'pure', 'evidence', 'step', 'entry', 'config'];

/** Modules that reach outside the process: pure code has no use for them. */
const EFFECTS = /^node:(fs|net|http|https|tls|dns|child_process|worker_threads|dgram|http2)(\/|$)/;
const WITHOUT_EFFECTS = ['domain', 'ports', 'pure', 'evidence', 'step', 'entry'];

const layerOf = (file: string) => LAYERS.find(([, folders]) => folders.test(file))?.[0];

const sources = globSync(['functions/**/*.ts', 'shared/**/*.ts', 'infra/local/**/*.ts', 'medic.config.ts']).map(
  (file) => file.replaceAll('\\', '/'),
);

const importsOf = (file: string) =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from '([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g,
    ),
  ].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '');

function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
  return undefined;
}

const edges = sources.flatMap((file) =>
  importsOf(file).map((specifier) => ({ file, specifier, to: resolve(file, specifier) })),
);

describe('import directions', () => {
  it('finds the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(edges.length).toBeGreaterThan(sources.length);
  });

  it('knows the layer of each source file', () => {
    expect(sources.filter((file) => !layerOf(file))).toEqual([]);
  });

  it('lets a layer import only what stands below it', () => {
    const wrong = edges.filter(({ file, to }) => {
      if (!to) return false;
      const from = layerOf(file) ?? '';
      return !MAY_IMPORT[from]?.includes(layerOf(to) ?? '');
    });
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });

  it('keeps the reading of logs below the rules and the report, which use it', () => {
    const own = edges.filter(({ file, to }) => file.startsWith('shared/logs/') && to);
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter(({ to }) => !/^shared\/(domain|redaction|logs)\//.test(to ?? ''))).toEqual([]);
  });

  it('keeps a function from importing another function', () => {
    const wrong = edges.filter(({ file, to }) => {
      const [from, other] = [file, to ?? ''].map((path) => /^functions\/([^/]+)\//.exec(path)?.[1]);
      return from !== undefined && other !== undefined && from !== other;
    });
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });

  it('keeps clients and sockets out of the pure parts', () => {
    const wrong = edges.filter(({ file, specifier }) => {
      const from = layerOf(file) ?? '';
      return (
        (WITHOUT_CLIENTS.includes(from) && CLIENTS.test(specifier)) ||
        (WITHOUT_EFFECTS.includes(from) && EFFECTS.test(specifier))
      );
    });
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });
});

describe('file sizes', () => {
  it('keeps every source file under 300 lines, so that it can hold one idea', () => {
    const long = sources.filter((file) => readFileSync(file, 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
