import { execFile } from 'node:child_process';
import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node';
import * as z from 'zod';

/** client-go's exec section of a kubeconfig user, as far as it matters here. */
export const pluginSpec = z.object({
  apiVersion: z.string().optional(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().optional(),
});
export type PluginSpec = z.infer<typeof pluginSpec>;

const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});
type Status = z.infer<typeof credential>['status'];

/** A token that ends sooner may end on the way. */
const RENEW_BEFORE_MS = 10_000;

/** Under which the plugin of a user is kept, out of reach of client-node's own runner. */
const PROVIDER = 'credential-plugin';
export const withPlugin = (user: User, plugin: PluginSpec): User => ({
  ...user,
  exec: undefined,
  authProvider: { name: PROVIDER, config: plugin },
});
export const pluginOf = (user: User | null): PluginSpec | undefined =>
  user?.authProvider?.name === PROVIDER ? user.authProvider.config : undefined;

/** Its standard output. Rejects with what it said on standard error, or with ENOENT. */
function run({ apiVersion, command, args, env }: PluginSpec, signal: AbortSignal | undefined): Promise<string> {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const environment = { ...process.env, ...variables, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  return new Promise((resolve, reject) => {
    const options = { env: environment, ...(signal ? { signal } : {}) };
    const child = execFile(command, args ?? [], options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      // not its message, which has the whole command line
      else reject(typeof error.code === 'number' ? new Error(stderr || `exit code ${error.code}`) : error);
    });
    child.stdin?.on('error', () => child.stdin?.destroy()).end();
  });
}

/**
 * Runs credential plugins as client-go does. client-node's runner tells them nothing, leaves their standard input open
 * and cannot end them, so that a plugin that asks a question keeps the whole process from ending.
 */
export class CredentialPlugins {
  #kept: Status | undefined;

  isAuthProvider(user: User): boolean {
    return pluginOf(user) !== undefined;
  }

  async applyAuthentication(user: User, options: RequestOptions): Promise<void> {
    const plugin = pluginOf(user);
    if (!plugin) return;
    const expires = Date.parse(this.#kept?.expirationTimestamp ?? '9999-12-31');
    const kept = expires > Date.now() + RENEW_BEFORE_MS ? this.#kept : undefined;
    const status = kept ?? this.#read(await run(plugin, options.signal));
    this.#kept = status;
    if (status.token) options.headers = { ...options.headers, authorization: `Bearer ${status.token}` };
    if (status.clientCertificateData) options.cert = status.clientCertificateData;
    if (status.clientKeyData) options.key = status.clientKeyData;
  }

  #read(output: string): Status {
    try {
      return credential.parse(JSON.parse(output)).status;
    } catch {
      // no error is quoted: the output may hold a token
      throw new Error('its output is no ExecCredential');
    }
  }
}
