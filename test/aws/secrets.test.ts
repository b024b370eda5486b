import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { secretReader } from '#shared/aws/secrets.ts';

const secrets = new SecretsManagerClient({});

it('reads a secret by its name and by its ARN, and a rotated one after five minutes', async () => {
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'medic/slack', SecretString: 'https://one' }),
  );
  let now = Date.now();
  const read = secretReader({ now: () => new Date(now) });
  expect(await read('medic/slack', 'url')).toBe('https://one');
  expect(await read(ARN, 'url')).toBe('https://one');
  await secrets.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: '{"url":"https://two"}' }));
  expect(await read('medic/slack', 'url')).toBe('https://one');
  now += 5 * 60_000;
  expect(await read('medic/slack', 'url')).toBe('https://two');
});

it('names a secret that does not exist', async () => {
  const read = secretReader({ now: () => new Date() });
  await expect(read('medic/none', 'url')).rejects.toThrow('secret "medic/none" could not be read: it does not exist');
});
