import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secretReader } from '#shared/aws/secrets.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';

const PARAMETER = 'ssm:/otlp-medic/slack';

let aws: HttpServer;
let now: number;
/** what Systems Manager and Secrets Manager answer: the text, or an error */
let kept: { text: string } | { error: string; message?: string };
const read = () => secretReader({ now: () => new Date(now) });

beforeEach(async () => {
  now = Date.parse('2026-11-25T09:30:00Z');
  aws = await serve(({ headers }, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if ('error' in kept)
      return void response.writeHead(400).end(JSON.stringify({ __type: kept.error, message: kept.message ?? 'no' }));
    const isParameter = headers['x-amz-target'] === 'AmazonSSM.GetParameter';
    response.end(JSON.stringify(isParameter ? { Parameter: { Value: kept.text } } : { SecretString: kept.text }));
  });
  useAwsAt(aws.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws[Symbol.asyncDispose]();
});

const asked = () => aws.requests.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body.toString())]);

describe('a secret that is a parameter of Systems Manager', () => {
  it('is asked for decrypted, by its own name', async () => {
    kept = { text: 'https://hooks.example/1' };
    expect(await read()(PARAMETER, 'url')).toBe('https://hooks.example/1');
    expect(await read()('ssm:slack', 'url')).toBe('https://hooks.example/1');
    expect(asked()).toEqual([
      ['AmazonSSM.GetParameter', { Name: '/otlp-medic/slack', WithDecryption: true }],
      ['AmazonSSM.GetParameter', { Name: 'slack', WithDecryption: true }],
    ]);
  });

  it('is kept for five minutes, and may be JSON', async () => {
    kept = { text: '{"url":"https://hooks.example/1"}' };
    const secret = read();
    await secret(PARAMETER, 'url');
    kept = { text: 'https://hooks.example/2' };
    now += 5 * 60_000 - 1;
    expect(await secret(PARAMETER, 'url')).toBe('https://hooks.example/1');
    expect(aws.requests).toHaveLength(1);
    now += 1;
    expect(await secret(PARAMETER, 'url')).toBe('https://hooks.example/2');
  });

  it('that has not changed is kept for another five minutes', async () => {
    kept = { text: 'https://hooks.example/1' };
    const secret = read();
    await secret(PARAMETER, 'url');
    now += 5 * 60_000;
    await secret(PARAMETER, 'url');
    now += 5 * 60_000 - 1;
    await secret(PARAMETER, 'url');
    expect(aws.requests).toHaveLength(2);
  });

  it.each([
    ['ParameterNotFound', 'no', 'it does not exist, or is in another region'],
    [
      'AccessDeniedException',
      'User: arn:aws:sts::1:assumed-role/notify is not authorized to perform: ssm:GetParameter',
      'access denied: allow ssm:GetParameter on that parameter',
    ],
    [
      'AccessDeniedException',
      'The ciphertext refers to a customer master key that does not exist, or you are not allowed to access.',
      'access denied: allow kms:Decrypt on its KMS key, in the policy of the key too',
    ],
    ['InvalidKeyId', 'it is disabled', 'its KMS key is disabled or gone: store it again under another key'],
    ['ExpiredTokenException', 'expired', 'the AWS credentials have expired: log in again'],
  ])('that cannot be read says why: %s, %s', async (error, message, why) => {
    kept = { error, message };
    const said = read()(PARAMETER, 'url');
    await expect(said).rejects.toMatchObject({
      name: 'UnavailableError',
      message: `parameter "/otlp-medic/slack" could not be read: ${why}`,
    });
  });

  it('needs credentials, and says how to get them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    await expect(read()(PARAMETER, 'url')).rejects.toThrow(
      'parameter "/otlp-medic/slack" could not be read: no AWS credentials: set AWS_PROFILE',
    );
    expect(aws.requests).toEqual([]);
  });

  it.each(['ssm:', 'ssm:/a/*', 'ssm:/a:3', 'ssm:a//b', 'ssm:arn:aws:ssm:eu-west-1:1:parameter/a'])(
    'is refused under a name that no single parameter has: %s',
    async (name) => {
      await expect(read()(name, 'url')).rejects.toMatchObject({
        name: 'ConfigError',
        message: `"${name}" names no parameter of Systems Manager: write it as ssm:/otlp-medic/slack, without a version`,
      });
      expect(aws.requests).toEqual([]);
    },
  );
});

describe('a secret whose name begins with a slash', () => {
  it('is one of Secrets Manager', async () => {
    kept = { text: 'https://hooks.example/1' };
    await read()('/otlp-medic/slack', 'url');
    expect(asked()).toEqual([['secretsmanager.GetSecretValue', { SecretId: '/otlp-medic/slack' }]]);
  });

  it('and does not exist may have been meant as a parameter', async () => {
    kept = { error: 'ResourceNotFoundException' };
    await expect(read()('/otlp-medic/slack', 'url')).rejects.toThrow(
      'it does not exist, or is in another region; a parameter of Systems Manager is named ssm:/otlp-medic/slack',
    );
  });
});
