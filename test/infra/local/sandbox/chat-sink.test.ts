import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChatSink, startChatSink } from '#infra/local/sandbox/chat-sink.ts';

let chat: ChatSink;
beforeAll(async () => {
  chat = await startChatSink();
});
afterAll(() => chat.stop());

async function post(body: string) {
  const response = await fetch(chat.url, { method: 'POST', body });
  return [response.status, await response.text()];
}

it('answers a message as Slack does, and keeps it', async () => {
  const block = { type: 'section', text: { type: 'mrkdwn', text: 'down' } };
  expect(await post(JSON.stringify({ text: 'P0', blocks: [block] }))).toEqual([200, 'ok']);
  expect(chat.messages()).toEqual([{ at: expect.stringMatching(/Z$/), text: 'P0', blocks: [block] }]);
});

it('refuses what Slack refuses', async () => {
  const before = chat.messages().length;
  expect(await post('not json')).toEqual([400, 'invalid_payload']);
  expect(await post('[]')).toEqual([400, 'invalid_payload']);
  expect(await post('{}')).toEqual([400, 'no_text']);
  expect((await fetch(chat.url)).status).toBe(405);
  expect(chat.messages()).toHaveLength(before);
});
