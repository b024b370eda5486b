import { readFile } from 'node:fs/promises';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { type Clock, systemClock } from '#shared/ports/clock.ts';
import { type CallOptions, type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { eksCluster } from './eks-cluster.ts';
import { describeEks, type EksEndpoint, type EksName } from './eks-endpoint.ts';
import { eksTokens } from './eks-token.ts';
import { awsFault } from './fault.ts';

export interface OpenEksOptions extends CallOptions {
  clock?: Clock;
}

export interface EksRef extends EksName {
  /** CA certificate (PEM) to trust instead of the one that EKS names */
  caFile?: string | undefined;
}

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

async function open(ref: EksRef, { clock = systemClock, ...call }: OpenEksOptions): Promise<Cluster> {
  const { eks, region, caFile } = ref;
  const ownCa = caFile === undefined ? undefined : await readCa(caFile);
  const credentials = defaultProvider();
  const tokens = eksTokens({ cluster: eks, region, credentials, clock });

  async function bearer(fresh: boolean): Promise<string> {
    try {
      return `Bearer ${await tokens({ fresh })}`;
    } catch (error) {
      const { why } = awsFault(error, 'sts:GetCallerIdentity', '*');
      throw new ClusterError('credentials', `EKS cluster "${eks}" in ${region}: ${why}`, { cause: error });
    }
  }

  const connect = ({ url, ca }: EksEndpoint) => {
    const trusted = ownCa ?? ca;
    return apiServer({
      name: eks,
      url,
      ...(trusted ? { ca: trusted } : {}),
      credentials: async ({ renew }) => ({ headers: { authorization: await bearer(renew) } }),
    });
  };
  const describe = (options?: CallOptions) => describeEks(ref, credentials, options);
  return eksCluster(await describe(call), describe, connect);
}

/** One for each cluster in a warm process: its endpoint, its token and its connections outlive an invocation. */
const opened = new Map<string, Promise<Cluster>>();

/**
 * The Cluster of an EKS name: endpoint and CA by DescribeCluster, a presigned STS token as bearer, credentials by the
 * SDK's chain. Opened once in a process; a failure is not kept. Rejects with ClusterError: `credentials`, `dns` (no
 * such cluster), `connect` (the EKS API does not answer), `tls` (caFile).
 */
export async function openEks(ref: EksRef, options: OpenEksOptions = {}): Promise<Cluster> {
  const key = JSON.stringify([ref.region, ref.eks, ref.caFile]);
  const opening = opened.get(key) ?? open(ref, options);
  opened.set(key, opening);
  opening.catch(() => opened.delete(key));
  return opening;
}
