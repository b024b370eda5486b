import { answerOf, type Chapter, type ChapterAnswer, codesIn } from '#shared/diagnosis/chapter.ts';
import type { LookInput } from '#shared/domain/look-input.ts';
import type { StepContext } from '#shared/ports/step.ts';
import { accountRun } from './account-run.ts';
import { keepAnswer } from './keep-report.ts';
import { accounted, type Look, type LookPorts, look } from './look.ts';

interface Loaded<Question extends string, Output> {
  chapter: Chapter<Question>;
  /** adds what a person would look at beside the answers */
  complete: (answer: ChapterAnswer<Question>, seen: Look) => Output | Promise<Output>;
}

/**
 * What the functions of the chapters have in common: a look at everything, the answers of one chapter, and what is new
 * in it since the last run of `by`, the function. The chapter is loaded while the cluster answers.
 */
export async function answerChapter<Question extends string, Output extends ChapterAnswer<Question>>(
  ports: LookPorts,
  { event, context, by }: { event: LookInput; context: StepContext; by: string },
  load: () => Promise<Loaded<Question, Output>>,
): Promise<Output> {
  const [seen, { chapter, complete }] = await Promise.all([look(ports, event, context), load()]);
  const as = accounted(event, seen);
  const { changes, due } = await accountRun(ports.store, seen.diagnosis, { ...as, by, about: codesIn(chapter) });
  const answer = { ...answerOf(chapter, seen.diagnosis), ...(changes.since !== undefined && { changes }) };
  const output = await complete(answer, seen);
  context.log.info(`${output.verdict}: ${output.rootCauses.join(', ') || 'no root cause in this chapter'}`);
  if (as.mode === 'act') await keepAnswer(ports.store, output, { by, due });
  return output;
}
