import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { Cluster as ClusterEntry, KubeConfig } from '@kubernetes/client-node';
import { distance } from 'fastest-levenshtein';
import { type CallOptions, type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { apiServer } from './api-server.ts';
import { deadlineOf, isTimeout, unlessAborted } from './deadline.ts';
import { loadKubeconfig } from './kubeconfig-file.ts';
import { oneLine } from './one-line.ts';
import type { ApiServerOptions, Credentials, CredentialsProvider } from './server-options.ts';

export interface KubeconfigRef {
  /** file; default as kubectl: $KUBECONFIG, ~/.kube/config */
  kubeconfig?: string | undefined;
  /** default: the file's current context */
  context?: string | undefined;
  /** CA certificates to trust instead of the cluster's own, PEM */
  caFile?: string | undefined;
}

const unusable = (what: string, cause?: unknown) => new ClusterError('credentials', what, { cause });

function choose(config: KubeConfig, wanted: string | undefined): { context: string; cluster: ClusterEntry } {
  const names = config.contexts.map(({ name }) => name);
  const shown = `${names.slice(0, 10).join(', ') || 'none'}${names.length > 10 ? `, and ${names.length - 10} more` : ''}`;
  const context = wanted ?? config.currentContext;
  if (!context) throw unusable(`the kubeconfig has no current context: choose one with --context (${shown})`);
  if (!names.includes(context)) {
    const nearest = names.toSorted((a, b) => distance(a, context) - distance(b, context))[0];
    const hint = nearest === undefined ? '' : ` did you mean "${nearest}"?`;
    throw unusable(`the kubeconfig has no context "${context}":${hint} it has ${shown}`);
  }
  config.setCurrentContext(context);
  const entry = config.getContextObject(context);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw unusable(`context "${context}" names the cluster "${entry?.cluster}", which the kubeconfig lacks`);
  if (entry?.user && !config.getCurrentUser())
    throw unusable(`context "${context}" names the user "${entry.user}", which the kubeconfig lacks`);
  return { context, cluster };
}

async function readCa(file: string, origin: string): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw unusable(
      `${origin} ${file}: not a readable CA certificate in PEM (${code}); correct the path or the file`,
      error,
    );
  }
}

/** Why no credentials came, without the stack or the many lines of a plugin. */
function refused(config: KubeConfig, error: unknown): ClusterError {
  const user = config.getCurrentUser();
  const plugin: { command?: string; installHint?: string } = user?.exec ?? user?.authProvider?.config?.exec ?? {};
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const said = oneLine(error instanceof Error ? error.message : String(error), 200);
  if (plugin.command === undefined)
    return unusable(
      `kubeconfig user "${user?.name}": its credentials cannot be used (${said}); renew the kubeconfig`,
      error,
    );
  if (code === 'ENOENT')
    return unusable(
      `kubeconfig user "${user?.name}": its credential plugin "${plugin.command}" is not on this machine's PATH; ${oneLine(plugin.installHint ?? 'install it', 200)}`,
      error,
    );
  return unusable(
    `kubeconfig user "${user?.name}": its credential plugin "${plugin.command}" failed (${said || 'no message'}); run it by hand, or sign in again`,
    error,
  );
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  // client-node refuses http:// unless the certificate, which there is none of, is not verified
  for (const cluster of config.clusters)
    if (cluster.server.startsWith('http:')) Object.assign(cluster, { skipTLSVerify: true });
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw refused(config, error);
  }
  const { auth, cert, key } = options as { auth?: string; cert?: string | Buffer; key?: string | Buffer };
  const headers: Record<string, string> = auth
    ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }
    : {};
  // a token file ends with a line break, which no header may hold
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  return { headers, ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

/** client-node keeps a plugin's token until it expires and a token file for a minute; a 401 reads all anew. */
function providerOf(first: KubeConfig, reload: () => Promise<KubeConfig>): CredentialsProvider {
  let config = first;
  let asking: Promise<Credentials> | undefined;
  const ask = async (renew: boolean) => {
    if (renew) config = await reload();
    return credentialsOf(config);
  };
  return ({ renew }) => {
    // one run of a plugin for all the requests that wait for it
    asking ??= ask(renew).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** Once at the start, so that a plugin that fails is told before anything else; it may wait for a person who is not there. */
async function obtain(config: KubeConfig, credentials: CredentialsProvider, options: CallOptions): Promise<void> {
  const { signal, elapsedMs } = deadlineOf(options);
  try {
    await unlessAborted(credentials({ renew: false, signal }), signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    const waited = `gave no credentials within ${(elapsedMs() / 1000).toFixed(1)} s`;
    const user = `kubeconfig user "${config.getCurrentUser()?.name}"`;
    if (isTimeout(error))
      throw unusable(`${user}: its credential plugin ${waited}; run it by hand, or sign in again`, error);
    throw new ClusterError('aborted', `${user}: the caller stopped waiting for its credentials`, { cause: error });
  }
}

/**
 * The cluster of a kubeconfig context, with its client certificate, token, token file or credential plugin. Rejects
 * with ClusterError `credentials`: file, context, CA or plugin at fault, in one line. Sends nothing to the server.
 */
export async function openKubeconfig(
  ref: KubeconfigRef = {},
  options: CallOptions & Pick<ApiServerOptions, 'pageSize'> = {},
): Promise<Cluster> {
  const load = async () => {
    const config = await loadKubeconfig(ref.kubeconfig);
    return { config, ...choose(config, ref.context) };
  };
  const { config, context, cluster } = await load();
  const ca = ref.caFile
    ? await readCa(ref.caFile, 'caFile')
    : cluster.caFile
      ? await readCa(cluster.caFile, 'certificate-authority')
      : cluster.caData && Buffer.from(cluster.caData, 'base64').toString();
  const credentials = providerOf(config, async () => (await load()).config);
  await obtain(config, credentials, options);
  return apiServer({
    name: context,
    url: cluster.server,
    credentials,
    insecure: cluster.skipTLSVerify === true,
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
    ...(ca ? { ca } : {}),
    ...(cluster.tlsServerName ? { servername: cluster.tlsServerName } : {}),
    ...(cluster.proxyUrl ? { proxy: cluster.proxyUrl } : {}),
  });
}
