import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type EngineOptions,
  type FlowEvent,
  type Journal,
  runStateMachine,
  type TaskResult,
} from '#infra/local/engine.ts';

type Definition = EngineOptions['definition'];

const task = (name: string, rest: object): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `\${${name}}`, 'Payload.$': '$' },
  ResultSelector: { 'Payload.$': '$.Payload' },
  ResultPath: `$.${name}`,
  ...rest,
});
const machine = (StartAt: string, States: object): Definition => ({ StartAt, States }) as Definition;

function memory(now = Date.now): Journal & { known: Map<string, { result: TaskResult; at: number }> } {
  const known = new Map<string, { result: TaskResult; at: number }>();
  return {
    known,
    recall: (key) => known.get(key),
    keys: () => known.keys(),
    record: async (key, _, result) => void known.set(key, { result, at: now() }),
  };
}

const failure = (name: string, message = 'said why') => Object.assign(new Error(message), { name });

function run(definition: Definition, invoke: EngineOptions['invoke'], rest: Partial<EngineOptions> = {}) {
  const events: FlowEvent[] = [];
  const result = runStateMachine({
    definition,
    input: {},
    name: 'run-1',
    invoke,
    journal: memory(),
    waitScale: 0,
    onEvent: (event) => events.push(event),
    ...rest,
  });
  return { result, events };
}

const RETRY = { Retry: [{ ErrorEquals: ['UnavailableError'], IntervalSeconds: 60, MaxAttempts: 2 }] };

describe('the local engine', () => {
  it('calls functions by their kebab-case names with the payload, and passes results on', async () => {
    const calls: unknown[] = [];
    const definition = machine('A', { A: task('lookAround', { Next: 'B' }), B: task('sayIt', { End: true }) });
    const { result } = run(
      definition,
      async (name, event) => {
        calls.push([name, event]);
        return { from: name };
      },
      { input: { target: 'shop' } },
    );
    expect(await result).toMatchObject({
      status: 'SUCCEEDED',
      output: { target: 'shop', sayIt: { Payload: { from: 'say-it' } } },
    });
    expect(calls).toEqual([
      ['look-around', { target: 'shop' }],
      ['say-it', { target: 'shop', lookAround: { Payload: { from: 'look-around' } } }],
    ]);
  });

  it('tells the name of the execution, which makes a redrive recognisable', async () => {
    const definition = machine('A', { A: { Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name' }, End: true } });
    expect(await run(definition, async () => null).result).toEqual({ status: 'SUCCEEDED', output: { name: 'run-1' } });
  });

  it('retries as written, then fails with the name and message of the error', async () => {
    let calls = 0;
    const definition = machine('A', { A: task('a', { ...RETRY, End: true }) });
    const { result } = run(definition, async () => {
      calls++;
      throw failure('UnavailableError');
    });
    expect(await result).toEqual({ status: 'FAILED', error: 'UnavailableError', cause: 'said why' });
    expect(calls).toBe(3);
  });

  it('catches by name and shows a Fail state with the error that led to it', async () => {
    const definition = machine('A', {
      A: task('a', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'F' }], End: true }),
      F: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
    });
    const { result } = run(definition, async () => Promise.reject(failure('DeadlineError')));
    expect(await result).toEqual({ status: 'FAILED', error: 'DeadlineError', cause: 'said why' });
  });

  it('lets no state catch a payload that is over the limit', async () => {
    const definition = machine('A', {
      A: task('a', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], End: true }),
      B: { Type: 'Succeed' },
    });
    const { result } = run(definition, async () => Promise.reject(failure('States.DataLimitExceeded')));
    expect(await result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('scales waits, and tells how long it really waits', async () => {
    const definition = machine('W', { W: { Type: 'Wait', Seconds: 3600, Next: 'A' }, A: task('a', { End: true }) });
    const { result, events } = run(definition, async () => 1, { waitScale: 2 ** -20 });
    await result;
    expect(events.map(({ kind }) => kind)).toEqual(['waiting', 'started', 'ended']);
    expect(events[0]).toMatchObject({ state: 'W', seconds: 3600 * 2 ** -20 });
  });

  it('runs the branches of a Parallel state', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task(name, { End: true }) } });
    const definition = machine('P', { P: { Type: 'Parallel', Branches: [branch('one'), branch('two')], End: true } });
    const names: string[] = [];
    await run(definition, async (name) => void names.push(name)).result;
    expect(names.sort()).toEqual(['one', 'two']);
  });

  it('stops when it is aborted: the running function is told, the next state is not entered', async () => {
    const stop = new AbortController();
    const journal = memory();
    const calls: string[] = [];
    const definition = machine('A', { A: task('a', { Next: 'B' }), B: task('b', { End: true }) });
    const { result } = run(
      definition,
      async (name, _, signal) => {
        calls.push(name);
        stop.abort();
        signal.throwIfAborted();
      },
      { signal: stop.signal, journal },
    );
    expect(await result).toEqual({ status: 'ABORTED' });
    expect(calls).toEqual(['a']);
    expect(journal.known.size).toBe(0);
  });

  it('does not start at all on a signal that is aborted already', async () => {
    const definition = machine('A', { A: task('a', { End: true }) });
    const calls: string[] = [];
    const { result } = run(definition, async (name) => void calls.push(name), { signal: AbortSignal.abort() });
    expect(await result).toEqual({ status: 'ABORTED' });
    expect(calls).toEqual([]);
  });

  it('does not run a state twice whose answer the journal knows: answers, errors, retries and loops alike', async () => {
    const definition = machine('A', {
      A: task('a', { ...RETRY, Next: 'C' }),
      C: { Type: 'Choice', Choices: [{ Variable: '$.a.Payload', NumericEquals: 3, Next: 'E' }], Default: 'W' },
      W: { Type: 'Wait', Seconds: 5, Next: 'A' },
      E: task('e', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.x', Next: 'Z' }], End: true }),
      Z: task('z', { End: true }),
    });
    const journal = memory();
    let calls = 0;
    const invoke = async (name: string) => {
      calls++;
      if (name === 'e') throw failure('InputError');
      if (name === 'a' && calls === 2) throw failure('UnavailableError');
      return calls;
    };
    const first = await run(definition, invoke, { journal }).result;
    const before = calls;
    const replay = run(definition, invoke, { journal, waitScale: 1000 });
    expect(await replay.result).toEqual(first);
    expect(calls).toBe(before);
    expect(replay.events.every((event) => 'replayed' in event && event.replayed)).toBe(true);
  });

  it('waits out the rest of a wait during which the process died', async () => {
    const definition = machine('A', {
      A: task('a', { Next: 'W' }),
      W: { Type: 'Wait', Seconds: 60, Next: 'B' },
      B: task('b', { End: true }),
    });
    const journal = memory(() => 1_000_000);
    const stop = new AbortController();
    const first = run(definition, async () => 1, {
      journal,
      signal: stop.signal,
      waitScale: 1,
      onEvent: ({ kind }) => void (kind === 'waiting' && stop.abort()),
    });
    expect(await first.result).toEqual({ status: 'ABORTED' });
    const waitsAfter = async (milliseconds: number) => {
      const copy = memory();
      for (const [key, value] of journal.known) copy.known.set(key, value);
      const { result, events } = run(definition, async () => 1, {
        journal: copy,
        now: () => 1_000_000 + milliseconds,
        waitScale: 1,
      });
      await result;
      return events.flatMap((event) => (event.kind === 'waiting' ? [event.seconds] : []));
    };
    expect(await waitsAfter(59_990)).toEqual([0.01]);
    expect(await waitsAfter(3_600_000)).toEqual([]);
  });

  it('gives each branch and each item its own answer again, in whatever order they ran', async () => {
    const of = (name: string) => ({ StartAt: name, States: { [name]: task(name, { End: true }) } });
    const definition = machine('P', {
      P: { Type: 'Parallel', Branches: [of('one'), of('two')], ResultPath: '$.branches', Next: 'M' },
      M: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: of('each'), ResultPath: '$.all', End: true },
    });
    const input = { items: ['a', 'b', 'b', 'c'].map((id) => ({ id })) };
    const journal = memory();
    const answer = async (name: string, event: unknown) => {
      // The last one comes first.
      const { id } = event as { id?: string };
      await sleep(id === 'a' ? 30 : id === 'b' ? 15 : 1);
      return `${name} ${id}`;
    };
    const first = await run(definition, answer, { journal, input }).result;
    expect(first.status).toBe('SUCCEEDED');
    const again = run(definition, () => Promise.reject(failure('called again')), { journal, input });
    expect(await again.result).toEqual(first);
  });

  it('does not take the wait of one branch for over because another one went on', async () => {
    const branch = (name: string, rest: object) => ({
      StartAt: `${name}1`,
      States: { [`${name}1`]: task(`${name}1`, { Next: `${name}2` }), ...rest },
    });
    const definition = machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          branch('a', { a2: { Type: 'Wait', Seconds: 60, Next: 'a3' }, a3: task('a3', { End: true }) }),
          branch('b', { b2: task('b2', { Next: 'b3' }), b3: task('b3', { End: true }) }),
        ],
        End: true,
      },
    });
    const journal = memory(() => 1_000_000);
    await run(definition, async () => 1, { journal }).result;
    // The process died while a2 waited.
    for (const key of journal.known.keys()) if (/^a3#/.test(key)) journal.known.delete(key);
    const { result, events } = run(definition, async () => 1, { journal, waitScale: 1, now: () => 1_059_980 });
    await result;
    expect(events.find(({ kind }) => kind === 'waiting')).toMatchObject({ state: 'a2', seconds: 0.02 });
    const called = events.flatMap((event) => (event.kind === 'started' ? [event.state] : []));
    expect(called).toEqual(['a3']);
  });

  it('refuses a task that it cannot run', async () => {
    const definition = machine('A', {
      A: { ...task('a', { End: true }), Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' },
    });
    await expect(run(definition, async () => 1).result).rejects.toThrow(
      /state A: the local engine runs lambda:invoke alone/,
    );
  });
});
