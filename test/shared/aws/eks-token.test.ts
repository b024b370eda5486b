import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AwsCredentials, eksTokens } from '#shared/aws/eks-token.ts';

const KEYS = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const START = new Date('2026-11-25T08:30:00.000Z');

function setUp(credentials: () => Promise<AwsCredentials> = async () => KEYS, region = 'eu-central-1') {
  let now = START.getTime();
  const tokens = eksTokens({ cluster: 'payments', region, credentials, clock: { now: () => new Date(now) } });
  return { tokens, pass: (minutes: number) => (now += minutes * 60_000) };
}

const urlOf = (token: string) => new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());

/** AWS Signature Version 4 as its documentation writes it, over what a server would receive. */
function signatureOf(url: URL, secret: string, headers: Record<string, string>): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const names = Object.keys(headers).sort();
  const canonical = [
    'GET',
    '/',
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(''),
  ].join('\n');
  const [, date = '', region = '', service = ''] = url.searchParams.get('X-Amz-Credential')?.split('/') ?? [];
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', url.searchParams.get('X-Amz-Date'), scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
  return createHmac('sha256', key).update(toSign).digest('hex');
}

describe('an EKS token', () => {
  it('is k8s-aws-v1. and a presigned GetCallerIdentity in base64url without padding', async () => {
    const token = await setUp().tokens();
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = urlOf(token);
    expect(url.origin + url.pathname).toBe('https://sts.eu-central-1.amazonaws.com/');
    const { 'X-Amz-Signature': signature, ...fields } = Object.fromEntries(url.searchParams);
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    expect(fields).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'ASIAEXAMPLE/20261125/eu-central-1/sts/aws4_request',
      'X-Amz-Date': '20261125T083000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
  });

  it.each([
    ['role', { ...KEYS, sessionToken: 'FwoGZXIvYXdzEJr//////////wEaDB+/=~*' }],
    ['user', KEYS],
  ])("carries the signature that AWS computes, for a %s's credentials", async (_, credentials) => {
    const url = urlOf(await setUp(async () => credentials).tokens());
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe(
      'sessionToken' in credentials ? credentials.sessionToken : null,
    );
    const expected = signatureOf(url, KEYS.secretAccessKey, { host: url.host, 'x-k8s-aws-id': 'payments' });
    expect(url.searchParams.get('X-Amz-Signature')).toBe(expected);
    const otherCluster = signatureOf(url, KEYS.secretAccessKey, { host: url.host, 'x-k8s-aws-id': 'other' });
    expect(url.searchParams.get('X-Amz-Signature')).not.toBe(otherCluster);
  });

  it.each([
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'sts.eusc-de-east-1.amazonaws.eu'],
  ])('asks the STS of %s', async (region, host) => {
    expect(urlOf(await setUp(undefined, region).tokens()).host).toBe(host);
  });
});

describe('the tokens of one cluster', () => {
  it('are kept for less than 14 minutes', async () => {
    const { tokens, pass } = setUp();
    const first = await tokens();
    pass(13.9);
    expect(await tokens()).toBe(first);
    pass(0.1);
    expect(await tokens()).not.toBe(first);
  });

  it('are never kept past the end of their credentials', async () => {
    const { tokens, pass } = setUp(async () => ({ ...KEYS, expiration: new Date(START.getTime() + 5 * 60_000) }));
    const first = await tokens();
    pass(4);
    expect(await tokens()).toBe(first);
    pass(0.99);
    expect(await tokens()).not.toBe(first);
  });

  it('are made anew when asked for fresh ones', async () => {
    const { tokens, pass } = setUp();
    const first = await tokens();
    pass(0.1);
    const second = await tokens({ fresh: true });
    expect(second).not.toBe(first);
    expect(await tokens()).toBe(second);
  });

  it('are signed once for calls in parallel', async () => {
    let asked = 0;
    const { tokens } = setUp(async () => {
      asked++;
      return KEYS;
    });
    const all = await Promise.all([tokens(), tokens(), tokens({ fresh: true })]);
    expect(new Set(all).size).toBe(1);
    expect(asked).toBe(1);
  });

  it('are asked for again after credentials could not be had', async () => {
    let fails = true;
    const { tokens } = setUp(async () => (fails ? Promise.reject(new Error('no')) : KEYS));
    await expect(tokens()).rejects.toThrow('no');
    fails = false;
    expect(await tokens()).toMatch(/^k8s-aws-v1\./);
  });
});
