import { byLabel } from '../by-label.ts';
import type { ServiceView, WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';

/**
 * The selector of a workload also fits the pods of another: their controllers, autoscalers and budgets mix them up.
 * Advice, until a Service leads its clients to the wrong ones.
 */
export const rule: Rule = (view) => {
  const selected = byLabel(view.workloads, (one) => ({ namespace: one.ref.namespace, labels: labelsOf(one) }));
  const fitting = new Map(view.workloads.map((one) => [one, fittedBy(selected, one)]));
  return view.workloads.flatMap((workload): Sighting[] => {
    const { ref, object } = workload;
    const others = fitting.get(workload) ?? [];
    const isMutual = (other: WorkloadView) => fitting.get(other)?.includes(workload) === true;
    const [other] = others;
    // Of those that select each other the newest has brought it about.
    if (!other || others.some((one) => isMutual(one) && isNewer(one, workload))) return [];
    const misled = others.flatMap((one) => misleading(workload, one).map((service) => ({ one, service })))[0];
    const about = misled?.one ?? other;
    return [
      {
        code: 'selector-overlap',
        ...inWorkload(workload),
        ...(misled ? { severity: 'P2', confidence: 'likely' } : {}),
        title: `the selector of ${called(ref)} also selects the pods of ${called(about.ref)}${misled ? `, and ${called(misled.service.ref)} leads to both` : ''}`,
        evidence: [
          evidence(ref, 'spec.selector', object.spec?.selector),
          evidence(about.ref, 'spec.template.metadata.labels', labelsOf(about)),
          ...(misled ? [evidence(misled.service.ref, 'spec.selector', misled.service.object.spec?.selector)] : []),
        ],
        commands: [kubectl(ref, 'get pods --show-labels')],
      },
    ];
  });
};

const labelsOf = ({ object }: WorkloadView) => object.spec?.template?.metadata?.labels ?? {};

function fittedBy(selected: ReturnType<typeof byLabel<WorkloadView>>, workload: WorkloadView): WorkloadView[] {
  const { selector } = workload.object.spec ?? {};
  if (Object.keys(selector?.matchLabels ?? {}).length === 0) return [];
  return selected(workload.ref.namespace, selector ?? {}).filter((one) => one !== workload);
}

const ageKey = ({ object, ref }: WorkloadView) => `${object.metadata.creationTimestamp ?? ''} ${ref.name}`;
const isNewer = (one: WorkloadView, other: WorkloadView): boolean => ageKey(one) > ageKey(other);

/** The Services of two workloads that lead to pods of both, though one of those is not meant: a canary is the same program behind one name. */
function misleading(a: WorkloadView, b: WorkloadView): ServiceView[] {
  if (a.pods.length === 0 || b.pods.length === 0) return [];
  const common = a.services.filter((service) => b.services.includes(service));
  if (!isSameProgram(a, b)) return common;
  const [ofA, ofB] = [a, b].map((one) => common.filter(({ ref }) => namedAfter(ref.name, [a, b]) === one));
  return ofA?.[0] && ofB?.[0] ? [ofA[0]] : [];
}

/** The one whose name has most in common with it, word by word from the front; web-headless is of web, not of web-canary. */
function namedAfter(name: string, workloads: WorkloadView[]): WorkloadView | undefined {
  const words = name.split('-');
  const scored = workloads.map((workload) => {
    const own = workload.ref.name.split('-');
    const differs = own.findIndex((word, at) => word !== words[at]);
    return { workload, common: differs < 0 ? own.length : differs, length: own.length };
  });
  const [best] = scored.toSorted((a, b) => b.common - a.common || a.length - b.length);
  return best && best.common > 0 ? best.workload : undefined;
}

/** `registry/team/app:1.4@sha256:...` is app, of whatever version and from wherever it is pulled. */
const programOf = (image: string): string => image.split('@', 1)[0]?.split('/').at(-1)?.split(':')[0] ?? image;

const isSameProgram = (a: WorkloadView, b: WorkloadView): boolean => {
  const [ours, theirs] = [a, b].map(
    ({ template }) => new Set((template.containers ?? []).map(({ image }) => programOf(image ?? ''))),
  );
  return [...(ours ?? [])].some((program) => theirs?.has(program));
};
