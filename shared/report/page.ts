import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { capped } from './capped.ts';
import { clip, oneLine, visibleLines } from './untrusted-text.ts';
import type { Tone } from './words.ts';

export interface TerminalOptions {
  /** ANSI colours; without them there is no escape character in the text */
  colour: boolean;
  /** columns; 40 to 120 are kept to */
  width?: number;
}

type Style = 'bold' | 'dim' | 'cyan';
type Paint = (style: Style | Tone, text: string) => string;

const TONES = { good: 'green', warn: 'yellow', bad: 'red', unknown: 'magenta' } as const;

const painter = (colour: boolean): Paint =>
  colour
    ? (style, text) =>
        styleText(style in TONES ? TONES[style as Tone] : (style as Style), text, { validateStream: false })
    : (_, text) => text;

/** Lines for a terminal: whatever is put on it is made visible, kept to the width, and coloured only where that is asked for. */
export class Page {
  readonly lines: string[] = [];
  readonly width: number;
  readonly paint: Paint;

  constructor({ colour, width = 80 }: TerminalOptions) {
    this.width = Math.min(120, Math.max(40, width));
    this.paint = painter(colour);
  }

  /** Wrapped to the width; later lines are indented by the width of `lead`. */
  text(lead: string, untrusted: string, style?: Style | Tone, max = 600): void {
    const text = clip(oneLine(untrusted), max);
    const room = Math.max(20, this.width - lead.length);
    const wrapped = wrapAnsi(text, room, { hard: true }).split('\n');
    for (const [n, line] of wrapped.entries())
      this.lines.push((n ? ' '.repeat(lead.length) : lead) + (style ? this.paint(style, line) : line));
  }

  heading(text: string): void {
    this.lines.push('');
    this.text('', text, 'bold');
  }

  /** Never wrapped: it is there to be copied. */
  command(command: string): void {
    const [first = '', ...rest] = visibleLines(clip(command, 2000));
    this.lines.push(`    $ ${this.paint('cyan', first)}`, ...rest.map((line) => `      ${this.paint('cyan', line)}`));
  }

  list<T>(items: readonly T[], max: number, show: (item: T) => void): void {
    const { shown, more } = capped(items, max);
    for (const item of shown) show(item);
    if (more) this.lines.push(`  and ${more} more`);
  }
}
