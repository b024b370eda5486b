import { clip, oneLine } from '../untrusted-text.ts';
import { cut } from './mrkdwn.ts';

export type Block = Record<string, unknown>;

/**
 * Slack's limits: 50 blocks, 3000 characters in a section, 150 in a header, 2000 in a field. The limit of the whole
 * message is not documented; about 13 k has been seen to fail (slackapi/bolt-js#2509), so 12 000 bytes.
 */
export const SLACK_LIMITS = { blocks: 50, section: 3000, header: 150, field: 2000, fields: 10, bytes: 12_000 };

/** `verbatim`: Slack must not look for links and names by itself. */
const text = (written: string, max: number) => ({ type: 'mrkdwn', text: cut(written, max), verbatim: true });

export const header = (untrusted: string): Block => ({
  type: 'header',
  text: { type: 'plain_text', text: clip(oneLine(untrusted), SLACK_LIMITS.header), emoji: true },
});

export const section = (written: string): Block => ({ type: 'section', text: text(written, SLACK_LIMITS.section) });

export const fields = (written: readonly string[]): Block => ({
  type: 'section',
  fields: written.slice(0, SLACK_LIMITS.fields).map((one) => text(one, SLACK_LIMITS.field)),
});

export const context = (written: string): Block => ({
  type: 'context',
  elements: [text(written, SLACK_LIMITS.section)],
});

const bytes = (block: Block) => Buffer.byteLength(JSON.stringify(block)) + 1;

/** The first blocks that fit, then the last one, which says where the whole report is. */
export function fitted(blocks: readonly Block[], last: Block): Block[] {
  const kept: Block[] = [];
  let left = SLACK_LIMITS.bytes - bytes(last) - 2;
  for (const block of blocks.slice(0, SLACK_LIMITS.blocks - 1)) {
    left -= bytes(block);
    if (left < 0) break;
    kept.push(block);
  }
  return [...kept, last];
}
