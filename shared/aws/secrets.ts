import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { clientLimits } from './client-limits.ts';
import { awsFault } from './fault.ts';

/** A rotated secret takes effect within this time, without a call to Secrets Manager at each notice. */
const KEPT_MS = 5 * 60_000;

function explain(thrown: unknown, secret: string): UnavailableError {
  const missing = (thrown as { name?: string }).name === 'ResourceNotFoundException';
  const why = missing
    ? 'it does not exist, or is in another region'
    : awsFault(thrown, 'secretsmanager:GetSecretValue', 'that secret').why;
  return new UnavailableError(`secret "${secret}" could not be read: ${why}`, { cause: thrown });
}

/**
 * Reads one text secret by name or ARN, kept for 5 minutes. A secret made in the console as key and value is JSON: of
 * that the value of `field` counts. Rejects with an UnavailableError that never holds the value.
 */
export function secretReader(clock: Clock): (secret: string, field: string) => Promise<string> {
  const client = new SecretsManagerClient(clientLimits);
  const kept = new Map<string, { text: string; until: number }>();

  async function fetchText(secret: string): Promise<string> {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
      return SecretString ?? '';
    } catch (error) {
      throw explain(error, secret);
    }
  }

  return async (secret, field) => {
    const now = clock.now().getTime();
    const known = kept.get(secret);
    const text = known && now < known.until ? known.text : await fetchText(secret);
    if (!text) throw new UnavailableError(`secret "${secret}" holds no text: put the value in as a text secret`);
    if (text !== known?.text) kept.set(secret, { text, until: now + KEPT_MS });
    return fieldOf(text, field) ?? text;
  };
}

function fieldOf(text: string, field: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Not JSON after all: the text itself is the secret.
    return undefined;
  }
}
