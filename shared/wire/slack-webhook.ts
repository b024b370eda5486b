import { BlockList } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNamed } from '#shared/domain/errors.ts';
import type { Delivery, Message, Notifier } from '#shared/ports/notifier.ts';

export interface SlackWebhookOptions {
  /** Asked for at each notice, so that a rotated secret takes effect. Its path is the secret: it is never shown. */
  url: () => Promise<string>;
  /** of the whole delivery, a second try included; milliseconds */
  timeoutMs?: number;
}

const CHANNEL = 'slack';
const DEFAULT_TIMEOUT_MS = 10_000;
/** Slack names no wait in a 429 now and then; its documented rate is one message a second. */
const DEFAULT_RETRY_AFTER_S = 1;
const SHOWN_OF_ANSWER = 80;
const READ_OF_ANSWER = 4_000;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || LOOPBACK.check(host) || LOOPBACK.check(host, 'ipv6');
}

/** What is wrong with the address, without showing it; undefined when it may be used. */
function refuse(url: URL): string | undefined {
  if (url.username || url.password)
    return 'its URL holds a user name or password: use the webhook URL as Slack gives it';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined;
  return `its URL begins with ${url.protocol}//: only https:// is used (http:// on this machine alone)`;
}

/** The first words of an answer: Slack says `invalid_payload`, a proxy a page that may name what it was asked for. */
async function firstWords(response: Response, { pathname }: URL): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > READ_OF_ANSWER) break;
  }
  for (const part of pathname.split('/')) if (part.length > 3) text = text.replaceAll(part, '...');
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, SHOWN_OF_ANSWER);
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return (Number.isFinite(seconds) && seconds >= 0 ? seconds : DEFAULT_RETRY_AFTER_S) * 1000;
}

function networkFault(thrown: unknown): string {
  const error = thrown as { name?: string; cause?: { code?: string } };
  if (error.name === 'TimeoutError') return 'no answer in time';
  if (error.name === 'AbortError') return 'the caller stopped it';
  return `no connection (${error.cause?.code ?? error.name ?? 'unknown'})`;
}

/**
 * Notices to a Slack incoming webhook. A webhook can neither thread nor edit, and does not know a repeated notice:
 * whoever sends must not send twice.
 */
export function slackWebhook({ url: urlOf, timeoutMs = DEFAULT_TIMEOUT_MS }: SlackWebhookOptions): Notifier {
  async function deliver(message: Message, stop: AbortSignal, deadline: number): Promise<string | undefined> {
    const url = URL.parse(await urlOf());
    if (!url) return 'its URL is not a URL: copy it again from the Slack app';
    const refusal = refuse(url);
    if (refusal) return refusal;

    const post = (content: Record<string, unknown>) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(content),
        redirect: 'manual',
        signal: stop,
      });
    const { text, blocks } = message;
    const content = blocks.length > 0 ? { text, blocks } : { text };

    let response = await post(content);
    if (response.status === 429) {
      const pause = retryAfterMs(response);
      await response.body?.cancel();
      if (Date.now() + pause >= deadline) return `Slack asks to wait ${Math.ceil(pause / 1000)} s: too many messages`;
      await sleep(pause, undefined, { signal: stop });
      response = await post(content);
    }
    if (response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      return `answered ${response.status}, a redirect, which is not followed: copy the URL again from the Slack app`;
    }
    const said = await firstWords(response, url);
    return `answered ${response.status}${said ? `: ${said}` : ''}`;
  }

  return {
    async send(message, { signal } = {}) {
      const limit = AbortSignal.timeout(timeoutMs);
      const stop = signal ? AbortSignal.any([signal, limit]) : limit;
      const failed = (why: string): Delivery[] => [{ channel: CHANNEL, delivered: false, why }];
      try {
        const why = await deliver(message, stop, Date.now() + timeoutMs);
        return why === undefined ? [{ channel: CHANNEL, delivered: true }] : failed(why);
      } catch (error) {
        return failed(isNamed(error) ? error.message : networkFault(error));
      }
    },
  };
}
