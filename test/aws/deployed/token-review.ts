import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:https';
import { DescribeAccessEntryCommand, type EKSClient } from '@aws-sdk/client-eks';
import { type HttpServer, serve } from '#test/support/http-server.ts';

const PREFIX = 'k8s-aws-v1.';

export interface TokenReviewOptions {
  /** name of the EKS cluster */
  cluster: string;
  /** the stand-in: knows keys and sessions, roles and access entries; asked when the first token comes */
  aws: () => { url: string; ca: string; eks: EKSClient };
  /** the secret half of a key; undefined for one that nobody has */
  secretOf: (accessKeyId: string) => Promise<string | undefined>;
}

/** The presigned URL in a token; throws where it is no GetCallerIdentity that is bound to a cluster's name. */
function presigned(token: string): URL {
  if (!token.startsWith(PREFIX)) throw new Error('no EKS token');
  const url = new URL(Buffer.from(token.slice(PREFIX.length), 'base64url').toString());
  const query = (name: string) => url.searchParams.get(name) ?? '';
  const signed = query('X-Amz-SignedHeaders').split(';');
  if (url.protocol !== 'https:' || !/^sts\.[a-z0-9-]+\.amazonaws\.com$/.test(url.hostname))
    throw new Error('not to STS');
  if (query('Action') !== 'GetCallerIdentity') throw new Error('not GetCallerIdentity');
  if (!signed.includes('host') || !signed.includes('x-k8s-aws-id')) throw new Error('bound to no cluster');
  if (Number(query('X-Amz-Expires')) > 900) throw new Error('valid for too long');
  return url;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Whether the URL was signed with the secret and with this cluster's name in the header: Signature Version 4 as AWS
 * documents it. The stand-in's STS does not look at the signature of a presigned URL.
 */
function isSigned(url: URL, { cluster, secret }: { cluster: string; secret: string }): boolean {
  const query = (name: string) => url.searchParams.get(name) ?? '';
  const [, ...scope] = query('X-Amz-Credential').split('/');
  const parameters = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature');
  const canonical = [
    'GET',
    '/',
    parameters
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join('&'),
    `host:${url.hostname}`,
    `x-k8s-aws-id:${cluster}`,
    '',
    'host;x-k8s-aws-id',
    sha256(''),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', query('X-Amz-Date'), scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex') === query('X-Amz-Signature');
}

/** Asks STS whose key it is. */
function callerOf(url: URL, cluster: string, at: { url: string; ca: string }): Promise<string> {
  const { hostname, port } = new URL(at.url);
  const headers = { host: url.hostname, 'x-k8s-aws-id': cluster };
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname, servername: 'localhost', port, path: `/${url.search}`, headers, ca: at.ca },
      async (answer) => {
        let text = '';
        for await (const chunk of answer) text += chunk;
        const [, arn] = /<Arn>([^<]+)<\/Arn>/.exec(text) ?? [];
        if (answer.statusCode === 200 && arn) resolve(arn);
        else reject(new Error(`STS answers ${answer.statusCode}`));
      },
    );
    call.on('error', reject).end();
  });
}

const roleOf = (arn: string) => arn.replace(/:sts::(\d+):assumed-role\/([^/]+)\/.+$/, ':iam::$1:role/$2');

/** What EKS runs beside its API servers: it turns a presigned token into the user and groups of an access entry. */
export function tokenReviewer({
  cluster,
  aws,
  secretOf,
}: TokenReviewOptions): Promise<HttpServer & { refusals: string[] }> {
  const refusals: string[] = [];
  async function review(token: string) {
    const { eks, ...at } = aws();
    const url = presigned(token);
    const secret = await secretOf(url.searchParams.get('X-Amz-Credential')?.split('/')[0] ?? '');
    if (secret === undefined) throw new Error('signed with an unknown key');
    if (!isSigned(url, { cluster, secret })) throw new Error(`not signed for cluster ${cluster}`);
    const principalArn = roleOf(await callerOf(url, cluster, at));
    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand({ clusterName: cluster, principalArn }));
    return { username: accessEntry?.username, groups: accessEntry?.kubernetesGroups, uid: principalArn };
  }
  return serve(async ({ body }, response) => {
    const { apiVersion, spec } = JSON.parse(String(body)) as { apiVersion: string; spec: { token: string } };
    const status = await review(spec.token).then(
      (user) => ({ authenticated: true, user }),
      (error: Error) => {
        refusals.push(error.message);
        return { authenticated: false, error: error.message };
      },
    );
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ apiVersion, kind: 'TokenReview', status }));
  }).then((server) => Object.assign(server, { refusals }));
}

/** The API server's side of it. */
export const webhookConfig = (url: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'reviewer', cluster: { server: url } }],
    users: [{ name: 'api-server', user: {} }],
    contexts: [{ name: 'webhook', context: { cluster: 'reviewer', user: 'api-server' } }],
    'current-context': 'webhook',
  });
