import { setTimeout as sleep } from 'node:timers/promises';
import {
  ExecutionAbortedError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import { branchesOf, replayOf } from './replay.ts';

type Json = Parameters<StateMachine['run']>[0];

/** What a task answered, or the error that it failed with. */
export type TaskResult = { output: Json } | { error: { name: string; message: string } };

/** Remembers what tasks answered, so that a flow whose process died goes on where it stood. */
export interface Journal {
  /** `key` names the state, its event and the how-manieth visit with it; `at`: when it ended, milliseconds */
  recall(key: string): { result: TaskResult; at: number } | undefined;
  /** all that it knows from before */
  keys(): Iterable<string>;
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
  /** milliseconds; by which what is left of a wait is told. Default: the system's */
  now?: (() => number) | undefined;
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

/** The overrides of the engine for each state: tasks go to `invoke`, by way of the journal; waits are scaled. */
function overridesOf(options: EngineOptions, signal: AbortSignal) {
  const { definition, invoke, journal, waitScale, onEvent, now = Date.now } = options;
  const branches = branchesOf(definition);
  const replay = replayOf(branches, journal, now);
  const taskResourceLocalHandlers: Record<string, (input: Json) => Promise<Json>> = {};
  const waitTimeOverrides: Record<string, number> = {};
  const retryIntervalOverrides: Record<string, number[]> = {};

  const call = async (functionName: string, event: unknown): Promise<TaskResult> => {
    try {
      return { output: ((await invoke(functionName, event, signal)) ?? null) as Json };
    } catch (error) {
      return { error: errorOf(error) };
    }
  };

  for (const [name, { state }] of branches) {
    if (state.Type === 'Wait' && state.Seconds !== undefined) {
      const milliseconds = state.Seconds * 1000 * waitScale;
      Object.defineProperty(waitTimeOverrides, name, { get: () => replay.left(name, milliseconds) });
    }
    if ('Retry' in state && state.Retry) {
      const scaled = state.Retry.map(({ IntervalSeconds = 1 }) => IntervalSeconds * 1000 * waitScale);
      // An override takes the backoff away, so there is none when waits are as written.
      const intervals = () =>
        replay.replaying(name) ? scaled.map((each) => replay.left(name, each)) : waitScale === 1 ? undefined : scaled;
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
      const { key, recalled } = replay.step(name, Payload);
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
