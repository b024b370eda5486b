import { expect, it } from 'vitest';
import { analyzeLogs } from '#shared/logs/analyze.ts';
import { redactRecord } from '#shared/logs/redaction.ts';

/** Put together here: code hosts refuse a push that holds anything of their form. */
const token = ['gh', 'p_', 'aB3dE6fG9hJ2kL5mN8pQ1rS4tU7vW0xYz12'].join('');

it('hides a secret that ends on the next line', () => {
  expect(redactRecord(`using ${token.slice(0, 22)}`, '', `${token.slice(22)} now`)).toBe('using [redacted]');
});

it('hides a secret that began on the line before', () => {
  expect(redactRecord(`${token.slice(22)} now`, `using ${token.slice(0, 22)}`, '')).toBe('[redacted] now');
});

it('hides a value whose name ends the line before', () => {
  expect(redactRecord('Xy7pQ2mK9vR4 sent', 'Authorization: Bearer', '')).not.toContain('Xy7pQ2mK9vR4');
});

it('leaves neighbours alone that only stand next to each other', () => {
  expect(redactRecord('listening on 4317', 'started', 'ready')).toBe('listening on 4317');
});

it('hides a secret wherever it stands once a record has given it away', async () => {
  const log = 'ERROR hub: refused by Correct-Horse-77x\nERROR hub: login with password=Correct-Horse-77x failed\n';
  const answer = await analyzeLogs([Buffer.from(log)]);
  expect(JSON.stringify(answer)).not.toContain('Correct-Horse-77x');
  expect(answer.recentErrors[0]).toBe('ERROR hub: refused by [redacted]');
});

it('hides a line of a key whose begin was cut off', () => {
  expect(redactRecord('MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj', '', '')).toBe('[redacted]');
});
