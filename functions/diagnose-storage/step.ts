import type { Look, LookPorts } from '#shared/incidents/look.ts';
import { lookForChapter } from '#shared/incidents/look-for-chapter.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

const load = async () => {
  const { claimsInUse, STORAGE } = await import('#shared/diagnosis/storage-chapter.ts');
  return { chapter: STORAGE, factsOf: ({ snapshot, target }: Look) => claimsInUse(snapshot, target) };
};

export const makeStep =
  (ports: LookPorts): Step<Input, Output> =>
  async (event, context) => {
    const { answer, facts } = await lookForChapter(ports, { event, context, by: 'diagnose-storage' }, load);
    return { ...answer, claims: facts };
  };
