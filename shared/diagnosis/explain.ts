import type { Code } from './catalogue.ts';
import { CHAINS, type Chain } from './edges.ts';
import type { Fault } from './finding.ts';
import { keptOff } from './kept-off.ts';
import { keyOf } from './model.ts';
import { goneOf } from './placement.ts';
import { type Reach, reachOf, standsOn } from './relations.ts';
import type { ClusterView } from './view.ts';

/** One way in which a code can be caused by another, perhaps over codes in between that no rule has seen. */
interface Path {
  cause: Code;
  distance: number;
  reach: keyof Reach;
  when?: Chain['when'];
}

/** Every chain as single steps. A condition holds for the last step of its chain. */
const STEPS = CHAINS.flatMap(({ stages, reach, when }: Chain) =>
  stages.slice(1).flatMap((symptoms, index) =>
    (stages[index] ?? []).flatMap((cause) =>
      symptoms.map((symptom) => ({
        cause,
        symptom,
        reach,
        ...(when && index === stages.length - 2 ? { when } : {}),
      })),
    ),
  ),
);
const STEPS_INTO = Map.groupBy(STEPS, ({ symptom }) => symptom);

/** All causes of a code, nearest first: breadth first against the steps. */
function pathsInto(symptom: Code): Path[] {
  const found: Path[] = [];
  let front: { code: Code; reach: keyof Reach; when?: Path['when'] }[] = [{ code: symptom, reach: 'own' }];
  for (let distance = 1; front.length > 0; distance += 1) {
    front = front.flatMap(({ code, reach, when }) =>
      (STEPS_INTO.get(code) ?? []).flatMap((step) => {
        // A condition looks at the evidence of the symptom itself, so it cannot stand in the middle of a path.
        if (step.when && distance > 1) return [];
        const next = {
          code: step.cause,
          reach: step.reach === 'own' ? reach : step.reach,
          ...((step.when ?? when) ? { when: step.when ?? when } : {}),
        };
        const path = { cause: next.code, reach: next.reach, ...(next.when ? { when: next.when } : {}) };
        if (found.some(({ cause, reach, when }) => cause === path.cause && reach === path.reach && when === path.when))
          return [];
        found.push({ ...path, distance });
        return [next];
      }),
    );
  }
  return found;
}

const PATHS = new Map<Code, Path[]>();
const pathsOf = (code: Code): Path[] => {
  const known = PATHS.get(code) ?? pathsInto(code);
  PATHS.set(code, known);
  return known;
};

/** The nearest cause of each fault among the others, over related objects only. Never a circle. */
export function explain(view: ClusterView, faults: Fault[]): Map<Fault, Fault> {
  const candidates = candidatesIn(view, faults);
  const causes = new Map<Fault, Fault>();
  const leadsTo = (from: Fault | undefined, to: Fault): boolean =>
    from !== undefined && (from === to || leadsTo(causes.get(from), to));

  for (const symptom of faults) {
    for (const { cause: code, reach, when } of pathsOf(symptom.code)) {
      const cause = candidates(code, reach, symptom).find(
        (fault) =>
          fault !== symptom &&
          (when === undefined || when(symptom.finding.evidence, fault.finding.evidence)) &&
          mayExplain(view, fault, symptom) &&
          !leadsTo(fault, symptom),
      );
      if (!cause) continue;
      causes.set(symptom, cause);
      break;
    }
  }
  for (const [fault, first] of sharedFaults(faults.filter((each) => !causes.has(each)))) causes.set(fault, first);
  return causes;
}

/** What is wrong with one object is one fault, however many workloads suffer from it: the others follow the worst. */
function sharedFaults(unexplained: Fault[]): [fault: Fault, first: Fault][] {
  const failures = unexplained.filter(({ finding }) => finding.severity !== 'P3');
  const same = Map.groupBy(failures, (fault) => `${fault.code} ${whatIsWrong(fault)}`);
  return [...same.values()].flatMap((faults) => {
    const [first, ...others] = faults.toSorted((a, b) => a.finding.severity.localeCompare(b.finding.severity));
    return first ? others.map((fault): [Fault, Fault] => [fault, first]) : [];
  });
}

/** The object itself; or an image, whichever containers run it, and the room on the nodes, whichever pods wait for it. */
function whatIsWrong({ code, finding: { subject, evidence, cause } }: Fault): string {
  const image = code.startsWith('image-') && evidence.find(({ path }) => /\.image$/.test(path))?.value;
  if (image) return image;
  // Routes of all nodes are one controller's work.
  return code.startsWith('unschedulable-') || code === 'node-network-unavailable' ? cause : JSON.stringify(subject);
}

/** The faults of a code that reach the object of a symptom; each code is spread over its objects once. */
function candidatesIn(view: ClusterView, faults: Fault[]) {
  const byCode = Map.groupBy(faults, ({ code }) => code);
  const spread = new Map<string, Map<string, Fault[]>>();
  const reaches = new Map<string, Reach>();
  const namespaces = faults.filter(({ anchor }) => anchor.kind === 'Namespace');

  const reachFrom = ({ anchor }: Fault): Reach => {
    const key = keyOf(anchor);
    const known = reaches.get(key) ?? reachOf(view, anchor);
    reaches.set(key, known);
    return known;
  };
  const over = (code: Code, reach: keyof Reach): Map<string, Fault[]> => {
    const known = spread.get(`${code} ${reach}`);
    if (known) return known;
    const pairs = (byCode.get(code) ?? []).flatMap((fault) =>
      [...reachFrom(fault)[reach]].map((key) => ({ key, fault })),
    );
    const grouped = Map.groupBy(pairs, ({ key }) => key);
    const made = new Map([...grouped].map(([key, list]) => [key, list.map(({ fault }) => fault)]));
    spread.set(`${code} ${reach}`, made);
    return made;
  };

  return (code: Code, reach: keyof Reach, { anchor }: Fault): Fault[] => [
    // A namespace holds also what is missing in it.
    ...namespaces.filter((fault) => fault.code === code && fault.anchor.name === anchor.namespace),
    ...(over(code, reach).get(keyOf(anchor)) ?? []),
  ];
}

function mayExplain(view: ClusterView, cause: Fault, symptom: Fault): boolean {
  if (cause.anchor.kind === 'Node') {
    const { workload } = symptom;
    const kept = keptOff(view, cause.anchor.name);
    if (kept.some((pod) => symptom.pods.includes(pod) || (workload && pod.workload === workload))) return true;
    // Those that are being deleted belong to the workload no more, and are why it lacks some.
    const gone = workload ? goneOf(view, workload) : [];
    // A pod that finds no node stands in for one that had it.
    const placed = symptom.pods.filter(({ object }) => object.spec?.nodeName);
    return standsOn(cause.anchor, placed.length ? placed : [...(workload?.pods ?? []), ...gone]);
  }
  // Trouble of one container is no reason for that of its neighbour in the pod.
  const [a, b] = [cause, symptom].map(({ finding }) => finding.subject.container);
  const sameHolder = keyOf(cause.anchor) === keyOf(symptom.anchor);
  return !sameHolder || a === undefined || b === undefined || a === b;
}
