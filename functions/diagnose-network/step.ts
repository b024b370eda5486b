import { withProbes } from '#shared/incidents/active-facts.ts';
import { answerChapter } from '#shared/incidents/answer-chapter.ts';
import type { LookPorts } from '#shared/incidents/look.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

/** What a person would run inside a pod. */
const UNSEEN = {
  check: 'inside the pods',
  why: 'addresses, routes and open ports of a pod are seen by running a command in it, which the medic never does',
};

export const makeStep =
  (ports: LookPorts & Pick<Ports, 'prober'>): Step<Input, Output> =>
  (event, context) =>
    answerChapter(ports, { event, context, by: 'diagnose-network' }, async () => {
      const { NETWORK, waysOf } = await import('#shared/diagnosis/network-chapter.ts');
      return {
        chapter: NETWORK,
        complete: async (answer, seen) => {
          const probed = await withProbes(ports, { answer, seen }, context);
          const ways = waysOf(seen.snapshot, seen.target);
          return { ...probed, ways, notChecked: [...probed.notChecked, UNSEEN] };
        },
      };
    });
