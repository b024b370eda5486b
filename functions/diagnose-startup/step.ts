import type { Look, LookPorts } from '#shared/incidents/look.ts';
import { lookForChapter } from '#shared/incidents/look-for-chapter.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

const load = async () => {
  const { startingPods, STARTUP } = await import('#shared/diagnosis/startup.ts');
  return { chapter: STARTUP, factsOf: ({ snapshot, target }: Look) => startingPods(snapshot, target) };
};

export const makeStep =
  (ports: LookPorts): Step<Input, Output> =>
  async (event, context) => {
    const { answer, facts } = await lookForChapter(ports, { event, context, by: 'diagnose-startup' }, load);
    return { ...answer, pods: facts };
  };
