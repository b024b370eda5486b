import { DescribeClusterCommand, type Cluster as Description, EKSClient } from '@aws-sdk/client-eks';
import { type CallOptions, ClusterError } from '#shared/ports/cluster.ts';
import { clientLimits } from './client-limits.ts';
import type { AwsCredentials } from './eks-token.ts';
import { awsFault } from './fault.ts';

export interface EksName {
  /** name of the EKS cluster */
  eks: string;
  region: string;
}

export interface EksEndpoint {
  url: string;
  /** PEM; absent where EKS names none */
  ca?: string;
  /** who can reach it, for the message when somebody cannot; absent = everybody */
  reach?: string;
}

const DESCRIBE_TIMEOUT_MS = 10_000;

function reachOf({ resourcesVpcConfig: vpc }: Description): string | undefined {
  if (vpc?.endpointPublicAccess === false) {
    const group = vpc.clusterSecurityGroupId ? ` ${vpc.clusterSecurityGroupId}` : '';
    return `its endpoint is private: call it from inside ${vpc.vpcId ?? 'its VPC'}, and let port 443 into the cluster security group${group}`;
  }
  const cidrs = vpc?.publicAccessCidrs ?? [];
  return cidrs.length === 0 || cidrs.includes('0.0.0.0/0')
    ? undefined
    : `its public endpoint admits only ${cidrs.join(', ')}: add your address, or call it from inside its VPC`;
}

// A cluster that EKS does not know, or will not show, is out of reach as a whole; the faults say so to isUnreachable.
function explain(thrown: unknown, { eks, region }: EksName, timedOut: boolean): ClusterError {
  const about = `EKS cluster "${eks}" in ${region}`;
  const options = { cause: thrown };
  if ((thrown as { name?: string }).name === 'ResourceNotFoundException')
    return new ClusterError(
      'dns',
      `${about} does not exist: check name, region and account ("aws eks list-clusters --region ${region}")`,
      options,
    );
  const fault = awsFault(thrown, 'eks:DescribeCluster', `cluster/${eks}`);
  if (fault.kind === 'aborted' && !timedOut) return new ClusterError('aborted', `${about}: ${fault.why}`, options);
  const isCredentials = fault.kind === 'credentials' || fault.kind === 'denied';
  const why = timedOut
    ? 'the EKS API gave no answer in time: from inside a VPC it needs a VPC endpoint for eks'
    : fault.why;
  return new ClusterError(
    isCredentials ? 'credentials' : 'connect',
    `${about} could not be looked up: ${why}`,
    options,
  );
}

/** Endpoint and CA of an EKS cluster by DescribeCluster. Rejects with a ClusterError that names cluster and region. */
export async function describeEks(
  name: EksName,
  credentials: () => Promise<AwsCredentials>,
  { signal, timeoutMs = DESCRIBE_TIMEOUT_MS }: CallOptions = {},
): Promise<EksEndpoint> {
  const client = new EKSClient({ ...clientLimits, region: name.region, credentials });
  // Shares of a deadline are fractions, which AbortSignal does not take.
  const limit = AbortSignal.timeout(Math.ceil(timeoutMs));
  try {
    const { cluster } = await client.send(new DescribeClusterCommand({ name: name.eks }), {
      abortSignal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    if (!cluster?.endpoint)
      throw new ClusterError(
        'connect',
        `EKS cluster "${name.eks}" in ${name.region} is ${cluster?.status ?? 'unknown'} and has no endpoint: wait until it is ACTIVE`,
      );
    const data = cluster.certificateAuthority?.data;
    const reach = reachOf(cluster);
    return {
      url: cluster.endpoint,
      ...(data ? { ca: Buffer.from(data, 'base64').toString('utf8') } : {}),
      ...(reach ? { reach } : {}),
    };
  } catch (error) {
    if (error instanceof ClusterError) throw error;
    throw explain(error, name, limit.aborted && !signal?.aborted);
  } finally {
    client.destroy();
  }
}
