import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { secretReader } from '#shared/aws/secrets.ts';

const secrets = new SecretsManagerClient({});
const parameters = new SSMClient({});

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

it.each(['/medic/slack', 'medic-slack'])(
  'reads the parameter %s decrypted, and a new one after five minutes',
  async (Name) => {
    const put = (Value: string) =>
      parameters.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
    await put('https://one');
    let now = Date.now();
    const read = secretReader({ now: () => new Date(now) });
    expect(await read(`ssm:${Name}`, 'url')).toBe('https://one');
    await put('{"url":"https://two"}');
    expect(await read(`ssm:${Name}`, 'url')).toBe('https://one');
    now += 5 * 60_000;
    expect(await read(`ssm:${Name}`, 'url')).toBe('https://two');
  },
);

it('names a parameter that does not exist', async () => {
  const read = secretReader({ now: () => new Date() });
  await expect(read('ssm:/medic/none', 'url')).rejects.toThrow(
    'parameter "/medic/none" could not be read: it does not exist',
  );
});
