import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { UnavailableError } from '#shared/domain/errors.ts';
import { clientLimits } from './client-limits.ts';
import { awsFault } from './fault.ts';

/** The decrypted text of a parameter of Systems Manager, '' when it has none. Throws UnavailableError. */
export async function parameterText(parameter: string): Promise<string> {
  const client = new SSMClient(clientLimits);
  try {
    const found = await client.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
    return found.Parameter?.Value ?? '';
  } catch (error) {
    throw new UnavailableError(`parameter "${parameter}" could not be read: ${explain(error)}`, { cause: error });
  } finally {
    client.destroy();
  }
}

function explain(thrown: unknown): string {
  const { name, message = '' } = thrown as { name?: string; message?: string };
  if (name === 'ParameterNotFound') return 'it does not exist, or is in another region';
  if (name === 'InvalidKeyId') return 'its KMS key is disabled or gone: store it again under another key';
  // KMS refuses in the name of Systems Manager, as AccessDeniedException too.
  if (name === 'AccessDeniedException' && /kms:|ciphertext/i.test(message))
    return 'access denied: allow kms:Decrypt on its KMS key, in the policy of the key too';
  return awsFault(thrown, 'ssm:GetParameter', 'that parameter').why;
}
