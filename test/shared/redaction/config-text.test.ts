import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { redactConfig } from '#shared/redaction/config-text.ts';
import { makeRedactor } from '#shared/redaction/redactor.ts';

const S = 'hunter2-Xk9vQ2m7';

const YAML = `# the password: ${S}
receivers:
  otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } # token: ${S}
exporters:
  otlp/backend:
    endpoint: https://user:${S}@backend.example:4317/v1
    headers: { x-honeycomb-team: ${S}, x-scope-orgid: tenant-1, authorization: Bearer ${S} }
    sending_queue: { queue_size: 1000 }
  list: [http://u:${S}@a.example:80, http://b.example:80]
db:
  password: &anchor ${S}
  again: *anchor
  tokens:
    - ${S}1
    - ${S}2
  private_key: |
    first ${S}
    second ${S}
  folded_secret: >-
    ${S}
    more
  quoted_password: "${S}
    and more"
  plain_password: ${S}
    and more
  pin_token: 12345678
  password_file: /etc/db/password
  env_password: \${env:DB_PASSWORD}
  enabled: true
env:
  - name: API_KEY
    value: ${S}
  - name: LEVEL
    value: debug
`;

const TOML = `# api_key = "${S}"
title = "app"
api_key = "${S}" # token=${S}
tokens = ["${S}1",
  '${S}2']
long_secret = """
${S}
and more"""
[db]
url = "postgres://app:${S}@db.example:5432/orders?sslmode=off"
password = '${S}'
secret_pin = 12345678
max_tokens = 10
started = 1979-05-27T07:32:00Z
[[exporter]]
headers = { authorization = "Bearer ${S}", content-type = "json" }
batch = 512
`;

const JSON_TEXT = `{
\t"db": { "password": "${S}", "port": 5432, "url": "amqp://app:${S}@mq:5672/v" },
\t"tokens": ["${S}1", "${S}2"],
\t"secret_pin": 12345678,
\t"env": [{ "name": "API_KEY", "value": "${S}" }],
\t"on": true
}`;

const lines = (text: string) => text.split('\n').length;

describe('a configuration that parses', () => {
  it('loses its secrets and keeps its structure and line numbers in YAML', () => {
    const redacted = redactConfig(YAML, 'yaml', makeRedactor());
    expect(redacted).not.toContain('hunter2');
    expect(lines(redacted)).toBe(lines(YAML));
    const { receivers, exporters, db, env } = parseYaml(redacted);
    expect(receivers).toEqual({ otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' } } } });
    expect(exporters['otlp/backend'].endpoint).toMatch(
      /^https:\/\/\[redacted-\d+\]:\[redacted-\d+\]@backend\.example:4317\/v1$/,
    );
    expect(exporters['otlp/backend'].headers).toEqual({
      'x-honeycomb-team': expect.stringMatching(/^\[redacted-\d+\]$/),
      'x-scope-orgid': 'tenant-1',
      authorization: expect.stringMatching(/^Bearer \[redacted-\d+\]$/),
    });
    expect(exporters.list[1]).toBe('http://b.example:80');
    expect(db.again).toBe(db.password);
    expect(db.private_key).toMatch(/^\[redacted-\d+\]\n\[redacted-\d+\]\n$/);
    expect(db.quoted_password).toMatch(/^\[redacted-\d+\]$/);
    expect(db.plain_password).toMatch(/^\[redacted-\d+\]$/);
    expect(db.pin_token).toMatch(/^\[redacted-\d+\]$/);
    expect(db).toMatchObject({
      password_file: '/etc/db/password',
      env_password: '$' + '{env:DB_PASSWORD}',
      enabled: true,
    });
    expect(env[1]).toEqual({ name: 'LEVEL', value: 'debug' });
  });

  it('keeps each YAML key on its line', () => {
    const redacted = redactConfig(YAML, 'yaml', makeRedactor()).split('\n');
    for (const [index, line] of YAML.split('\n').entries()) {
      const key = /^[ -]*[\w/]+:/.exec(line)?.[0];
      if (key) expect(redacted[index]).toContain(key);
    }
  });

  it('loses its secrets and keeps its structure and line numbers in TOML', () => {
    const redacted = redactConfig(TOML, 'toml', makeRedactor());
    expect(redacted).not.toContain('hunter2');
    expect(lines(redacted)).toBe(lines(TOML));
    const { title, tokens, db, exporter } = parseToml(redacted) as Record<string, never>;
    expect(title).toBe('app');
    expect(tokens).toHaveLength(2);
    expect(db).toMatchObject({
      url: expect.stringContaining('@db.example:5432/orders?sslmode=off'),
      secret_pin: expect.stringMatching(/^\[redacted-\d+\]$/),
      max_tokens: 10,
    });
    expect(exporter).toEqual([
      { headers: { authorization: expect.stringMatching(/^Bearer \[redacted/), 'content-type': 'json' }, batch: 512 },
    ]);
  });

  it('loses its secrets and keeps its structure and line numbers in JSON', () => {
    const redacted = redactConfig(JSON_TEXT, 'json', makeRedactor());
    expect(redacted).not.toContain('hunter2');
    expect(lines(redacted)).toBe(lines(JSON_TEXT));
    const { db, tokens, secret_pin, on } = JSON.parse(redacted);
    expect(db).toMatchObject({ port: 5432, url: expect.stringMatching(/@mq:5672\/v$/) });
    expect(tokens).toHaveLength(2);
    expect(secret_pin).toMatch(/^\[redacted-\d+\]$/);
    expect(on).toBe(true);
  });

  it('keeps the words of a block around its secrets, folded or not', () => {
    const text = `note: >-\n  dial http://u:${S}@db:5432/x\n    and\n\n  wait\nscript: |\n  a=1\n  export TOKEN=${S}\n  b=2\n`;
    const { note, script } = parseYaml(redactConfig(text, 'yaml', makeRedactor()));
    expect(note).toMatch(/^dial http:\/\/\[redacted-1\]:\[redacted-2\]@db:5432\/x\n {2}and\n\nwait$/);
    expect(script).toBe('a=1\nexport TOKEN=[redacted-2]\nb=2\n');
  });

  it('stays as it is, byte for byte, when it holds no secret', () => {
    const plain = "a: [1, 'two']   # three\nb: |\n  x\n\n\nkeyboard: us\n";
    expect(redactConfig(plain, 'yaml', makeRedactor())).toBe(plain);
  });

  it('hides every value of a file that is secret as a whole', () => {
    const redacted = redactConfig(`a: ${S}\nb: { c: ${S}9 }\n`, 'yaml', makeRedactor(), true);
    expect(redacted).toBe('a: "[redacted-1]"\nb: { c: "[redacted-2]" }\n');
  });
});

describe('a configuration that does not parse', () => {
  it.each([
    ['yaml', `db:\n  password: ${S}\n bad: indent\n  tokens: [${S},\n    ${S}x]\nurl: http://u:${S}@h:80/p\n`],
    ['yaml', `a: {b: c\npassword: ${S}\n\tsecret: "${S}"\n`],
    ['toml', `[db\npassword = "${S}"\ntokens = ["${S}",\n  "${S}x"]\nlong_secret = """\n${S}\n"""\nport = 80\n`],
    ['json', `{"password": "${S}", "tokens": ["${S}",\n"${S}x"], "port": 80,}`],
  ] as const)('loses its secrets all the same: broken %s', (format, text) => {
    const redacted = redactConfig(text, format, makeRedactor());
    expect(redacted).not.toContain('hunter2');
    expect(lines(redacted)).toBe(lines(text));
  });
});
