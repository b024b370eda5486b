import { describe, expect, it } from 'vitest';
import { analyzeText } from '#shared/logs/analyze-text.ts';

const recordsIn = (lines: string[]): number =>
  analyzeText(lines.join('\n')).templates.reduce((sum, { count }) => sum + count, 0);

describe('a line that begins with a blank', () => {
  it('is a record of its own where no line has a head and it is not deeper than one blank', () => {
    expect(recordsIn(['pool opened', ' pool size = 17', ' pool size = 18', 'pool closed'])).toBe(4);
  });

  it.each([
    ['deeper', ['settings:', '  size: 17', '  limits:', '    cpu: 1', ' end of them']],
    ['a frame', ['something odd', ' at shop.main(main.js:1)', ' in shop']],
    ['an item', ['settings:', ' - size']],
    ['indented by a tab', ['settings:', '\tsize: 17']],
    ['under the head of a logger', ['2026-11-25T04:00:00Z INFO config', ' size = 17']],
    ['under an error', ['ERROR cannot start', ' the port is in use']],
    ['of a crash', ['panic: boom', ' more of it', '', 'goroutine 1 [running]:']],
  ])('continues the record when it is %s', (_, lines) => expect(recordsIn(lines)).toBe(1));
});
