import { expect, it } from 'vitest';
import type { Message, Notifier } from '#shared/ports/notifier.ts';
import { fanOut } from '#shared/wire/fan-out.ts';

const message: Message = { id: 'n-1', severity: 'P0', title: 't', text: 't', blocks: [] };

it('sends by every channel and collects what became of each', async () => {
  const seen: string[] = [];
  const channel = (name: string, delivered: boolean): Notifier => ({
    async send({ id }) {
      seen.push(`${name} ${id}`);
      return [{ channel: name, delivered, ...(delivered ? {} : { why: 'down' }) }];
    },
  });
  expect(await fanOut([channel('a', true), channel('b', false), channel('c', true)]).send(message)).toEqual([
    { channel: 'a', delivered: true },
    { channel: 'b', delivered: false, why: 'down' },
    { channel: 'c', delivered: true },
  ]);
  expect(seen).toEqual(['a n-1', 'b n-1', 'c n-1']);
});

it('keeps the other deliveries when a channel breaks its promise never to reject', async () => {
  const broken: Notifier = { send: async () => Promise.reject(new TypeError('https://hooks.example/secret')) };
  const sound: Notifier = { send: async () => [{ channel: 'sound', delivered: true }] };
  const deliveries = await fanOut([broken, sound]).send(message);
  expect(deliveries).toEqual([
    { channel: 'unknown', delivered: false, why: 'the channel failed (TypeError)' },
    { channel: 'sound', delivered: true },
  ]);
});

it('delivers nothing where no channel is configured', async () => {
  expect(await fanOut([]).send(message)).toEqual([]);
});
