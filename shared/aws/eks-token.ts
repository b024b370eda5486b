import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '#shared/ports/clock.ts';
import { partitionOf } from './partition.ts';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface EksTokenOptions {
  /** name of the EKS cluster */
  cluster: string;
  region: string;
  credentials: () => Promise<AwsCredentials>;
  clock: Clock;
}

/** EKS accepts a token for 15 minutes after it was signed, whatever X-Amz-Expires says; 14 as the AWS CLI counts. */
const LIFETIME_MS = 14 * 60_000;
/** The clusters' authenticator refuses a longer X-Amz-Expires. */
const URL_EXPIRES_S = 60;
/** So that a token is not used at the very moment at which its credentials end. */
const EXPIRY_MARGIN_MS = 30_000;

async function sign({ cluster, region, clock }: EksTokenOptions, credentials: AwsCredentials): Promise<string> {
  const hostname = `sts.${region}.${partitionOf(region).dnsSuffix}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const { query } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    },
    { expiresIn: URL_EXPIRES_S, signingDate: clock.now() },
  );
  const search = new URLSearchParams(query as Record<string, string>);
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${search}`).toString('base64url')}`;
}

/**
 * Bearer tokens for one EKS cluster: a presigned STS GetCallerIdentity bound to the cluster's name, kept for less than
 * 14 minutes and never past the end of the credentials. `fresh` makes a new one at once. Rejects as `credentials` does.
 */
export function eksTokens(options: EksTokenOptions): (ask?: { fresh?: boolean }) => Promise<string> {
  let kept: { token: string; until: number } | undefined;
  let making: Promise<string> | undefined;

  async function make(): Promise<string> {
    const credentials = await options.credentials();
    const token = await sign(options, credentials);
    const ends = credentials.expiration ? credentials.expiration.getTime() - EXPIRY_MARGIN_MS : Infinity;
    kept = { token, until: Math.min(options.clock.now().getTime() + LIFETIME_MS, ends) };
    return token;
  }

  return async ({ fresh = false } = {}) => {
    if (!fresh && kept && options.clock.now().getTime() < kept.until) return kept.token;
    // Calls that run in parallel share one new token.
    making ??= make().finally(() => {
      making = undefined;
    });
    return making;
  };
}
