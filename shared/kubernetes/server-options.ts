import type { Agent } from 'node:http';

/** What authenticates one request. */
export interface Credentials {
  headers?: Record<string, string>;
  /** client certificate and key, PEM */
  cert?: string | Buffer;
  key?: string | Buffer;
}

/**
 * Asked before each request, so it caches. `renew` is true after a 401: whatever is cached is no longer good.
 * May reject with a ClusterError of its own; any other error becomes ClusterError `credentials`.
 */
export type CredentialsProvider = (request: { renew: boolean; signal: AbortSignal }) => Promise<Credentials>;

export interface ApiServerOptions {
  /** as a person knows it: the context, the EKS name, `sandbox` */
  name: string;
  /** http(s)://host[:port][/prefix] */
  url: string;
  /** CA certificates to trust instead of the system's, PEM */
  ca?: string | Buffer;
  credentials?: CredentialsProvider;
  /** the name in the server's certificate, where it is not the URL's host */
  servername?: string;
  /** true: the server's certificate is not verified (kubeconfig's insecure-skip-tls-verify) */
  insecure?: boolean;
  /** http(s) proxy; default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment, though never for loopback */
  proxy?: string;
  /** in place of all the above about the connection, for ways that Node's own agents do not know: SOCKS */
  agent?: Agent;
  /** a connection that is not ready by then never will be; default 10 s */
  connectTimeoutMs?: number;
  /** objects per page of a list; default 500 as kubectl */
  pageSize?: number;
}
