import { expect } from 'vitest';
import { type LogAnalysis, logAnalysis } from '#shared/domain/log-analysis.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Every text of a value, keys included. */
export const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
};

/** What holds of any answer, whatever the input was. */
export function expectSound(answer: LogAnalysis): void {
  logAnalysis.parse(answer);
  for (const text of textsOf(answer)) {
    expect(text.isWellFormed(), text).toBe(true);
    expect(unprintable.exec(text), JSON.stringify(text)).toBeNull();
  }
  const { assignments, ...rest } = answer;
  const bound = 1024 * Math.min(256, 64 * Math.ceil(Math.max(answer.lines, 1) / 1000));
  expect(Buffer.byteLength(JSON.stringify(rest))).toBeLessThanOrEqual(bound);
  const ids = answer.templates.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  if (assignments) expect(assignments).toHaveLength(answer.lines);
  for (const { firstSeen, lastSeen } of answer.templates) {
    if (firstSeen === undefined || lastSeen === undefined) continue;
    expect(firstSeen.endsWith('Z') && lastSeen.endsWith('Z')).toBe(true);
    expect(Date.parse(firstSeen)).toBeLessThanOrEqual(Date.parse(lastSeen));
  }
}
