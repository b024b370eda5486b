import type { Mask } from './masking.ts';
import { maskLines } from './masking.ts';

const BODY_LINE = /^[A-Za-z0-9+/=]{16,}$/;
const LAST_LINE = /^[A-Za-z0-9+/=]{1,76}$/;
const KEY_HEADER = /^(?:Proc-Type|DEK-Info|Version|Comment): .{0,120}$/;
/** What OpenSSL and Go write; two such lines with nothing around them are the middle of something. */
const FULL_LINE = /^(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{76}|[A-Za-z0-9+/]{70})$/;
const MAY_HOLD = /-----|[A-Za-z0-9+/]{64}/;

/**
 * The bodies of private keys, whole or cut at either end (a log's tail begins anywhere). Certificates and public keys
 * stay: they are public, and their line count is part of the configuration.
 */
export function maskPem(text: string, mask: Mask): string {
  if (!MAY_HOLD.test(text)) return text;
  return maskBlocks(maskOneLiners(text, mask), mask);
}

/** A key on one line, with `\n` written out or spaces for its line ends. */
const maskOneLiners = (text: string, mask: Mask): string =>
  text.replace(
    /(-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\\r|\\n|[ \t]){0,8})([A-Za-z0-9+/=,: \t\\]{16,})/g,
    (_, begin: string, body: string) => begin + mask(body.trim()),
  );

const trimmedLine = (line: string): string => line.trim().replace(/^["'|>]+|(?<![",'])[",']+$/g, '');

function maskBlocks(text: string, mask: Mask): string {
  const lines = text.split('\n');
  for (let start = 0; start < lines.length; start++) {
    if (!isBody(lines[start])) continue;
    let end = start;
    while (end + 1 < lines.length && isBody(lines[end + 1])) end++;
    if (end + 1 < lines.length && LAST_LINE.test(trimmedLine(lines[end + 1] ?? ''))) end++;
    if (isPrivate(lines, start, end)) {
      const masked = maskLines(lines.slice(start, end + 1).join('\n'), mask).split('\n');
      lines.splice(start, masked.length, ...masked);
    }
    start = end;
  }
  return lines.join('\n');
}

const isBody = (line = ''): boolean => {
  const trimmed = trimmedLine(line);
  return BODY_LINE.test(trimmed) || KEY_HEADER.test(trimmed);
};

function isPrivate(lines: string[], start: number, end: number): boolean {
  const before = lines.slice(Math.max(0, start - 2), start).join('\n');
  const after = lines.slice(end + 1, end + 3).join('\n');
  if (/-----BEGIN [^\n]{0,40}PRIVATE KEY/.test(before) || /-----END [^\n]{0,40}PRIVATE KEY/.test(after)) return true;
  if (/-----BEGIN /.test(before) || /-----END /.test(after)) return false;
  const full = lines.slice(start, end + 1).filter((line) => FULL_LINE.test(trimmedLine(line)));
  return full.length >= 2;
}
