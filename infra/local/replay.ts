import { createHash } from 'node:crypto';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Journal, TaskResult } from './engine.ts';

type States = StateMachineDefinition['States'];
export type State = States[string];

/** The states of a machine, of a branch of Parallel, or of what Map does to each item. */
interface Branch {
  outer?: Branch;
  /** its states run for several items at once: what the journal knows of them says nothing of one item */
  perItem: boolean;
  /** milliseconds; when the last step ended that the journal knew */
  since?: number;
  /** a step has really run here: what comes after it is new */
  live: boolean;
}

/** All states, those of branches and iterations too, each with where it stands. A name stands once in a definition. */
export function branchesOf({
  States,
}: Pick<StateMachineDefinition, 'States'>): Map<string, { state: State; branch: Branch }> {
  const found = new Map<string, { state: State; branch: Branch }>();
  const walk = (states: States, branch: Branch) => {
    for (const [name, state] of Object.entries(states)) {
      found.set(name, { state, branch });
      const inner = state as { Branches?: { States: States }[]; ItemProcessor?: { States: States } };
      const below = (perItem: boolean): Branch => ({ outer: branch, perItem: perItem || branch.perItem, live: false });
      for (const machine of inner.Branches ?? []) walk(machine.States, below(false));
      if (inner.ItemProcessor) walk(inner.ItemProcessor.States, below(true));
    }
  };
  walk(States, { perItem: false, live: false });
  return found;
}

function* lineOf(branch: Branch): Generator<Branch> {
  for (let at: Branch | undefined = branch; at; at = at.outer) yield at;
}
const related = (a: Branch, b: Branch) => [...lineOf(a)].includes(b) || [...lineOf(b)].includes(a);

export interface Replay {
  /** What the journal knows of this visit of a state with this event, and the key under which it does. */
  step(state: string, event: unknown): { key: string; recalled: TaskResult | undefined };
  /** What is left of a wait that a state is about to make: all of it, unless it began before the process died. */
  left(state: string, milliseconds: number): number;
  /** Nothing has really run before this state since the flow was resumed. */
  replaying(state: string): boolean;
}

/**
 * Where a resumed flow stands. A visit is known by its state, its event and how often that event came there: branches
 * and items run in any order, and may run in another one the next time.
 */
export function replayOf(branches: ReturnType<typeof branchesOf>, journal: Journal, now: () => number): Replay {
  const visits = new Map<string, number>();
  const unread = new Set(journal.keys());
  const at = (state: string): Branch => {
    const found = branches.get(state)?.branch;
    if (!found) throw new Error(`the definition has no state ${state}`);
    return found;
  };
  const stateOf = (key: string) => key.slice(0, key.lastIndexOf('#', key.lastIndexOf('#') - 1));
  const goesOn = (branch: Branch) =>
    [...unread].some((key) => {
      const other = branches.get(stateOf(key))?.branch;
      return other !== undefined && related(branch, other);
    });

  return {
    step(state, event) {
      const hash = createHash('sha256')
        .update(JSON.stringify(event ?? null))
        .digest('hex')
        .slice(0, 12);
      const visit = visits.get(`${state}#${hash}`) ?? 0;
      visits.set(`${state}#${hash}`, visit + 1);
      const key = `${state}#${hash}#${visit}`;
      const found = journal.recall(key);
      unread.delete(key);
      for (const branch of lineOf(at(state))) {
        if (!found) branch.live = true;
        else branch.since = Math.max(branch.since ?? 0, found.at);
      }
      return { key, recalled: found?.result };
    },
    left(state, milliseconds) {
      const branch = at(state);
      if (branch.live || branch.since === undefined) return milliseconds;
      if (!branch.perItem && goesOn(branch)) return 0;
      return Math.min(milliseconds, Math.max(0, branch.since + milliseconds - now()));
    },
    replaying: (state) => !at(state).live && at(state).since !== undefined,
  };
}
