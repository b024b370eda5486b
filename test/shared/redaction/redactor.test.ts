import { expect, it } from 'vitest';
import { redactConfigMap } from '#shared/redaction/config-map.ts';
import { redactObject } from '#shared/redaction/object.ts';
import { makeRedactor } from '#shared/redaction/redactor.ts';
import { sweep } from '#shared/redaction/sweep.ts';

const S = 'Xk9-vQ2m7LrT4w';

it('gives equal secrets equal placeholders, numbered by first appearance', () => {
  const redactor = makeRedactor();
  expect(redactor.text(`password=${S}`)).toBe('password=[redacted-1]');
  expect(redactor.text(`token=${S}9`)).toBe('token=[redacted-2]');
  expect(redactor.text(`http://app:${S}@db:5432/`)).toBe('http://[redacted-3]:[redacted-1]@db:5432/');
});

it('starts at one again for the next snapshot, so that a number says nothing about a secret', () => {
  makeRedactor().text(`password=${S}`);
  expect(makeRedactor().text('password=somethingElse1')).toBe('password=[redacted-1]');
});

it.each([
  ['verbatim', `login with ${S} failed`],
  ['percent-encoded', `GET /${encodeURIComponent(`${S}/é`)}`],
  ['in JSON', JSON.stringify({ note: `say "${S}"` })],
  ['in base64', Buffer.from(S).toString('base64')],
  ['in base64 at an offset of one', Buffer.from(`x${S}y`).toString('base64')],
  ['in base64 at an offset of two', Buffer.from(`xx${S}yy`).toString('base64')],
])('finds a known secret elsewhere: %s', (_, text) => {
  const redactor = makeRedactor();
  for (const secret of [S, `${S}/é`, `say "${S}"`]) redactor.learn(secret);
  const swept = sweep({ message: text }, redactor).message;
  expect(swept).toMatch(/\[redacted-\d\]/);
  expect(swept).not.toContain(S);
  expect(swept).not.toContain(Buffer.from(S).toString('base64').slice(2, 14));
});

it.each([
  ['too short', 'abc12'],
  ['a number', '4317'],
  ['a common word', 'postgres'],
  ['the name of an object', 'otel-collector'],
  ['a part of a name', 'collector-7d4'],
])('does not look for a secret that is %s', (_, secret) => {
  const redactor = makeRedactor();
  redactor.learn(secret);
  const text = `abc12 on 4317 with postgres in otel-collector-7d4f9c`;
  expect(sweep({ name: 'otel-collector-7d4f9c', message: text }, redactor).message).toBe(text);
});

it.each([
  [['redis-cli', '-p', '6379', '-a', S, 'ping']],
  [['/usr/bin/mysqladmin', 'ping', '-uroot', `-p${S}`]],
  [['sh', '-c', `redis-cli -a ${S} ping`]],
  [['app', '--password', S]],
])('hides a password among the words of a command: %j', (command) => {
  const safe = redactObject({ livenessProbe: { exec: { command } } }, makeRedactor()).livenessProbe.exec.command;
  expect(JSON.stringify(safe)).not.toContain(S);
  expect(safe).toHaveLength(command.length);
  expect(safe.slice(0, 2)).toEqual(command.slice(0, 2));
});

it.each(['.pgpass', '.netrc', 'netrc', '.htpasswd'])('hides all of a %s', (key) => {
  const map = { metadata: { name: 'a' }, data: { [key]: `db:5432:orders:app:${S}\n` } };
  const { data } = redactConfigMap(map, makeRedactor(), () => false);
  expect(data?.[key]).not.toContain(S);
});
