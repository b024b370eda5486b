import { withProbes } from '#shared/incidents/active-facts.ts';
import type { Look, LookPorts } from '#shared/incidents/look.ts';
import { lookForChapter } from '#shared/incidents/look-for-chapter.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

/** What a person would run inside a pod; the medic has no right to. */
const UNSEEN = {
  check: 'inside the pods',
  why: 'addresses, routes and open ports of a pod are seen by running a command in it, which the medic never does',
};

const load = async () => {
  const { NETWORK, waysOf } = await import('#shared/diagnosis/network-chapter.ts');
  return { chapter: NETWORK, factsOf: ({ snapshot, target }: Look) => waysOf(snapshot, target) };
};

export const makeStep =
  (ports: LookPorts & Pick<Ports, 'prober'>): Step<Input, Output> =>
  async (event, context) => {
    const looked = await lookForChapter(ports, { event, context, by: 'diagnose-network' }, load);
    const answer = await withProbes(ports, looked, context);
    return { ...answer, ways: looked.facts, notChecked: [...answer.notChecked, UNSEEN] };
  };
