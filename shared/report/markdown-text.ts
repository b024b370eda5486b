import { oneLine, visibleLines } from './untrusted-text.ts';

/**
 * Untrusted text as plain Markdown text on one line: no emphasis, link, table cell, HTML or automatic link comes of
 * it. A zero-width space after @ keeps a name from calling somebody on a forge.
 */
export const plain = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_[\]|~<>&]|:(?=\/\/)|(?<=\bwww)\.|(?<=^\d{1,9})[.)]|^[-=+#]/gi, '\\$&')
    .replaceAll('@', '@\u200b');

const longestRun = (text: string) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** A code span that may stand in a table cell, where even in code a bar needs its backslash. */
export function code(text: string): string {
  const line = oneLine(text);
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line && `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A fenced block whose fence the text cannot close. */
export function codeBlock(text: string, language = ''): string {
  const body = visibleLines(text).join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${fence}${language}\n${body}\n${fence}`;
}
