import { withProbes } from '#shared/incidents/active-facts.ts';
import type { Look, LookPorts } from '#shared/incidents/look.ts';
import { lookForChapter } from '#shared/incidents/look-for-chapter.ts';
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

const load = async () => {
  const { PERFORMANCE, scalingOf, usage } = await import('#shared/diagnosis/performance-chapter.ts');
  const factsOf = ({ snapshot, target }: Look) => ({
    usage: usage(snapshot, target),
    scaling: scalingOf(snapshot, target),
  });
  return { chapter: PERFORMANCE, factsOf };
};

export const makeStep =
  (ports: LookPorts & Pick<Ports, 'prober'>): Step<Input, Output> =>
  async (event, context) => {
    const looked = await lookForChapter(ports, { event, context, by: 'diagnose-performance' }, load);
    const answer = await withProbes(ports, looked, context);
    return { ...answer, ...looked.facts, notChecked: [...answer.notChecked, ...UNSEEN] };
  };
