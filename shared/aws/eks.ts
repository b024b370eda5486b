import { readFile } from 'node:fs/promises';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { type Clock, systemClock } from '#shared/ports/clock.ts';
import { type CallOptions, type Cluster, ClusterError, type ClusterFault } from '#shared/ports/cluster.ts';
import { describeEks, type EksEndpoint, type EksName } from './eks-endpoint.ts';
import { type AwsCredentials, eksTokens } from './eks-token.ts';
import { awsFault } from './fault.ts';

export interface OpenEksOptions extends CallOptions {
  clock?: Clock;
  /** default: the SDK's chain (environment, profile, SSO, role of the function) */
  credentials?: () => Promise<AwsCredentials>;
}

/** What one warm process knows of a cluster. */
interface Known {
  endpoint: EksEndpoint;
  tokens: ReturnType<typeof eksTokens>;
}
const known = new Map<string, Known>();
const keyOf = ({ region, eks }: EksName) => `${region}/${eks}`;

/** After these the endpoint may have moved: a cluster of the same name was made anew. */
const MOVED: readonly ClusterFault[] = ['dns', 'connect', 'tls'];
const SILENT: readonly ClusterFault[] = ['connect', 'timeout'];

async function readCa(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ClusterError('tls', `CA file ${file} cannot be read (${code}): correct caFile in medic.config.ts`, {
      cause: error,
    });
  }
}

async function look(name: EksName, options: OpenEksOptions & { credentials: () => Promise<AwsCredentials> }) {
  const endpoint = await describeEks(name, options.credentials, options);
  const tokens =
    known.get(keyOf(name))?.tokens ??
    eksTokens({
      cluster: name.eks,
      region: name.region,
      credentials: options.credentials,
      clock: options.clock ?? systemClock,
    });
  const entry = { endpoint, tokens };
  known.set(keyOf(name), entry);
  return entry;
}

/**
 * The Cluster of an EKS name: endpoint and CA by DescribeCluster (kept by the process, looked up again when connecting
 * fails), a presigned STS token as bearer. Rejects with ClusterError: `credentials`, `dns` (no such cluster),
 * `connect` (the EKS API does not answer), `tls` (caFile).
 */
export async function openEks(
  name: EksName & { caFile?: string | undefined },
  written: OpenEksOptions = {},
): Promise<Cluster> {
  const options = { ...written, credentials: written.credentials ?? defaultProvider() };
  const about = `EKS cluster "${name.eks}" in ${name.region}`;
  const ownCa = name.caFile === undefined ? undefined : await readCa(name.caFile);
  const { endpoint: first, tokens } = known.get(keyOf(name)) ?? (await look(name, options));
  let hasAnswered = false;

  async function token(fresh: boolean): Promise<string> {
    try {
      return await tokens({ fresh });
    } catch (error) {
      throw new ClusterError('credentials', `${about}: ${awsFault(error, 'sts:GetCallerIdentity', '*').why}`, {
        cause: error,
      });
    }
  }

  const connect = ({ url, ca }: EksEndpoint) => {
    const trusted = ownCa ?? ca;
    return apiServer({
      name: name.eks,
      url,
      ...(trusted ? { ca: trusted } : {}),
      credentials: async ({ renew }) => ({ headers: { authorization: `Bearer ${await token(renew)}` } }),
    });
  };

  let current = { endpoint: first, cluster: connect(first) };
  let looking: Promise<boolean> | undefined;

  async function lookAgain(): Promise<boolean> {
    // The call that failed may be aborted; others wait for this answer too, so it has a deadline of its own.
    const { signal: _of, timeoutMs: _it, ...own } = options;
    const { endpoint } = await look(name, own);
    if (endpoint.url === current.endpoint.url && endpoint.ca === current.endpoint.ca) return false;
    current.cluster.close();
    current = { endpoint, cluster: connect(endpoint) };
    return true;
  }

  function explain(error: ClusterError): ClusterError {
    const { reach } = current.endpoint;
    const hint =
      error.fault === 'unauthorized'
        ? "give the caller's role an access entry on the cluster (aws eks create-access-entry)"
        : SILENT.includes(error.fault) && !hasAnswered && reach;
    if (!hint) return error;
    const { fault, message, status, cause } = error;
    return new ClusterError(fault, `${message}; ${hint}`, { ...(status === undefined ? {} : { status }), cause });
  }

  async function call<T>(run: (cluster: Cluster) => Promise<T>, isRead = true): Promise<T> {
    try {
      const answer = await run(current.cluster);
      hasAnswered = true;
      return answer;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (!MOVED.includes(error.fault)) throw explain(error);
      looking ??= lookAgain().finally(() => {
        looking = undefined;
      });
      const moved = await looking;
      if (!moved || !isRead) throw explain(error);
      return await run(current.cluster);
    }
  }

  return {
    name: name.eks,
    version: (o) => call((cluster) => cluster.version(o)),
    list: (resource, query, o) => call((cluster) => cluster.list(resource, query, o)),
    get: (resource, ref, o) => call((cluster) => cluster.get(resource, ref, o)),
    podLog: (query, o) => call((cluster) => cluster.podLog(query, o)),
    patch: (resource, ref, request, o) => call((cluster) => cluster.patch(resource, ref, request, o), false),
    can: (access, o) => call((cluster) => cluster.can(access, o)),
    close: () => current.cluster.close(),
  };
}
