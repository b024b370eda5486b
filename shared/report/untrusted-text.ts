import { stripVTControlCharacters } from 'node:util';

/**
 * Everything that a cluster, a log or a person wrote is untrusted: escape sequences repaint a terminal, direction
 * overrides make a command read other than it runs. Cc, Cf, Cs: control, invisible format, lone surrogate.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** Lines of visible characters; tabs become two spaces. */
export function visibleLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replaceAll('\t', '  ').replace(UNSEEN, ''));
}

/** The same on one line, runs of white space made one. */
export const oneLine = (text: string): string => visibleLines(text).join(' ').replace(/\s+/g, ' ').trim();

/** At most `max` UTF-16 units, the last one an ellipsis where something was cut; never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}
