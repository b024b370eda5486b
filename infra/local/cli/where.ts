import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MedicConfig } from '#shared/domain/config.ts';
import { InputError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';
import { type Target, target as targetSchema } from '#shared/domain/target.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { loadConfig } from '../config.ts';

/** The flags that say what is looked at. */
export interface WhereFlags {
  config?: string;
  target?: string;
  kubeconfig?: string;
  context?: string;
  namespace?: string;
  allNamespaces?: boolean;
  scenario?: string;
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** The same for the same cluster and namespace, so that cooldowns and open incidents are found again. */
function adhocName({ kubeconfig, context }: WhereFlags, namespace: string): string {
  const place = context ?? kubeconfig?.split(/[\\/]/).slice(-2).join('-') ?? 'kubeconfig';
  return slug(`${place}-${namespace}`).slice(-63).replace(/^-/, '');
}

function clusterOf(flags: WhereFlags, cwd: string): { kubeconfig?: string; context?: string } | undefined {
  const { kubeconfig, context } = flags;
  if (kubeconfig === undefined && context === undefined) return undefined;
  if (kubeconfig === undefined) return { ...(context !== undefined && { context }) };
  if (kubeconfig === '') throw new InputError('--kubeconfig: name a file');
  const file = resolve(cwd, kubeconfig);
  if (!existsSync(file)) throw new InputError(`--kubeconfig ${kubeconfig}: there is no such file`);
  if (!statSync(file).isFile()) throw new InputError(`--kubeconfig ${kubeconfig}: is not a file`);
  return { kubeconfig: file, ...(context !== undefined && { context }) };
}

function checked(written: unknown): Target {
  const { data, error } = targetSchema.safeParse(written);
  if (error) throw new InputError(explainZod(error, { nameOf: (path) => `--${path.join('-')}` }));
  return data;
}

function targetFor(flags: WhereFlags, config: MedicConfig, cwd: string): Target {
  const cluster = clusterOf(flags, cwd);
  const named = flags.target ?? (flags.scenario === undefined ? undefined : 'sandbox');
  if (cluster && named === undefined) {
    const namespace = flags.namespace ?? 'otlp-system';
    const of = flags.allNamespaces ? 'all-namespaces' : namespace;
    return checked({ name: adhocName(flags, of), cluster, namespace, workloads: 'all' });
  }
  const found = targetOf(config, named);
  return checked({
    ...found,
    ...(cluster && { cluster }),
    ...(flags.namespace !== undefined && { namespace: flags.namespace }),
  });
}

interface Place {
  config: MedicConfig;
  target: Target;
}

/**
 * The target that the flags mean, and the configuration with it in the first place. A kubeconfig or context without a
 * target makes one of the whole namespace; with a target they say where its cluster is.
 */
export function placeIn(config: MedicConfig, flags: WhereFlags, cwd: string): Place {
  const target = targetFor(flags, config, cwd);
  if (flags.scenario !== undefined && target.cluster !== 'sandbox') {
    const other =
      flags.kubeconfig !== undefined ? '--kubeconfig' : flags.context !== undefined ? '--context' : undefined;
    throw new InputError(
      `--scenario puts a fault into the sandbox, and ${other ?? `target "${target.name}"`} is another cluster: leave one of them out`,
    );
  }
  const others = config.targets.filter(({ name }) => name !== target.name);
  return { config: { ...config, targets: [target, ...others] }, target };
}

/** The same in the configuration that `--config` names, or the nearest one. */
export async function whereTo(flags: WhereFlags, cwd: string): Promise<Place> {
  const config = await loadConfig({ cwd, ...(flags.config !== undefined && { file: flags.config }) });
  return placeIn(config, flags, cwd);
}

/**
 * The target that a saved look is judged as: the one that is named, else the configured one that it was taken of, else
 * everything in the namespace.
 */
export function replayTarget(
  flags: WhereFlags,
  config: MedicConfig,
  of: { target?: string; namespace?: string | undefined },
): Target {
  if (flags.target !== undefined) return targetOf(config, flags.target);
  const known = config.targets.find(({ name }) => name === of.target);
  if (known) return known;
  const namespace = flags.namespace ?? of.namespace ?? 'otlp-system';
  return checked({ name: of.target ?? 'snapshot', cluster: {}, namespace, workloads: 'all' });
}
