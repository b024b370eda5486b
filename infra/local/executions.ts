import { createHash } from 'node:crypto';
import { type Store, StoreConflict } from '#shared/ports/store.ts';
import type { Journal, TaskResult } from './engine.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** One run of a flow, as Step Functions keeps it; `steps` is its history. */
export interface ExecutionRecord {
  flow: string;
  name: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  input: Record<string, unknown>;
  /** ISO 8601 UTC */
  startedAt: string;
  stoppedAt?: string;
  /** the process that works on it; absent when that gave it up in an orderly way */
  owner?: ProcessIdentity | undefined;
  output?: unknown;
  error?: string;
  cause?: string;
  steps: { key: string; function: string; at: string; result: TaskResult }[];
}

/** Step Functions' own error: a name is used once. `record` is the execution that has it. */
export class ExecutionAlreadyExists extends Error {
  override readonly name = 'ExecutionAlreadyExists';
  readonly record: ExecutionRecord;

  constructor(record: ExecutionRecord) {
    const state = record.status === 'RUNNING' ? 'is running' : `has ended (${record.status})`;
    super(`execution ${record.name} of ${record.flow} ${state}: the same trigger is handled once`);
    this.record = record;
  }
}

/** Another process has taken the execution for dead and goes on with it: this one must stop. */
export class ExecutionTakenOver extends Error {
  override readonly name = 'ExecutionTakenOver';

  constructor({ flow, name }: ExecutionRecord) {
    super(`another process has taken over execution ${name} of ${flow}`);
  }
}

/** Up to 80 letters, digits, - and _ as Step Functions wants; the same for the same text. */
export function executionName(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
  if (plain === text && text.length <= 80) return text;
  return `${plain.slice(0, 67)}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

const prefixOf = (flow: string) => `executions/${flow}/`;
const keyOf = (flow: string, name: string) => `${prefixOf(flow)}${name}.json`;
const bodyOf = (record: ExecutionRecord) => `${JSON.stringify(record, null, 2)}\n`;

/** An execution that this process works on. Each write is a compare-and-swap: a process that lost it cannot go on. */
export interface HeldExecution {
  record: ExecutionRecord;
  journal: Journal;
  end(change: Partial<ExecutionRecord>): Promise<void>;
}

export interface Executions {
  /** Starts it, or goes on with one whose process died. Throws ExecutionAlreadyExists. */
  begin(flow: string, name: string, input: Record<string, unknown>): Promise<HeldExecution>;
  /** Those that nobody works on though they have not ended, oldest first. */
  interrupted(flow: string): Promise<ExecutionRecord[]>;
}

export interface ExecutionsOptions {
  store: Store;
  now(): Date;
  /** who works here, and how to tell whether another one still does; default: the system's processes */
  processes?: { self: ProcessIdentity; isAlive(other: ProcessIdentity): boolean };
}

export function executions({ store, now, processes }: ExecutionsOptions): Executions {
  const { self, isAlive: alive } = processes ?? { self: thisProcess(), isAlive };
  const isHeld = ({ owner }: ExecutionRecord) => owner !== undefined && alive(owner);

  async function find(key: string) {
    const found = await store.read(key);
    return found && { record: JSON.parse(found.body.toString()) as ExecutionRecord, version: found.version };
  }

  function hold(first: ExecutionRecord, firstVersion: string): HeldExecution {
    const key = keyOf(first.flow, first.name);
    const known = new Map(first.steps.map(({ key: step, result, at }) => [step, { result, at: Date.parse(at) }]));
    let version = firstVersion;
    let last = Promise.resolve();
    const held: HeldExecution = {
      record: first,
      journal: {
        recall: (step) => known.get(step),
        keys: () => known.keys(),
        record: (step, functionName, result) => {
          const ended = { key: step, function: functionName, at: now().toISOString(), result };
          return inTurn(({ steps }) => ({ steps: [...steps, ended] }));
        },
      },
      end: (change) => inTurn(() => ({ ...change, owner: undefined })),
    };
    /** Branches end at the same time: each write builds on the one before, so that its version is the one it knows. */
    function inTurn(change: (now: ExecutionRecord) => Partial<ExecutionRecord>): Promise<void> {
      const write = last.then(() => written(change(held.record)));
      last = write.catch(() => undefined); // whoever asked for it hears of it
      return write;
    }
    async function written(change: Partial<ExecutionRecord>): Promise<void> {
      held.record = { ...held.record, ...change };
      try {
        version = await store.replace(key, bodyOf(held.record), version);
      } catch (error) {
        if (error instanceof StoreConflict) throw new ExecutionTakenOver(held.record);
        throw error;
      }
    }
    return held;
  }

  return {
    async begin(flow, name, input) {
      const key = keyOf(flow, name);
      const fresh: ExecutionRecord = {
        flow,
        name,
        status: 'RUNNING',
        input,
        startedAt: now().toISOString(),
        owner: self,
        steps: [],
      };
      try {
        return hold(fresh, await store.create(key, bodyOf(fresh)));
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
      const there = await find(key);
      const free = there?.record.status === 'RUNNING' && !isHeld(there.record);
      if (!there || !free) throw new ExecutionAlreadyExists(there?.record ?? fresh);
      const taken = { ...there.record, owner: self };
      try {
        return hold(taken, await store.replace(key, bodyOf(taken), there.version));
      } catch (error) {
        if (error instanceof StoreConflict) throw new ExecutionAlreadyExists(there.record); // another one was faster
        throw error;
      }
    },

    async interrupted(flow) {
      const found = await Promise.all((await store.list(prefixOf(flow))).map(find));
      return found
        .flatMap((one) => (one ? [one.record] : []))
        .filter((record) => record.status === 'RUNNING' && !isHeld(record))
        .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
    },
  };
}
