import { describe, expect, it } from 'vitest';
import { redactText } from '#shared/redaction/text.ts';

const SECRET = 'Xk9-vQ2m7LrT4w';
const B64 = Buffer.from(`app:${SECRET}`).toString('base64');
const RUN = 'aB3dE6fG9hJ2kL5mN8pQ1rS4tU7vW0xY';
const KEY_40 = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZWRpYyJ9.${RUN}`;
const PEM_LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

const secrets: [kind: string, text: string, secret: string, kept: string[]][] = [
  ['a bearer header', `Authorization: Bearer ${SECRET}`, SECRET, ['Authorization', 'Bearer']],
  ['a bearer token in prose', `sent bearer ${SECRET}, got 401`, SECRET, ['got 401']],
  ['basic credentials', `authorization="Basic ${B64}" level=warn`, B64, ['Basic', 'level=warn']],
  ['an authorization header in a Go map', `map[Authorization:[Bearer ${SECRET}] Host:[a]]`, SECRET, ['Host:[a]']],
  ['a JWT', `rejected ${JWT}: expired`, RUN, ['rejected', 'expired']],
  ['an AWS access key id', 'caller AKIAIOSFODNN7EXAMPLE is denied', 'AKIAIOSFODNN7EXAMPLE', ['is denied']],
  ['a temporary AWS key id', 'caller ASIAIOSFODNN7EXAMPLE is denied', 'ASIAIOSFODNN7EXAMPLE', ['is denied']],
  ['an AWS secret key by name', `aws_secret_access_key = ${KEY_40}`, KEY_40, ['aws_secret_access_key']],
  ['an AWS secret key by its shape', `using AKIAIOSFODNN7EXAMPLE ${KEY_40} now`, KEY_40, ['using', 'now']],
  ['a GitHub token', `clone with ghp_${RUN} failed`, RUN, ['failed']],
  ['a fine-grained GitHub token', `github_pat_${RUN} expired`, RUN, ['expired']],
  ['a GitLab token', `glpat-${RUN} expired`, RUN, ['expired']],
  ['a Slack token', `slack: xoxb-12345-${RUN} revoked`, RUN, ['revoked']],
  ['a Slack webhook', `POST https://hooks.slack.com/services/T0/B0/${RUN} 404`, RUN, ['hooks.slack.com', '404']],
  ['a Discord webhook', `POST https://discord.com/api/webhooks/123/${RUN} 404`, RUN, ['discord.com', '404']],
  ['an EKS token', `using k8s-aws-v1.${RUN} for it`, RUN, ['for it']],
  ['a Google API key', `key AIza${RUN}abc is over quota`, RUN, ['over quota']],
  ['a Google OAuth token', `ya29.${RUN} expired`, RUN, ['expired']],
  ['a Stripe key', `sk_live_${RUN} used`, RUN, ['used']],
  ['an sk- key', `sk-proj-${RUN} used`, RUN, ['used']],
  ['a SendGrid key', `SG.${RUN}.${RUN} used`, RUN, ['used']],
  ['a Vault token', `hvs.${RUN} used`, RUN, ['used']],
  ['a Grafana token', `glsa_${RUN} used`, RUN, ['used']],
  ['logfmt', `level=info password=${SECRET} msg="login ok"`, SECRET, ['level=info', 'msg="login ok"']],
  ['JSON', `{"level":"info","api_key":"${SECRET}","port":4317}`, SECRET, ['"level":"info"', '"port":4317}']],
  ['JSON within JSON', JSON.stringify({ msg: JSON.stringify({ token: SECRET, port: 4317 }) }), SECRET, ['4317']],
  ['YAML', `user: app\npassword: ${SECRET} and more\nport: 4317`, `${SECRET} and more`, ['user: app', 'port: 4317']],
  ['a query string', `GET /v1/traces?token=${SECRET}&limit=10 HTTP/1.1`, SECRET, ['/v1/traces', 'limit=10 HTTP/1.1']],
  ['a signed query', `GET /x?X-Amz-Signature=${RUN}&X-Amz-Date=20261120T100000Z`, RUN, ['X-Amz-Date=20261120T100000Z']],
  ['a command-line flag', `exec app --password ${SECRET} --port 4317`, SECRET, ['--port 4317']],
  ['a flag with =', `exec app --token=${SECRET} --port 4317`, SECRET, ['--port 4317']],
  [
    'userinfo',
    `dial http://app:${SECRET}@collector.obs:4317/v1/traces: refused`,
    SECRET,
    ['@collector.obs:4317/v1/traces'],
  ],
  ['a raw / in a password', `postgres://app:p/${SECRET}@db:5432/x`, SECRET, ['@db:5432/x']],
  ['digits before a raw ? in a password', `dial https://app:4711?${SECRET}@db:4317/v1`, SECRET, ['@db:4317/v1']],
  ['a token as the user', `https://${SECRET}@sentry.example/42`, SECRET, ['@sentry.example/42']],
  ['a MySQL DSN', `app:${SECRET}@tcp(db:3306)/orders`, SECRET, ['@tcp(db:3306)/orders']],
  ['a DSN', `SENTRY_DSN=https://${SECRET}@sentry.example/42`, SECRET, ['SENTRY_DSN=https://', '@sentry.example/42']],
  [
    'an ADO connection string',
    `Server=db;User Id=sa;Password=${SECRET};Encrypt=true`,
    SECRET,
    ['Server=db', 'Encrypt=true'],
  ],
  [
    'an Azure connection string',
    `AccountName=a;AccountKey=${RUN}==;EndpointSuffix=core`,
    RUN,
    ['AccountName=a', 'EndpointSuffix=core'],
  ],
  [
    'OTLP headers',
    `OTEL_EXPORTER_OTLP_HEADERS=x-team=${SECRET},x-scope-orgid=t1`,
    SECRET,
    ['x-team=', 'x-scope-orgid=t1'],
  ],
  ['a name and a value', `{"name":"DB_PASSWORD","value":"${SECRET}"}`, SECRET, ['DB_PASSWORD']],
  ['a name and a value in YAML', `- name: DB_PASSWORD\n  value: ${SECRET}\n`, SECRET, ['DB_PASSWORD']],
  ['curl -u', `curl -u admin:${SECRET} http://a:80`, SECRET, ['http://a:80']],
  ['a password hash', `users: admin:$2y$10$${RUN}abc role=a`, RUN, ['admin:', 'role=a']],
  ['a .netrc', `machine api.example login app password ${SECRET}\nmachine b`, SECRET, ['api.example', 'machine b']],
  ['a token in prose', `using token ${RUN} for it`, RUN, ['for it']],
  ['Chinese', `连接失败，密码：${SECRET}，请检查`, SECRET, ['连接失败，密码：', '，请检查']],
  ['a full-width colon', `token：${SECRET} 已过期`, SECRET, ['token：', '已过期']],
  ['a Redis probe', `redis-cli -p 6379 -a ${SECRET} ping`, SECRET, ['redis-cli -p 6379 -a', 'ping']],
  ['a MySQL probe', `mysqladmin ping -h db -u root -p${SECRET} --silent`, SECRET, ['-h db -u root -p', '--silent']],
  ['a MongoDB probe', `mongosh -u root -p '${SECRET}' --quiet`, SECRET, ['mongosh -u root -p', '--quiet']],
  ['sshpass', `sshpass -p ${SECRET} ssh a@b`, SECRET, ['ssh a@b']],
  ['SQL', `ALTER USER app IDENTIFIED BY '${SECRET}'`, SECRET, ['ALTER USER app']],
  ['XML', `<password>${SECRET}</password><port>80</port>`, SECRET, ['<port>80</port>']],
  ['Rust debug output', `Config { api_key: Some("${SECRET} x"), port: 80 }`, `${SECRET} x`, ['port: 80']],
  ['a cookie', `Cookie: session=${SECRET}; theme=dark\nHost: a`, SECRET, ['Host: a']],
  [
    'base64 of a text with a secret',
    Buffer.from(`user=a\npassword=${SECRET}\n`).toString('base64'),
    B64.slice(8, 16),
    [],
  ],
  [
    'a private key',
    `-----BEGIN PRIVATE KEY-----\n${PEM_LINE}\nabc=\n-----END PRIVATE KEY-----\nnext`,
    PEM_LINE,
    ['next'],
  ],
  ['a key cut at its end', `-----BEGIN RSA PRIVATE KEY-----\n${PEM_LINE}`, PEM_LINE, ['BEGIN RSA']],
  ['a key cut at its start', `${PEM_LINE}\nabcd==\n-----END RSA PRIVATE KEY-----\nnext`, PEM_LINE, ['next']],
  ['the middle of a key', `${PEM_LINE}\n${PEM_LINE}\n`, PEM_LINE, []],
  [
    'a key with its line ends written out',
    `"-----BEGIN PRIVATE KEY-----\\n${PEM_LINE}\\nabc=\\n-----END"`,
    PEM_LINE,
    ['-----END'],
  ],
];

const harmless: [what: string, text: string][] = [
  ['a back-off', 'Back-off restarting failed container app in pod otlp-app-7d4f9c-x2x'],
  ['a missing Secret', 'Error: secret "otlp-app-secrets" not found'],
  ['a missing key', "Error: couldn't find key api-key in Secret otlp-system/otlp-app-secrets"],
  ['a missing item', 'references non-existent secret key: api-key'],
  [
    'a failed token mount',
    'MountVolume.SetUp failed for volume "kube-api-access" : failed to fetch token: pod "x" not found',
  ],
  ['a parse error', 'TOML parse error at line 3, unexpected token: foo'],
  ['a JSON error', 'invalid token: expected 3 segments'],
  ['limits', 'max_tokens=4096 token_ttl=30s password_min_length: 12'],
  ['the name of a Secret', 'secretName: otlp-app-secrets'],
  ['a reference', `password: ${'$'}{DB_PASSWORD}`],
  ['a reference in a probe', `redis-cli -a "$REDIS_PASSWORD" ping && mysqladmin ping -u root -p${'$'}{MYSQL_PASSWORD}`],
  ['a port in a probe', 'redis-cli -h 127.0.0.1 -p 6379 ping && mysqladmin ping -h 127.0.0.1 -P 3306'],
  ['Chinese prose', '密码错误：请检查；令牌为空'],
  ['a long name', 'token otlp-app-token-x7f9k-and-2more of the password policy-2-of-the-company'],
  ['a price', 'costs $5$ or $1$2'],
  ['a path', 'TOKEN_FILE=/var/run/secrets/token password=/etc/app/password'],
  ['a URL', 'export http://otel-collector.observability:4317/v1/traces?email=a@b.c failed'],
  ['the image of a webhook', 'Failed to pull image "registry.example.com/policy-webhook:2.0.0": not found'],
  ['the image of a secrets operator', 'image: ghcr.io/external-secrets/external-secrets:v0.9.11-ubi'],
  ['a scope in a path', 'GET http://npm.internal:4873/@acme/otel-setup 200'],
  [
    'an image',
    'Pulling image "registry.example/otlp-app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"',
  ],
  ['a trace id', 'trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7'],
  ['a 401', 'missing or empty authorization header: Authorization'],
  ['a scheme', 'provided authorization does not match expected scheme or token'],
  ['a prose scheme', 'bearer authentication is required, basic auth is not'],
  ['Rust', "thread 'main' panicked at src/main.rs:42:9: connection refused (os error 111)"],
  ['scheduling', '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available'],
  [
    'quota',
    'exceeded quota: compute, requested: limits.memory=1Gi, used: limits.memory=4Gi, limited: limits.memory=4Gi',
  ],
  ['a certificate', `-----BEGIN CERTIFICATE-----\n${PEM_LINE}\n${PEM_LINE}\n-----END CERTIFICATE-----`],
  [
    'RBAC',
    'pods is forbidden: User "system:serviceaccount:otlp-system:app" cannot list resource "pods" in API group ""',
  ],
];

describe('redactText', () => {
  it.each(secrets)('hides %s', (_, text, secret, kept) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('[redacted]');
    for (const part of kept) expect(redacted).toContain(part);
  });

  it.each(secrets)('finds nothing more in its own output for %s', (_, text) => {
    const once = redactText(text);
    expect(redactText(once)).toBe(once);
  });

  it.each(harmless)('leaves %s alone', (_, text) => {
    expect(redactText(text)).toBe(text);
  });

  it('hides a credential that is cut off in the middle', () => {
    expect(redactText(`{"password":"${SECRET.slice(0, 8)}`)).toBe('{"password":"[redacted]');
  });

  it('keeps the number of lines of a log', () => {
    const log = secrets.map(([, text]) => text).join('\n');
    expect(redactText(log).split('\n')).toHaveLength(log.split('\n').length);
  });
});
