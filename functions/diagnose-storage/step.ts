import { answerChapter } from '#shared/incidents/answer-chapter.ts';
import type { LookPorts } from '#shared/incidents/look.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

export const makeStep =
  (ports: LookPorts): Step<Input, Output> =>
  (event, context) =>
    answerChapter(ports, { event, context, by: 'diagnose-storage' }, async () => {
      const { STORAGE, claimsInUse } = await import('#shared/diagnosis/storage-chapter.ts');
      return {
        chapter: STORAGE,
        complete: (answer, { snapshot, target }) => ({ ...answer, claims: claimsInUse(snapshot, target) }),
      };
    });
