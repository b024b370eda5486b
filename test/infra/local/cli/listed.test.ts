import { expect, it } from 'vitest';
import { listed } from '#infra/local/cli/listed.ts';

it('lists an answer as YAML whose text cannot repaint a terminal or reverse what is read', () => {
  const answer = { reason: 'a\u001b[2Jb', said: 'read\u202e as', sequence: 'c\u009b31md', lines: ['one\ntwo'] };
  expect(listed(answer)).toBe('reason: "a\\e[2Jb"\nsaid: read as\nsequence: "cd"\nlines:\n  - |-\n    one\n    two\n');
});
