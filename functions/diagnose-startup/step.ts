import { answerChapter } from '#shared/incidents/answer-chapter.ts';
import type { LookPorts } from '#shared/incidents/look.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

export const makeStep =
  (ports: LookPorts): Step<Input, Output> =>
  (event, context) =>
    answerChapter(ports, { event, context, by: 'diagnose-startup' }, async () => {
      const { STARTUP, startingPods } = await import('#shared/diagnosis/startup.ts');
      return {
        chapter: STARTUP,
        complete: (answer, { snapshot, target }) => ({ ...answer, pods: startingPods(snapshot, target) }),
      };
    });
