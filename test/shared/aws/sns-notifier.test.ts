import { afterEach, expect, it, vi } from 'vitest';
import { snsNotifier } from '#shared/aws/sns-notifier.ts';
import type { Message } from '#shared/ports/notifier.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';

const P0 = 'arn:aws:sns:ap-south-1:111122223333:medic-p0';
const topics = { P0, P3: 'arn:aws:sns:ap-south-1:111122223333:medic-info' };
const notice: Message = {
  id: 'i-1.opened',
  severity: 'P0',
  title: 'otlp-app is down',
  text: 'Pods crash.',
  blocks: [],
};

afterEach(() => vi.unstubAllEnvs());

const startSns = () =>
  serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end('<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>');
  });

/** The fields of the n-th Publish as SNS got them. */
const published = (sns: HttpServer, n = 0) => new URLSearchParams(sns.requests[n]?.body.toString());

async function publish(message: Message) {
  await using sns = await startSns();
  useAwsAt(sns.url);
  const deliveries = await snsNotifier(topics).send(message);
  return { deliveries, fields: published(sns), requests: sns.requests };
}

it('publishes to the topic of the severity, in the region of the topic', async () => {
  const { deliveries, fields, requests } = await publish(notice);
  expect(deliveries).toEqual([{ channel: 'sns:medic-p0', delivered: true }]);
  expect(Object.fromEntries(fields)).toMatchObject({
    TopicArn: P0,
    Subject: 'otlp-app is down',
    Message: 'otlp-app is down\n\nPods crash.',
  });
  expect(requests[0]?.headers.authorization).toContain('/ap-south-1/sns/');
});

it('carries severity and id as message attributes, for subscription filters', async () => {
  const { fields } = await publish(notice);
  const attributes = [1, 2].map((n) => [
    fields.get(`MessageAttributes.entry.${n}.Name`),
    fields.get(`MessageAttributes.entry.${n}.Value.StringValue`),
  ]);
  expect(Object.fromEntries(attributes)).toEqual({ severity: 'P0', id: 'i-1.opened' });
});

it.each([
  ['übel → down — now', 'ubel -> down - now'],
  ['two\nlines\u0000 and \u001b[31mcolour', 'two lines and [31mcolour'],
  ['苏黎世服务中断', 'otlp-medic P0 notice'],
  ['x'.repeat(300), `${'x'.repeat(97)}...`],
])('makes a subject that SNS takes of %j', async (title, subject) => {
  const { fields } = await publish({ ...notice, title });
  expect(fields.get('Subject')).toBe(subject);
});

it('cuts a message before the limit of SNS, between two characters', async () => {
  const { fields } = await publish({ ...notice, text: '界'.repeat(100_000) });
  const text = fields.get('Message') ?? '';
  expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
  expect(text).not.toContain('\ufffd');
  expect(text).toMatch(/界\n\[cut here: the report holds the whole\]$/);
});

it('leaves out the characters that SNS refuses', async () => {
  const { fields } = await publish({ ...notice, text: 'a\u0000b\tc\nd\u001b[0m\ud800' });
  expect(fields.get('Message')).toBe('otlp-app is down\n\nab\tc\nd[0m\ufffd');
});

it('says that a severity has no topic instead of dropping the notice', async () => {
  const { deliveries, requests } = await publish({ ...notice, severity: 'P1' });
  expect(deliveries).toEqual([{ channel: 'sns', delivered: false, why: 'there is no topic for severity P1' }]);
  expect(requests).toEqual([]);
});

it.each([
  ['AuthorizationError', 403, `access denied: allow sns:Publish on ${P0}`],
  ['NotFound', 404, 'the topic does not exist: deploy the stack'],
  [
    'InvalidClientTokenId',
    403,
    'AWS does not accept the credentials (InvalidClientTokenId): check the key and the profile',
  ],
])('makes a Delivery of %s', async (code, status, why) => {
  await using sns = await serve((_, response) => {
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    );
  });
  useAwsAt(sns.url);
  expect(await snsNotifier(topics).send(notice)).toEqual([{ channel: 'sns:medic-p0', delivered: false, why }]);
});

it('makes a Delivery of a topic that cannot be reached, and of a caller who stops', async () => {
  const gone = await startSns();
  await gone[Symbol.asyncDispose]();
  useAwsAt(gone.url);
  const [delivery] = await snsNotifier(topics).send(notice);
  expect(delivery).toMatchObject({ delivered: false, why: expect.stringContaining('ECONNREFUSED') });
  const [stopped] = await snsNotifier(topics).send(notice, { signal: AbortSignal.abort() });
  expect(stopped).toMatchObject({ delivered: false, why: 'the caller stopped it' });
});
