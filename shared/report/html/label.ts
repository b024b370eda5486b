import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { clip, oneLine } from '../untrusted-text.ts';

/** Average width of a character in the pictures' font, per pixel of its size; a wide East Asian one counts twice. */
const ADVANCE = 0.58;

/** Pixels that a text takes, estimated: SVG does not measure or wrap by itself. */
export const textWidth = (text: string, size: number): number => stringWidth(text) * size * ADVANCE;

/** The text on at most `maxLines` lines of `pixels`, the rest cut with an ellipsis. */
export function labelLines(untrusted: string, pixels: number, size: number, maxLines: number): string[] {
  const columns = Math.max(8, Math.floor(pixels / (size * ADVANCE)));
  const lines = wrapAnsi(clip(oneLine(untrusted), columns * (maxLines + 1)), columns, { hard: true }).split('\n');
  if (lines.length <= maxLines) return lines;
  const kept = lines.slice(0, maxLines);
  return [...kept.slice(0, -1), `${clip(kept.at(-1) ?? '', columns - 1)}…`.replace('……', '…')];
}
