import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { resolve } from 'node:path';
import type { Cluster as ClusterEntry, KubeConfig } from '@kubernetes/client-node';
import { nearest } from '#shared/domain/nearest.ts';
import { type CallOptions, type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { apiServer } from './api-server.ts';
import { pluginOf } from './credential-plugin.ts';
import { deadlineOf, isTimeout, unlessAborted } from './deadline.ts';
import { loadKubeconfig } from './kubeconfig-file.ts';
import { quoted } from './quoted.ts';
import type { ApiServerOptions, Credentials } from './server-options.ts';

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
    const meant = nearest(context, names);
    const hint = meant === undefined ? '' : ` did you mean "${meant}"?`;
    throw unusable(`the kubeconfig has no context "${context}":${hint} it has ${shown}`);
  }
  config.setCurrentContext(context);
  const entry = config.getContextObject(context);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw unusable(`context "${context}" names the cluster "${entry?.cluster}", which the kubeconfig lacks`);
  if (entry?.user && !config.getCurrentUser())
    throw unusable(`context "${context}" names the user "${entry.user}", which the kubeconfig lacks`);
  if (cluster.proxyUrl && !/^(https?|socks[45]?[ah]?):\/\//.test(cluster.proxyUrl))
    throw unusable(`cluster "${cluster.name}": its proxy-url is none of http://, https:// and socks5://; correct it`);
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
  const plugin = pluginOf(user);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const said = quoted(error instanceof Error ? error.message : String(error), 200);
  if (plugin === undefined)
    return unusable(
      `kubeconfig user "${user?.name}": its credentials cannot be used (${said}); renew the kubeconfig`,
      error,
    );
  if (code === 'ENOENT')
    return unusable(
      `kubeconfig user "${user?.name}": its credential plugin "${plugin.command}" is not on this machine's PATH; ${quoted(plugin.installHint ?? 'install it', 200)}`,
      error,
    );
  return unusable(
    `kubeconfig user "${user?.name}": its credential plugin "${plugin.command}" failed (${said || 'no message'}); run it by hand, or sign in again`,
    error,
  );
}

async function credentialsOf(config: KubeConfig, signal: AbortSignal): Promise<Credentials & { agent?: Agent }> {
  // client-node refuses http:// unless the certificate, which there is none of, is not verified
  for (const cluster of config.clusters)
    if (cluster.server.startsWith('http:')) Object.assign(cluster, { skipTLSVerify: true });
  const options: RequestOptions = { headers: {}, signal };
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
  return {
    headers,
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(options.agent instanceof Agent ? { agent: options.agent } : {}),
  };
}

/** client-node keeps a plugin's token until it expires and a token file for a minute; a 401 reads all anew. */
function providerOf(first: KubeConfig, reload: () => Promise<KubeConfig>) {
  let config = first;
  const asking = new Map<boolean, ReturnType<typeof credentialsOf>>();
  const ask = async (renew: boolean, signal: AbortSignal) => {
    if (renew) config = await reload();
    return credentialsOf(config, signal);
  };
  return ({ renew, signal }: { renew: boolean; signal: AbortSignal }) => {
    // one run of a plugin for all the requests that wait for it
    const answer = asking.get(renew) ?? ask(renew, signal).finally(() => asking.delete(renew));
    asking.set(renew, answer);
    return answer;
  };
}

/** Once at the start, so that a plugin that fails is told before anything else; it may wait for a person who is not there. */
async function obtain<T>(
  config: KubeConfig,
  ask: (request: { renew: boolean; signal: AbortSignal }) => Promise<T>,
  options: CallOptions,
): Promise<T> {
  const { signal, elapsedMs } = deadlineOf(options);
  try {
    return await unlessAborted(ask({ renew: false, signal }), signal);
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
    const chosen = choose(config, ref.context);
    if (ref.caFile) Object.assign(chosen.cluster, { caFile: resolve(ref.caFile) });
    return { config, ...chosen };
  };
  const { config, context, cluster } = await load();
  const ca = cluster.caFile
    ? await readCa(cluster.caFile, ref.caFile ? 'caFile' : 'certificate-authority')
    : cluster.caData && Buffer.from(cluster.caData, 'base64').toString();
  const credentials = providerOf(config, async () => (await load()).config);
  const { agent } = await obtain(config, credentials, options);
  const { proxyUrl, tlsServerName } = cluster;
  return apiServer({
    name: context,
    url: cluster.server,
    credentials,
    insecure: cluster.skipTLSVerify === true,
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
    ...(ca ? { ca } : {}),
    ...(tlsServerName ? { servername: tlsServerName } : {}),
    ...(proxyUrl ? { proxy: proxyUrl } : {}),
    ...(proxyUrl?.startsWith('socks') && agent ? { agent } : {}),
  });
}
