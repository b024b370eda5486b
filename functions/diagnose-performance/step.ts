import { withProbes } from '#shared/incidents/active-facts.ts';
import { answerChapter } from '#shared/incidents/answer-chapter.ts';
import type { LookPorts } from '#shared/incidents/look.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

/** Steps of the guide that neither a snapshot nor a canary takes. */
const UNSEEN = [
  { check: 'usage of the nodes', why: 'only that of pods is read: kubectl top nodes shows it' },
  {
    check: 'metrics of the application',
    why: 'its own /metrics is not read: latency and queues inside it are not known',
  },
  { check: 'behaviour under load', why: 'a canary is one small batch: what many do to the target is not tried' },
];

export const makeStep =
  (ports: LookPorts & Pick<Ports, 'prober'>): Step<Input, Output> =>
  (event, context) =>
    answerChapter(ports, { event, context, by: 'diagnose-performance' }, async () => {
      const { PERFORMANCE, scalingOf, slowOperations, usage } = await import(
        '#shared/diagnosis/performance-chapter.ts'
      );
      return {
        chapter: PERFORMANCE,
        complete: async (answer, seen) => {
          const { snapshot, target } = seen;
          const probed = await withProbes(ports, { answer, seen }, context);
          const facts = {
            usage: usage(snapshot, target),
            scaling: scalingOf(snapshot, target),
            slow: slowOperations(snapshot, target),
          };
          return { ...probed, ...facts, notChecked: [...probed.notChecked, ...UNSEEN] };
        },
      };
    });
