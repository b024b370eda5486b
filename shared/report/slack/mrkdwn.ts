import { clip, oneLine, visibleLines } from '../untrusted-text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Names that Slack would call even without angle brackets. */
const quiet = (text: string) => text.replace(/@(?=channel|here|everyone)/gi, '@\u200b');

/**
 * For plain text that ends up as Slack's fallback too: Slack reads <!channel>, <@U1> and <http://...> there, while an
 * entity would spoil the same text in an e-mail.
 */
export const withoutMentions = (text: string): string => quiet(text).replace(/<(?=[!@#]|[a-z]+:)/gi, '‹');

/** Escaped as Slack asks, and nothing in it is a mention, a link or formatting of its own. */
const escaped = (text: string) => quiet(text).replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? '');

/** Text of ours with untrusted values in it, each at most 600 characters on one line. */
export const mrkdwn = (strings: TemplateStringsArray, ...values: (string | number)[]): string =>
  strings.map((part, n) => part + (n in values ? escaped(clip(oneLine(String(values[n])), 600)) : '')).join('');

/** A code span; a backtick would end it. */
export const span = (text: string, max: number): string => {
  const line = escaped(clip(oneLine(text), max)).replaceAll('`', "'");
  return line && `\`${line}\``;
};

/** A code block; a backtick would end it. */
export const block = (text: string, max: number): string =>
  `\`\`\`${escaped(clip(visibleLines(text).join('\n'), max)).replaceAll('`', "'")}\`\`\``;

/** Cut to `max` characters of escaped text, never inside an entity. */
export const cut = (written: string, max: number): string =>
  written.length <= max ? written : `${clip(written, max - 1).replace(/&[a-z]{0,3}…$/, '')}…`.replace('……', '…');
