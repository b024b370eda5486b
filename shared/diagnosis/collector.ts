import { parse } from 'yaml';
import { COLLECTOR_IMAGE } from '#shared/domain/collector-image.ts';
import type { Container } from '#shared/domain/kubernetes.ts';
import { expectedObjects } from '#shared/domain/target.ts';
import type { Ref, WorkloadView } from './model.ts';
import { once } from './once.ts';
import type { ClusterView } from './view.ts';

type Settings = Record<string, unknown>;

/** What the Collector's own configuration file says, as far as a snapshot shows it. */
export interface CollectorConfig {
  configMap: Ref;
  key: string;
  text: string;
  /** absent where the text is no YAML mapping; empty text gives an empty one */
  root?: Settings;
}

/** The target's Collector, and every other workload in sight that runs one by its image or its configuration file. */
export const collectorsOf = once(findCollectors);

function findCollectors(view: ClusterView): WorkloadView[] {
  const named = expectedObjects(view.target).collector?.workload;
  return view.workloads.filter(
    (workload) =>
      (workload.ref.namespace === view.target.namespace &&
        named === `${workload.ref.kind.toLowerCase()}/${workload.ref.name}`) ||
      (workload.template.containers ?? []).some(({ image = '' }) => COLLECTOR_IMAGE.test(image)) ||
      isCollectorFile(fileOf(view, workload)?.text),
  );
}

/** Distributions have any name; what they are started with has these sections, and no other program's file does. */
const isCollectorFile = (text = '') =>
  /^["']?receivers["']?\s?:/m.test(text) &&
  /^["']?exporters["']?\s?:/m.test(text) &&
  /^[ \t]+["']?pipelines["']?\s?:/m.test(text);

/** The images' own defaults, for a Collector that is started without --config. */
const DEFAULT_PATH = /^\/etc\/(otelcol|otelcol-contrib|otel|otelcol-k8s)\/config\.ya?ml$/;

const configsIn = once((view: ClusterView) => once((workload: WorkloadView) => readConfig(view, workload)));

/** The configuration file that the container is started with, where a ConfigMap holds it; parsed once. */
export const collectorConfigOf = (view: ClusterView, workload: WorkloadView): CollectorConfig | undefined =>
  configsIn(view)(workload);

function readConfig(view: ClusterView, workload: WorkloadView): CollectorConfig | undefined {
  const file = fileOf(view, workload);
  const root = file && settingsIn(file.text);
  return file && { ...file, ...(root ? { root } : {}) };
}

function fileOf(view: ClusterView, workload: WorkloadView): Omit<CollectorConfig, 'root'> | undefined {
  for (const container of workload.template.containers ?? []) {
    const wanted = configPath(container);
    for (const { volume, mountPath, subPath } of mountsOf(container)) {
      const source = workload.template.volumes?.find(({ name }) => name === volume)?.configMap;
      const configMap = source?.name && view.configMap(workload.ref.namespace, source.name);
      if (!source?.name || !configMap) continue;
      const key = Object.keys(configMap.data ?? {}).find((each) => {
        const file = source.items?.find((item) => item.key === each)?.path ?? (source.items ? undefined : each);
        const path = subPath === undefined ? `${mountPath}/${file}` : subPath === file ? mountPath : undefined;
        return file !== undefined && path !== undefined && (wanted ? path === wanted : DEFAULT_PATH.test(path));
      });
      if (key === undefined) continue;
      const text = String(configMap.data?.[key] ?? '');
      const ref = { kind: 'ConfigMap', namespace: workload.ref.namespace, name: source.name };
      return { configMap: ref, key, text };
    }
  }
  return undefined;
}

/** `--config=/conf/x.yaml`, `--config /conf/x.yaml` or `--config file:/conf/x.yaml`; the last one wins. */
function configPath({ command = [], args = [] }: Container): string | undefined {
  const words = [...command, ...args];
  const values = words.flatMap((word, index) => {
    if (/^--?config$/.test(word)) return words[index + 1] ?? [];
    return /^--?config=(.+)$/.exec(word)?.[1] ?? [];
  });
  return values.at(-1)?.replace(/^file:/, '');
}

const mountsOf = ({ volumeMounts = [] }: Container) =>
  volumeMounts.map(({ name, mountPath, subPath }) => ({
    volume: name,
    mountPath: mountPath.replace(/(?<!\/)\/+$/, ''),
    subPath,
  }));

function settingsIn(text: string): Settings | undefined {
  try {
    return asSettings(parse(text, { prettyErrors: false }) ?? {});
  } catch (error) {
    // The rule for YAML reports it, with its place: here the file simply has no settings.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A YAML mapping; `receivers: {otlp:}` leaves a null where the settings stand. */
export const asSettings = (value: unknown): Settings | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Settings) : undefined;

export const section = (settings: Settings | undefined, ...path: string[]): Settings =>
  path.reduce<Settings>((inner, key) => asSettings(inner[key]) ?? {}, settings ?? {});

/** The ids of a list setting, e.g. the receivers of a pipeline. */
export const ids = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
