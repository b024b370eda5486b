import { answerOf, type Chapter, type ChapterAnswer, inChapter } from '#shared/diagnosis/chapter.ts';
import type { LookInput } from '#shared/domain/look-input.ts';
import type { StepContext } from '#shared/ports/step.ts';
import { accountRun } from './account-run.ts';
import { type Look, type LookPorts, look } from './look.ts';

/**
 * What the functions of the chapters have in common: a look at everything, the answers of one chapter, and what is new
 * in it since the last run of `by`, the function. The chapter is loaded while the cluster answers.
 */
export async function lookForChapter<Question extends string, Facts>(
  ports: LookPorts,
  { event, context, by }: { event: LookInput; context: StepContext; by: string },
  load: () => Promise<{ chapter: Chapter<Question>; factsOf: (of: Look) => Facts }>,
): Promise<{ answer: ChapterAnswer<Question>; facts: Facts; seen: Look }> {
  const [seen, { chapter, factsOf }] = await Promise.all([look(ports, event, context), load()]);
  const answer = answerOf(chapter, seen.diagnosis);
  context.log.info(`${answer.verdict}: ${answer.rootCauses.join(', ') || 'no root cause in this chapter'}`);
  const facts = factsOf(seen);
  if (seen.incident) return { answer, facts, seen };
  const findings = inChapter(chapter, seen.diagnosis.findings);
  const { changes } = await accountRun(ports.store, { ...seen.diagnosis, findings }, { ...event, by });
  return { answer: { ...answer, ...(changes.since !== undefined && { changes }) }, facts, seen };
}
