import { expect, it } from 'vitest';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Delivery, Message } from '#shared/ports/notifier.ts';
import { slackWebhook } from '#shared/wire/slack-webhook.ts';
import { serve } from '#test/support/http-server.ts';

const SECRET_PATH = '/services/T0SENTINEL/B0SENTINEL/sentinelsecretsentinel';
const message: Message = {
  id: 'n-1',
  severity: 'P0',
  title: 'otlp-app is down',
  text: 'otlp-app is down: pods crash',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*otlp-app*' } }],
};
const delivered = [{ channel: 'slack', delivered: true }];
const sendTo = (url: string, timeoutMs = 2000, signal?: AbortSignal) =>
  slackWebhook({ url: async () => url, timeoutMs }).send(message, signal ? { signal } : {});
const whyOf = ([delivery]: Delivery[]) => (delivery?.delivered === false ? delivery.why : undefined);

it('posts text and blocks once, as JSON', async () => {
  await using slack = await serve((_, response) => void response.end('ok'));
  expect(await sendTo(slack.url + SECRET_PATH)).toEqual(delivered);
  expect(slack.requests).toHaveLength(1);
  const [request] = slack.requests;
  expect(request).toMatchObject({ method: 'POST', path: SECRET_PATH });
  expect(request?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(String(request?.body))).toEqual({ text: message.text, blocks: message.blocks });
});

it('leaves out blocks where a notice has none, which Slack would refuse', async () => {
  await using slack = await serve((_, response) => void response.end('ok'));
  await slackWebhook({ url: async () => slack.url }).send({ ...message, blocks: [] });
  expect(JSON.parse(String(slack.requests[0]?.body))).toEqual({ text: message.text });
});

it('waits as long as Slack says after a 429, then sends once more', async () => {
  let answers = 0;
  await using slack = await serve((_, response) => {
    answers++;
    if (answers === 1) response.writeHead(429, { 'retry-after': '0' }).end('rate_limited');
    else response.end('ok');
  });
  expect(await sendTo(slack.url)).toEqual(delivered);
  expect(slack.requests).toHaveLength(2);
});

it('sends no third time', async () => {
  await using slack = await serve((_, response) => void response.writeHead(429, { 'retry-after': '0' }).end());
  expect(whyOf(await sendTo(slack.url))).toBe('answered 429');
  expect(slack.requests).toHaveLength(2);
});

it('does not wait past its deadline', async () => {
  await using slack = await serve((_, response) => void response.writeHead(429, { 'retry-after': '30' }).end());
  expect(whyOf(await sendTo(slack.url))).toBe('Slack asks to wait 30 s: too many messages');
  expect(slack.requests).toHaveLength(1);
});

it('gives up on a server that never answers', async () => {
  await using slack = await serve(() => undefined);
  expect(whyOf(await sendTo(slack.url, 100))).toBe('no answer in time');
});

it('stops when the caller does', async () => {
  await using slack = await serve(() => undefined);
  expect(whyOf(await sendTo(slack.url, 2000, AbortSignal.timeout(50)))).toMatch(/no answer in time|caller stopped/);
  const stop = new AbortController();
  stop.abort();
  expect(whyOf(await sendTo(slack.url, 2000, stop.signal))).toBe('the caller stopped it');
});

it('follows no redirect, so the notice goes to nobody else', async () => {
  await using other = await serve((_, response) => void response.end('ok'));
  await using slack = await serve((_, response) => void response.writeHead(307, { location: other.url }).end());
  expect(whyOf(await sendTo(slack.url))).toContain('answered 307, a redirect, which is not followed');
  expect(other.requests).toEqual([]);
});

it('shows what Slack says to a notice that it refuses', async () => {
  await using slack = await serve((_, response) => void response.writeHead(400).end('invalid_blocks'));
  expect(whyOf(await sendTo(slack.url))).toBe('answered 400: invalid_blocks');
});

it('shows no more than a line of a long answer', async () => {
  await using proxy = await serve((_, response) => void response.writeHead(502).end('<html>\n\u001b[31m'.repeat(9000)));
  const why = whyOf(await sendTo(proxy.url)) ?? '';
  expect(why.length).toBeLessThan(120);
  expect(why).not.toMatch(/[\p{Cc}]/u);
});

it.each([
  ['http://hooks.slack.com', 'only https:// is used'],
  ['http://127.0.0.1.example.com', 'only https:// is used'],
  ['http://10.0.0.1', 'only https:// is used'],
  ['file://localhost', 'only https:// is used'],
  ['https://user:sentinelpassword@hooks.slack.com', 'user name or password'],
  ['hooks.slack.com', 'is not a URL'],
])('refuses %s', async (origin, words) => {
  const why = whyOf(await sendTo(origin + SECRET_PATH));
  expect(why).toContain(words);
  expect(why).not.toContain('entinel');
});

it('never shows the secret path, whatever fails', async () => {
  await using echo = await serve(
    ({ url }, response) => void response.writeHead(404).end(`${'.'.repeat(50)} ${url} ${url.split('/').at(-1)}`),
  );
  const gone = await serve(() => undefined);
  await gone[Symbol.asyncDispose]();
  const whys = [echo.url, gone.url, 'https://name.invalid'].map(async (url) => whyOf(await sendTo(url + SECRET_PATH)));
  for (const why of await Promise.all(whys)) {
    expect(why).toBeTruthy();
    expect(why).not.toContain('SENTINEL');
    expect(why).not.toContain('sentinel');
  }
});

it('reports a secret that cannot be read as a failed delivery', async () => {
  const named = slackWebhook({ url: async () => Promise.reject(new UnavailableError('secret "s" could not be read')) });
  expect(whyOf(await named.send(message))).toBe('secret "s" could not be read');
  const unknown = slackWebhook({ url: async () => Promise.reject(new Error(`at ${SECRET_PATH}`)) });
  expect(whyOf(await unknown.send(message))).not.toContain('sentinel');
});
