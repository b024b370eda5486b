import { setTimeout as sleep } from 'node:timers/promises';
import {
  ExecutionAbortedError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';

type Json = Parameters<StateMachine['run']>[0];
type State = StateMachineDefinition['States'][string];

/** What a task answered, or the error that it failed with. */
export type TaskResult = { output: Json } | { error: { name: string; message: string } };

/** Remembers what tasks answered, so that a flow whose process died goes on where it stood. */
export interface Journal {
  /** `key` names the state and the how-manieth visit of it */
  recall(key: string): TaskResult | undefined;
  record(key: string, functionName: string, result: TaskResult): Promise<void>;
}

export type FlowEvent =
  | { kind: 'started'; state: string; function: string; comment?: string }
  | { kind: 'ended'; state: string; function: string; output: unknown; replayed: boolean }
  | { kind: 'failed'; state: string; function: string; error: { name: string; message: string }; replayed: boolean }
  /** seconds that it really waits, scaled */
  | { kind: 'waiting'; state: string; seconds: number };

export interface EngineOptions {
  definition: StateMachineDefinition;
  input: unknown;
  /** of the execution */
  name: string;
  /** calls a function by its kebab-case name; its error's name and message are what the state machine sees */
  invoke(functionName: string, event: unknown, signal: AbortSignal): Promise<unknown>;
  journal: Journal;
  /** 1 = as written; waits and retry intervals are multiplied by it */
  waitScale: number;
  signal?: AbortSignal | undefined;
  onEvent?: ((event: FlowEvent) => void) | undefined;
}

export type EngineResult =
  | { status: 'SUCCEEDED'; output: Json }
  | { status: 'FAILED'; error: string; cause: string }
  | { status: 'ABORTED' | 'TIMED_OUT' };

/** `${openIncident}` is open-incident; CDK puts the function's ARN there. */
const functionOf = (placeholder: string) =>
  (/^\$\{(\w+)\}$/.exec(placeholder)?.[1] ?? placeholder).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const errorOf = (error: unknown) => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message };
};

/** What no state may retry or catch, not even as States.ALL. */
const TERMINAL = ['States.DataLimitExceeded', 'ExecutionTakenOver'];

function asStateError({ name, message }: { name: string; message: string }): Error {
  const error = new Error(message);
  error.name = name;
  return TERMINAL.includes(name) ? Object.assign(error, { isRetryable: false, isCatchable: false }) : error;
}

/** All states, those of branches and iterations too. */
function* statesOf(states: StateMachineDefinition['States']): Generator<[string, State]> {
  for (const [name, state] of Object.entries(states)) {
    yield [name, state];
    const inner = state as { Branches?: { States: typeof states }[]; ItemProcessor?: { States: typeof states } };
    for (const machine of [...(inner.Branches ?? []), ...(inner.ItemProcessor ? [inner.ItemProcessor] : [])])
      yield* statesOf(machine.States);
  }
}

/** The overrides of the engine for each state: tasks go to `invoke`, by way of the journal; waits are scaled. */
function overridesOf(options: EngineOptions, signal: AbortSignal) {
  const { definition, invoke, journal, waitScale, onEvent } = options;
  const visits = new Map<string, number>();
  const taskResourceLocalHandlers: Record<string, (input: Json) => Promise<Json>> = {};
  const waitTimeOverrides: Record<string, number> = {};
  const retryIntervalOverrides: Record<string, number[]> = {};
  // While the journal answers, waits and retry intervals that are over must not be waited for again.
  let replaying = false;

  const call = async (functionName: string, event: unknown): Promise<TaskResult> => {
    try {
      return { output: ((await invoke(functionName, event, signal)) ?? null) as Json };
    } catch (error) {
      return { error: errorOf(error) };
    }
  };

  for (const [name, state] of statesOf(definition.States)) {
    if (state.Type === 'Wait' && state.Seconds !== undefined) {
      const milliseconds = state.Seconds * 1000 * waitScale;
      Object.defineProperty(waitTimeOverrides, name, { get: () => (replaying ? 0 : milliseconds) });
    }
    if ('Retry' in state && state.Retry) {
      const scaled = state.Retry.map(({ IntervalSeconds = 1 }) => IntervalSeconds * 1000 * waitScale);
      const none = state.Retry.map(() => 0);
      // An override takes the backoff away, so there is none when waits are as written.
      const intervals = () => (replaying ? none : waitScale === 1 ? undefined : scaled);
      Object.defineProperty(retryIntervalOverrides, name, { get: intervals });
    }
    if (state.Type !== 'Task') continue;
    if (state.Resource !== 'arn:aws:states:::lambda:invoke')
      throw new Error(`state ${name}: the local engine runs lambda:invoke alone, not ${state.Resource}`);
    const comment = state.Comment;

    taskResourceLocalHandlers[name] = async (input) => {
      await sleep(0); // run() enters the first state before it returns
      const { FunctionName, Payload } = input as { FunctionName: string; Payload: unknown };
      const functionName = functionOf(FunctionName);
      const visit = visits.get(name) ?? 0;
      visits.set(name, visit + 1);
      const key = `${name}#${visit}`;
      const recalled = journal.recall(key);
      replaying = recalled !== undefined;
      if (!recalled) onEvent?.({ kind: 'started', state: name, function: functionName, ...(comment && { comment }) });
      const result = recalled ?? (await call(functionName, Payload));
      signal.throwIfAborted(); // what a cancelled step answers is no result of the flow
      if (!recalled)
        await journal.record(key, functionName, result).catch((error) => {
          throw asStateError(errorOf(error));
        });
      const said = { state: name, function: functionName, replayed: recalled !== undefined };
      if ('error' in result) {
        onEvent?.({ kind: 'failed', ...said, error: result.error });
        throw asStateError(result.error);
      }
      onEvent?.({ kind: 'ended', ...said, output: result.output });
      return { StatusCode: 200, Payload: result.output };
    };
  }
  return { taskResourceLocalHandlers, waitTimeOverrides, retryIntervalOverrides };
}

/**
 * Runs an ASL definition in this process. `$$.State` is not there in the local engine, so no definition may use it; a
 * task's TimeoutSeconds is not scaled, because functions take their real time.
 */
export async function runStateMachine(options: EngineOptions): Promise<EngineResult> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const overrides = overridesOf(options, signal);
  const run = new StateMachine(options.definition, { validationOptions: { checkArn: false } }).run(
    options.input as Json,
    {
      overrides,
      context: { Execution: { Name: options.name, Id: options.name } },
    },
  );
  const abort = () => run.abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  const told = tellWaits(run.eventLogs, overrides.waitTimeOverrides, options.onEvent);
  try {
    return { status: 'SUCCEEDED', output: await run.result };
  } catch (error) {
    if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
    if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
    // ExecutionError wraps what really happened.
    const { name, message } = errorOf(error instanceof Error && error.cause ? error.cause : error);
    return { status: 'FAILED', error: name, cause: message };
  } finally {
    stop.abort();
    options.signal?.removeEventListener('abort', abort);
    await told; // the result settles before the events end
  }
}

async function tellWaits(
  events: ReturnType<StateMachine['run']>['eventLogs'],
  waits: Record<string, number>,
  onEvent: EngineOptions['onEvent'],
): Promise<void> {
  for await (const event of events) {
    if (event.type !== 'StateEntered' || event.state.type !== 'Wait') continue;
    const seconds = (waits[event.state.name] ?? 0) / 1000;
    if (seconds > 0) onEvent?.({ kind: 'waiting', state: event.state.name, seconds });
  }
}
