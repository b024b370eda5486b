import { capped } from './capped.ts';
import { plain } from './markdown-text.ts';
import { clip, oneLine } from './untrusted-text.ts';

export type Block = string | undefined;

/** Untrusted text on one line, as plain text. */
export const text = (untrusted: string, max = 600) => plain(clip(oneLine(untrusted), max));

export function items<T>(list: readonly T[], max: number, show: (item: T) => string): string {
  const { shown, more } = capped(list, max);
  return [...shown.map((item) => `- ${show(item)}`), ...(more ? [`- and ${more} more`] : [])].join('\n');
}

export function table<T>(
  head: readonly string[],
  list: readonly T[],
  max: number,
  row: (item: T) => readonly string[],
): string {
  const { shown, more } = capped(list, max);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = [line(head), line(head.map(() => '---')), ...shown.map((item) => line(row(item)))].join('\n');
  return more ? `${rows}\n\nand ${more} more` : rows;
}

export const section = (title: string, ...blocks: Block[]): Block => {
  const kept = blocks.filter(Boolean);
  return kept.length ? [`## ${title}`, ...kept].join('\n\n') : undefined;
};
