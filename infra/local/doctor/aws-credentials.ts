import type { Target } from '#shared/domain/target.ts';
import { type Check, fail, pass } from './check.ts';

const SOON_MS = 5 * 60_000;

/** Whether the SDK's chain finds credentials. What they open is told by DescribeCluster, which comes next. */
export async function checkAwsCredentials({ cluster }: Target): Promise<Check | undefined> {
  if (typeof cluster !== 'object' || !('eks' in cluster)) return undefined;
  const name = 'aws-credentials';
  // Loaded when a target is on EKS: the SDK is heavy.
  const [{ defaultProvider }, { awsFault }] = await Promise.all([
    import('@aws-sdk/credential-provider-node'),
    import('#shared/aws/fault.ts'),
  ]);
  try {
    const { expiration } = await defaultProvider()();
    if (!expiration) return pass(name, 'found');
    const ends = expiration.toISOString();
    if (expiration.getTime() - Date.now() > SOON_MS) return pass(name, `found, good until ${ends}`);
    return fail(name, `found, but they end at ${ends}`, { fix: 'log in again', commands: ['aws sso login'] });
  } catch (error) {
    const { why } = awsFault(error, 'sts:GetCallerIdentity', '*');
    const [detail = why, ...rest] = why.split(': ');
    return fail(name, detail, { fix: rest.join(': ') || 'sign in to AWS', commands: ['aws sts get-caller-identity'] });
  }
}
