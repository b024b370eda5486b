import { describe, expect, it } from 'vitest';
import { analyzeText } from '#shared/logs/analyze-text.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const seen = (lines: string[]) => analyzeText(lines.join('\n'), { now }).templates.map(({ firstSeen }) => firstSeen);

describe('a time without a year', () => {
  it('is not of the future at the beginning of a log', () => {
    expect(seen(['Dec 31 23:59:59 node-1 hub[1]: before'])).toEqual(['2025-12-31T23:59:59.000Z']);
    expect(seen(['Nov 26 23:00:00 node-1 hub[1]: another zone'])).toEqual(['2026-11-26T23:00:00.000Z']);
    expect(seen(['Nov 24 23:00:00 node-1 hub[1]: yesterday'])).toEqual(['2026-11-24T23:00:00.000Z']);
  });

  it('goes over the end of a year, also back', () => {
    expect(
      seen(['I1231 23:59:59.0 1 a.go:1] old', 'I0101 00:00:01.0 1 a.go:2] new', 'I1231 23:59:58.0 1 a.go:3] late']),
    ).toEqual(['2025-12-31T23:59:59.000Z', '2026-01-01T00:00:01.000Z', '2025-12-31T23:59:58.000Z']);
  });

  it('is near those around it that have one', () => {
    expect(seen(['2024-12-31T23:59:59Z INFO with a year', 'Jan  1 00:00:01 node-1 hub[1]: without'])).toEqual([
      '2024-12-31T23:59:59.000Z',
      '2025-01-01T00:00:01.000Z',
    ]);
  });
});
