import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { UnavailableError } from '#shared/domain/errors.ts';
import { clientLimits } from './client-limits.ts';
import { awsFault } from './fault.ts';

/** A secret's text by name or ARN, '' when it has none. Throws UnavailableError. */
export async function secretText(secret: string): Promise<string> {
  const client = new SecretsManagerClient(clientLimits);
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    return SecretString ?? '';
  } catch (error) {
    throw new UnavailableError(`secret "${secret}" could not be read: ${explain(error, secret)}`, { cause: error });
  } finally {
    client.destroy();
  }
}

function explain(thrown: unknown, secret: string): string {
  if ((thrown as { name?: string }).name !== 'ResourceNotFoundException')
    return awsFault(thrown, 'secretsmanager:GetSecretValue', 'that secret').why;
  const parameter = secret.startsWith('/') ? `; a parameter of Systems Manager is named ssm:${secret}` : '';
  return `it does not exist, or is in another region${parameter}`;
}
