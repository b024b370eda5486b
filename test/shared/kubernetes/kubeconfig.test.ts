import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { CA, CA_FILE, certificate, MUTUAL } from '#test/support/certificates.ts';
import { faultOf } from '#test/support/cluster-contract.ts';
import { serve } from '#test/support/http-server.ts';
import { inTurn, podList, status } from '#test/support/kubernetes-answers.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

interface Written {
  server?: string;
  cluster?: object;
  user?: object;
  context?: string;
  current?: string;
}

const entries = ({
  server = 'https://127.0.0.1:1',
  cluster,
  user,
  context = 'prod',
  current = context,
}: Written = {}) => ({
  clusters: [{ name: `${context}-cluster`, cluster: { server, ...cluster } }],
  users: [{ name: `${context}-user`, user: user ?? { token: 'secret-token' } }],
  contexts: [{ name: context, context: { cluster: `${context}-cluster`, user: `${context}-user` } }],
  'current-context': current,
});

async function write(content: string | object, name = 'config'): Promise<string> {
  const file = join(home, name);
  await writeFile(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

/** A server that lets everyone in and keeps who asked. */
const open = (tls?: object) => serve(inTurn(podList(['a'])), tls);

/** A credential plugin as a program of its own; `body` is its script. */
async function plugin(body: string) {
  const script = await write(body, 'plugin.mjs');
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script] } };
}
const credential = (token: string, expires = '') =>
  `console.log(JSON.stringify({kind:'ExecCredential',status:{token:${token}${expires && `,expirationTimestamp:${expires}`}}}));`;

describe('which kubeconfig', () => {
  it('is the one given, with its current context as name', async () => {
    const cluster = await openKubeconfig({ kubeconfig: await write(entries()) });
    expect(cluster.name).toBe('prod');
  });

  it('is else that of ~/.kube/config, and of $KUBECONFIG before it', async () => {
    await mkdir(join(home, '.kube'));
    await write(entries({ context: 'usual' }), '.kube/config');
    expect((await openKubeconfig()).name).toBe('usual');
    expect((await openKubeconfig({ kubeconfig: '~/.kube/config' })).name).toBe('usual');
    vi.stubEnv('KUBECONFIG', await write(entries({ context: 'env' }), 'other'));
    expect((await openKubeconfig()).name).toBe('env');
  });

  it('may be several, of which the first wins and a missing one does not matter', async () => {
    const first = await write(entries({ context: 'one', current: '' }), 'one');
    const second = await write(entries({ context: 'two' }), 'two');
    const again = await write(
      { ...entries({ context: 'two', server: 'http://127.0.0.1:2' }), 'current-context': 'one' },
      'three',
    );
    vi.stubEnv('KUBECONFIG', [join(home, 'missing'), first, second, again].join(delimiter));
    expect((await openKubeconfig()).name).toBe('two');
    expect((await openKubeconfig({ context: 'one' })).name).toBe('one');
    const fault = await faultOf((await openKubeconfig()).version());
    expect(fault.message).toContain('127.0.0.1:1 refused');
  });

  it.each<[string, () => Promise<object> | object, RegExp]>([
    ['none at all', () => ({}), /neither \$KUBECONFIG nor ~\/\.kube\/config is there/],
    ['a missing file', () => ({ kubeconfig: join(home, 'nope') }), /nope: there is no such file/],
    ['a folder', () => ({ kubeconfig: home }), /cannot be read \(EISDIR\)/],
    ['an empty file', async () => ({ kubeconfig: await write('') }), /is no kubeconfig/],
    ['another kind of file', async () => ({ kubeconfig: await write('<html>') }), /is no kubeconfig/],
    [
      'a cluster without address',
      async () => ({ kubeconfig: await write({ clusters: [{ name: 'a', cluster: {} }] }) }),
      /server is missing/,
    ],
    [
      'a context that nothing there is like',
      async () => ({ kubeconfig: await write(entries()), context: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop' }),
      /no context "arn:aws:eks:eu-west-1:111122223333:cluster\/shop": it has prod/,
    ],
    [
      'an unknown context',
      async () => ({ kubeconfig: await write(entries()), context: 'prot' }),
      /no context "prot": did you mean "prod"\? it has prod/,
    ],
    [
      'no current context',
      async () => ({ kubeconfig: await write(entries({ current: '' })) }),
      /no current context: choose one with --context \(prod\)/,
    ],
    [
      'a context whose cluster is not there',
      async () => ({ kubeconfig: await write({ ...entries(), clusters: [] }) }),
      /names the cluster "prod-cluster", which the kubeconfig lacks/,
    ],
    [
      'a context whose user is not there',
      async () => ({ kubeconfig: await write({ ...entries(), users: [] }) }),
      /names the user "prod-user", which the kubeconfig lacks/,
    ],
    [
      'groups to impersonate',
      async () => ({ kubeconfig: await write(entries({ user: { as: 'a', 'as-groups': ['b'] } })) }),
      /as-groups is not supported/,
    ],
    [
      'an address that is none',
      async () => ({ kubeconfig: await write(entries({ server: 'prod.example' })) }),
      /no address of an API server \(prod\)/,
    ],
    [
      'a CA file that is missing',
      async () => ({ kubeconfig: await write(entries()), caFile: '/nope.pem' }),
      /caFile \/nope\.pem: not a readable CA/,
    ],
    [
      'a CA file that holds none',
      async () => ({ kubeconfig: await write(entries()), caFile: await write('x', 'ca') }),
      /not a readable CA/,
    ],
  ])('%s is told in one clear line', async (_, ref, words) => {
    const fault = await faultOf(openKubeconfig(await ref()));
    expect(fault).toMatchObject({ fault: 'credentials', message: expect.stringMatching(words) });
  });

  it('that is broken is told by the line, without the secrets around it', async () => {
    const file = await write('clusters: []\nusers:\n- name: a\n  user: {token: "sentinel-token\n');
    const fault = await faultOf(openKubeconfig({ kubeconfig: file }));
    expect(fault.message).toMatch(/line \d is not valid YAML/);
    expect(fault.message).not.toContain('sentinel');
  });
});

describe('credentials of a kubeconfig', () => {
  /** The headers that the server got, over plain HTTP as `kubectl proxy` speaks it. */
  async function headersFor(user: object) {
    await using server = await open();
    const cluster = await openKubeconfig({ kubeconfig: await write(entries({ server: server.url, user })) });
    await cluster.list(RESOURCES.pods);
    return server.requests[0]?.headers ?? {};
  }

  it('are a token', async () => {
    expect(await headersFor({ token: 'abc' })).toMatchObject({ authorization: 'Bearer abc' });
  });

  it('are a token in a file beside it, line break or not', async () => {
    await write('from-file\n', 'token');
    expect(await headersFor({ tokenFile: 'token' })).toMatchObject({ authorization: 'Bearer from-file' });
  });

  it('are a name and a password', async () => {
    const authorization = `Basic ${Buffer.from('a:b').toString('base64')}`;
    expect(await headersFor({ username: 'a', password: 'b' })).toMatchObject({ authorization });
  });

  it('are none, for a user who has none', async () => {
    expect(await headersFor({})).not.toHaveProperty('authorization');
  });

  it('may be those of another user', async () => {
    expect(await headersFor({ token: 'abc', as: 'auditor' })).toMatchObject({ 'impersonate-user': 'auditor' });
  });

  it('are a client certificate, as data or as files beside it', async () => {
    await using server = await open(MUTUAL);
    const { cert, key } = certificate('client');
    await write(cert, 'client.crt');
    await write(key, 'client.key');
    await write(CA, 'ca.crt');
    const base64 = (pem: string) => Buffer.from(pem).toString('base64');
    const cases = [
      entries({
        server: server.url,
        cluster: { 'certificate-authority-data': base64(CA) },
        user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
      }),
      entries({
        server: server.url,
        cluster: { 'certificate-authority': 'ca.crt' },
        user: { 'client-certificate': 'client.crt', 'client-key': 'client.key' },
      }),
    ];
    for (const content of cases) {
      const cluster = await openKubeconfig({ kubeconfig: await write(content) });
      expect(await cluster.list(RESOURCES.pods)).toHaveLength(1);
    }
  });

  it('may name a client certificate that is gone', async () => {
    const user = { 'client-certificate': 'gone.crt', 'client-key': 'gone.key' };
    const fault = await faultOf(openKubeconfig({ kubeconfig: await write(entries({ user })) }));
    expect(fault).toMatchObject({ fault: 'credentials', message: expect.stringContaining('gone.crt') });
  });
});

describe('the certificate of the server', () => {
  it('may be trusted by a CA file of its own, instead of the one in the kubeconfig', async () => {
    await using server = await open(certificate('server'));
    const kubeconfig = await write(entries({ server: server.url }));
    expect((await faultOf((await openKubeconfig({ kubeconfig })).list(RESOURCES.pods))).fault).toBe('tls');
    const trusting = await openKubeconfig({ kubeconfig, caFile: CA_FILE });
    expect(await trusting.list(RESOURCES.pods)).toHaveLength(1);
  });

  it('may be for another name, or not looked at, as the kubeconfig says', async () => {
    await using server = await open(certificate('other-host'));
    const list = async (cluster: object) =>
      (await openKubeconfig({ kubeconfig: await write(entries({ server: server.url, cluster })) })).list(
        RESOURCES.pods,
      );
    const ca = { 'certificate-authority': CA_FILE };
    expect((await faultOf(list(ca))).fault).toBe('tls');
    expect(await list({ ...ca, 'tls-server-name': 'elsewhere.example' })).toHaveLength(1);
    expect(await list({ 'insecure-skip-tls-verify': true })).toHaveLength(1);
  });
});

describe('a credential plugin', () => {
  const openWith = async (user: object, server?: string, options = {}) =>
    openKubeconfig({ kubeconfig: await write(entries({ user, ...(server ? { server } : {}) })) }, options);

  it('is told what is wanted, and runs once for many calls', async () => {
    await using server = await open();
    const log = join(home, 'runs');
    const user = await plugin(
      `import fs from 'node:fs';fs.appendFileSync(${JSON.stringify(log)},process.env.KUBERNETES_EXEC_INFO+'\\n');${credential("'from-plugin'")}`,
    );
    const cluster = await openWith(user, server.url);
    await Promise.all([cluster.list(RESOURCES.pods), cluster.list(RESOURCES.pods), cluster.list(RESOURCES.pods)]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer from-plugin'));
    const runs = (await readFile(log, 'utf8')).trimEnd().split('\n');
    expect(runs).toHaveLength(1);
    expect(JSON.parse(runs[0] ?? '')).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
    });
  });

  it('runs again when its token has expired, and not before', async () => {
    await using server = await open();
    const log = join(home, 'runs');
    const runs = async () => (await readFile(log, 'utf8')).length;
    const counting = (expires: string) =>
      plugin(`import fs from 'node:fs';fs.appendFileSync(${JSON.stringify(log)},'x');${credential("'t'", expires)}`);
    const soon = await openWith(await counting('new Date(Date.now()+1000).toISOString()'), server.url);
    await soon.list(RESOURCES.pods);
    expect(await runs()).toBe(2);
    const later = await openWith(await counting('new Date(Date.now()+3600_000).toISOString()'), server.url);
    await later.list(RESOURCES.pods);
    expect(await runs()).toBe(3);
  });

  it('may give a client certificate', async () => {
    await using server = await serve(inTurn(podList(['a'])), MUTUAL);
    const { cert, key } = certificate('client');
    const status = { clientCertificateData: cert, clientKeyData: key };
    const user = await plugin(`console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', status }))})`);
    const kubeconfig = await write(entries({ server: server.url, user }));
    const cluster = await openKubeconfig({ kubeconfig, caFile: CA_FILE });
    expect(await cluster.list(RESOURCES.pods)).toHaveLength(1);
  });

  it('runs again when the server no longer takes its token', async () => {
    let accepted = 'Bearer 1';
    await using server = await serve((received, response) =>
      (received.headers.authorization === accepted ? podList(['a']) : status(401))(response, received),
    );
    const count = await write('0', 'count');
    const user = await plugin(
      `import fs from 'node:fs';const n=Number(fs.readFileSync(${JSON.stringify(count)}))+1;fs.writeFileSync(${JSON.stringify(count)},String(n));${credential('String(n)')}`,
    );
    const cluster = await openWith(user, server.url);
    await cluster.list(RESOURCES.pods);
    accepted = 'Bearer 2';
    expect(await cluster.list(RESOURCES.pods)).toHaveLength(1);
    expect(await readFile(count, 'utf8')).toBe('2');
  });

  it.each<[string, () => Promise<object>, RegExp]>([
    [
      'is not installed',
      async () => ({ exec: { command: 'no-such-plugin', installHint: 'Install it\nfrom here' } }),
      /plugin "no-such-plugin" is not on this machine's PATH; Install it from here/,
    ],
    [
      'fails',
      () => plugin("console.error('no session:\\n run aws sso login');process.exit(255)"),
      /failed \(no session: run aws sso login\)/,
    ],
    ['says nothing', () => plugin(''), /failed/],
    ['answers without credentials', () => plugin('console.log("{}")'), /failed \(its output is no ExecCredential\)/],
    ['answers with no JSON', () => plugin('console.log("sentinel")'), /failed \(its output is no ExecCredential\)/],
    ['has no command', async () => ({ exec: { args: ['x'] } }), /exec section is not valid/],
  ])('that %s is told in one line', async (_, user, words) => {
    const fault = await faultOf(openWith(await user()));
    expect(fault).toMatchObject({ fault: 'credentials', message: expect.stringMatching(words) });
  });

  /** Reads its standard input, as a prompt does, and then goes on waiting. */
  const asking = (pid: string) =>
    plugin(
      `import fs from 'node:fs';fs.readFileSync(0);fs.writeFileSync(${JSON.stringify(pid)},String(process.pid));setInterval(()=>{},1000)`,
    );

  it('that waits for a person ends with the deadline', async () => {
    const fault = await faultOf(openWith(await asking(join(home, 'pid')), undefined, { timeoutMs: 100 }));
    expect(fault).toMatchObject({
      fault: 'credentials',
      message: expect.stringContaining('gave no credentials within'),
    });
  });

  it('does not outlive a caller who goes away', async () => {
    const file = join(home, 'pid');
    const stop = new AbortController();
    const opening = faultOf(openWith(await asking(file), undefined, { signal: stop.signal }));
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 }).toMatch(/^\d+$/);
    const pid = Number(await readFile(file, 'utf8'));
    stop.abort();
    expect(await opening).toMatchObject({ fault: 'aborted' });
    const alive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await expect.poll(alive, { timeout: 10_000 }).toBe(false);
  });
});
