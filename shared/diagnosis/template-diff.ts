import type { Container, EnvVar, PodTemplate } from '#shared/domain/kubernetes.ts';
import { canonical, isRestartMark } from './revisions.ts';

/** One thing that two pod templates differ in. Values are told of images alone: anything else may be confidential. */
export interface TemplateChange {
  /** for a sentence: `image`, `OTEL_EXPORTER_OTLP_ENDPOINT`, `readinessProbe` */
  what: string;
  /** the container, where it is about one */
  container?: string;
  from?: string;
  to?: string;
}

const CONTAINER_FIELDS = [
  'command',
  'args',
  'envFrom',
  'ports',
  'resources',
  'volumeMounts',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'imagePullPolicy',
  'securityContext',
  'lifecycle',
] as const;

/** What the newer template changed, restarts aside; the most telling first. */
export function templateDiff(older: PodTemplate, newer: PodTemplate): TemplateChange[] {
  const [before, after] = [containersIn(older), containersIn(newer)];
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const containers = names.flatMap((name) => containerDiff(name, before.get(name), after.get(name)));
  const isImage = ({ what }: TemplateChange) => what === 'image';
  return [...containers.filter(isImage), ...containers.filter((one) => !isImage(one)), ...podDiff(older, newer)];
}

const containersIn = ({ spec }: PodTemplate): Map<string, Container> =>
  new Map([...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((one) => [one.name, one]));

function containerDiff(name: string, before: Container | undefined, after: Container | undefined): TemplateChange[] {
  if (!before || !after) return [{ what: `container ${name} ${after ? 'added' : 'removed'}`, container: name }];
  const image =
    before.image === after.image
      ? []
      : [{ what: 'image', container: name, from: before.image ?? 'none', to: after.image ?? 'none' }];
  const fields = CONTAINER_FIELDS.filter((field) => differ(before, after, field));
  return [...image, ...envDiff(before.env, after.env), ...fields].map((one) =>
    typeof one === 'string' ? { what: one, container: name } : one,
  );
}

const differ = (before: object, after: object, field: string): boolean =>
  canonical((before as Record<string, unknown>)[field] ?? null) !==
  canonical((after as Record<string, unknown>)[field] ?? null);

function envDiff(before: EnvVar[] = [], after: EnvVar[] = []): string[] {
  const [old, now] = [before, after].map((list) => new Map(list.map((one) => [one.name, canonical(one)])));
  return [...new Set([...(now?.keys() ?? []), ...(old?.keys() ?? [])])].filter(
    (name) => old?.get(name) !== now?.get(name),
  );
}

const LISTED = ['containers', 'initContainers'];

function podDiff(older: PodTemplate, newer: PodTemplate): TemplateChange[] {
  const fields = [...new Set([...Object.keys(newer.spec ?? {}), ...Object.keys(older.spec ?? {})])]
    .filter((field) => !LISTED.includes(field) && differ(older.spec ?? {}, newer.spec ?? {}, field))
    .sort();
  const marks = (pairs: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(pairs).filter(([key]) => key !== 'pod-template-hash' && !isRestartMark(key)));
  const lists = (['labels', 'annotations'] as const).filter(
    (list) => canonical(marks(older.metadata?.[list])) !== canonical(marks(newer.metadata?.[list])),
  );
  return [...fields, ...lists].map((what) => ({ what }));
}
