import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import { ClusterError } from '#shared/ports/cluster.ts';
import { CredentialPlugins, type PluginSpec, pluginSpec, withPlugin } from './credential-plugin.ts';
import { quoted } from './quoted.ts';

type Mapping = Record<string, unknown>;
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unusable = (what: string, cause?: unknown) => new ClusterError('credentials', what, { cause });

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw unusable(`kubeconfig ${file}: ${why}; give an existing file with --kubeconfig or $KUBECONFIG`, error);
  }
}

/** Its lines hold tokens and keys, so an error names the place and never quotes the text. */
function parse(file: string, text: string): Mapping {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw unusable(`kubeconfig ${file}: line ${line} is not valid YAML (${error.code}); mend it or give another file`);
  }
  const value: unknown = document.toJS();
  if (isMapping(value) && ['clusters', 'contexts', 'users'].some((part) => Array.isArray(value[part]))) return value;
  throw unusable(`kubeconfig ${file}: it is no kubeconfig (no clusters, contexts or users); give another file`);
}

/** A command with a path is relative to the file, as in client-go. */
function pluginIn(exec: Mapping, user: string, folder: string): PluginSpec {
  const plugin = pluginSpec.safeParse(exec);
  if (!plugin.success) throw unusable(`kubeconfig user "${user}": its exec section is not valid; it needs a command`);
  const { command } = plugin.data;
  return { ...plugin.data, command: /[/\\]/.test(command) ? resolve(folder, command) : command };
}

/**
 * What client-node lacks though kubectl has it: tokenFile (it looks for `token-file`), plugins that cannot hang, and
 * impersonation beyond the user's name, without which we would act with other rights than the file says.
 */
function complete(config: KubeConfig, raw: Mapping, folder: string): void {
  const users = Array.isArray(raw.users) ? raw.users.filter(isMapping) : [];
  const known = new Map(users.map(({ name, user }) => [name, isMapping(user) ? user : {}]));
  config.users = config.users.map((user) => {
    const { tokenFile, exec, ...fields } = known.get(user.name) ?? {};
    for (const field of ['as-groups', 'as-uid', 'as-user-extra'])
      if (fields[field] !== undefined)
        throw unusable(`kubeconfig user "${user.name}": ${field} is not supported; use a user without it`);
    if (isMapping(exec)) return withPlugin(user, pluginIn(exec, user.name, folder));
    if (typeof tokenFile !== 'string' || user.token) return user;
    return { ...user, authProvider: { name: 'tokenFile', config: { tokenFile: resolve(folder, tokenFile) } } };
  });
}

function load(make: () => KubeConfig, file: string): KubeConfig {
  const text = read(file);
  const raw = parse(file, text);
  const config = make();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw unusable(`kubeconfig ${file}: ${quoted(error instanceof Error ? error.message : '', 200)}; mend it`, error);
  }
  config.makePathsAbsolute(dirname(resolve(file)));
  complete(config, raw, dirname(resolve(file)));
  return config;
}

/** As kubectl merges $KUBECONFIG: of equal names, and of current contexts, the first file's wins. */
function merge(first: KubeConfig, next: KubeConfig): KubeConfig {
  const added = <T extends { name: string }>(into: T[], from: T[]) => [
    ...into,
    ...from.filter((each) => !into.some((known) => known.name === each.name)),
  ];
  first.loadFromOptions({
    clusters: added(first.clusters, next.clusters),
    users: added(first.users, next.users),
    contexts: added(first.contexts, next.contexts),
    currentContext: first.currentContext || next.currentContext,
  });
  return first;
}

const exists = (file: string): boolean => {
  try {
    readFileSync(file);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
};

function defaultFiles(): string[] {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  // kubectl skips the missing ones of several
  if (named.length > 1) return named.filter(exists).length > 0 ? named.filter(exists) : named.slice(0, 1);
  if (named.length === 1) return named;
  const usual = join(homedir(), '.kube', 'config');
  return exists(usual) ? [usual] : [];
}

/**
 * The kubeconfig that kubectl would use: the file given, else those of $KUBECONFIG, ~/.kube/config, or the service
 * account of the pod that this runs in. Throws ClusterError `credentials`, one line that names file and fault.
 */
export async function loadKubeconfig(file?: string): Promise<KubeConfig> {
  // not at the top: it takes 100 ms and more to load, and a deployed function never opens a kubeconfig
  const client = await import('@kubernetes/client-node');
  const make = () => {
    const config = new client.KubeConfig();
    config.addAuthenticator(new CredentialPlugins());
    return config;
  };
  const files = file === undefined ? defaultFiles() : [file.replace(/^~(?=\/)/, homedir())];
  if (files.length > 0) return files.map((each) => load(make, each)).reduce(merge);
  if (!process.env.KUBERNETES_SERVICE_HOST)
    throw unusable('no kubeconfig: neither $KUBECONFIG nor ~/.kube/config is there; give one with --kubeconfig');
  const config = make();
  config.loadFromCluster();
  return config;
}
