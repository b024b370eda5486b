import { expect, it } from 'vitest';
import { answerOf } from '#shared/diagnosis/chapter.ts';
import { STARTUP } from '#shared/diagnosis/startup.ts';
import { renderChapter } from '#shared/report/chapter.ts';
import { HOSTILE, hostile } from '#test/support/hostile-facts.ts';
import { diagnosisOf, oomKilled } from '#test/support/sample-findings.ts';

const plain = (diagnosis = diagnosisOf()) => {
  const { changes } = diagnosis;
  return renderChapter({ ...answerOf(STARTUP, diagnosis), ...(changes && { changes }) }, { colour: false });
};

it('begins with the verdict, the root and what to do, then answers each question of the chapter', () => {
  const text = plain();
  expect(text).toMatch(/^FAILED .*\nRoot cause: container-oom-killed\n/);
  for (const command of oomKilled.remedy.commands) expect(text).toContain(`$ ${command}`);
  expect(text).toMatch(/✗ resources\n {6}P\d .*\(container-oom-killed\)/);
  expect(text).toMatch(/✓ image +nothing found/);
});

it('does not call found nothing what could not be looked at', () => {
  const coverage = { checked: [], notChecked: [{ check: 'nodes', why: 'may not list nodes' }] };
  const text = plain(diagnosisOf({ rootCauses: [], findings: [], coverage }));
  expect(text).toContain('No root cause in this chapter');
  expect(text).toMatch(/- placement +not checked: nodes: may not list nodes/);
  expect(text).toMatch(/Not checked\n {2}nodes: may not list nodes/);
});

it('has no control character of a cluster in it, and the changes since the last run', () => {
  const [diagnosis] = hostile.diagnoses;
  const text = plain(diagnosis);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain('1 new, 1 persisting, 1 resolved');
  expect(text).not.toContain(HOSTILE);
});
