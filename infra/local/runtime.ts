import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { InputError } from '#shared/domain/errors.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { openIncidentOf } from '#shared/incidents/claim.ts';
import { incidentFingerprint } from '#shared/incidents/fingerprint.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { LogSink } from '#shared/runtime/log.ts';
import { type EngineResult, type FlowEvent, runStateMachine } from './engine.ts';
import {
  type ExecutionRecord,
  type ExecutionsOptions,
  executionName,
  executions,
  type HeldExecution,
} from './executions.ts';
import { invokeLocally } from './invoke.ts';

const FLOWS = join(import.meta.dirname, '..', 'state-machines');
/** Step Functions' limit for what passes between states. */
const MOST_BYTES = 262_144;

export interface LocalRuntimeOptions {
  ports: Ports;
  /** where the functions' log lines go; default: nowhere, so that a terminal stays readable */
  sink?: LogSink;
  /** cancels everything that runs */
  signal?: AbortSignal | undefined;
  processes?: ExecutionsOptions['processes'];
}

export interface ExecuteOptions {
  /** of the execution; default: from the trigger in the input, so that one trigger starts one flow */
  name?: string;
  /** 1 = waits as written */
  waitScale?: number;
  onEvent?: (event: FlowEvent) => void;
  /**
   * What becomes of an earlier execution for the same target whose process died: `resume` goes on with it instead of
   * starting a new one; `close` ends it, for a target that died with the process. One over its time limit is ended.
   */
  interrupted?: 'resume' | 'close';
}

export type FlowResult = EngineResult & {
  name: string;
  /** it went on with an execution that another process had begun */
  resumed: boolean;
  incidentId?: string;
};

/** Runs functions and flows as AWS does, in this process and on the given ports. */
export interface LocalRuntime {
  /** Rejects with an error whose name and one-line message are the function's. */
  invoke(functionName: string, event: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
  /** Throws InputError for an unknown flow, ExecutionAlreadyExists for a name that is taken. */
  execute(flow: string, input: Record<string, unknown>, options?: ExecuteOptions): Promise<FlowResult>;
}

function definitionOf(flow: string): StateMachineDefinition {
  const file = join(FLOWS, `${flow}.asl.json`);
  if (!/^[a-z0-9-]+$/.test(flow) || !existsSync(file)) throw new InputError(`there is no flow "${flow}"`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What Step Functions makes of an error of Lambda: `Error` is its name, `Cause` is JSON. */
function asTaskError(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const seen = new Error(JSON.stringify({ errorType: name, errorMessage: message, trace: [] }));
  seen.name = name;
  return seen;
}

function withinLimit(value: unknown): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
  if (bytes <= MOST_BYTES) return value;
  const error = new Error(`a payload of ${bytes} bytes is over the limit of ${MOST_BYTES}`);
  error.name = 'States.DataLimitExceeded';
  throw error;
}

function incidentIn({ steps }: ExecutionRecord): string | undefined {
  for (const { result } of steps) {
    const id = 'output' in result ? (result.output as { incidentId?: unknown } | null)?.incidentId : undefined;
    if (typeof id === 'string') return id;
  }
  return undefined;
}

function nameFrom(input: Record<string, unknown>): string {
  const { source, id } = (input.trigger ?? {}) as { source?: unknown; id?: unknown };
  return typeof id === 'string' ? executionName(`${source}-${id}`) : randomUUID();
}

export function localRuntime(options: LocalRuntimeOptions): LocalRuntime {
  const { ports, sink = () => undefined } = options;
  const { store, clock } = ports;
  const runs = executions({
    store,
    now: () => clock.now(),
    ...(options.processes && { processes: options.processes }),
  });

  const invoke: LocalRuntime['invoke'] = (functionName, event, { signal } = {}) => {
    const signals = [options.signal, signal].filter((one) => one !== undefined);
    return invokeLocally(ports, functionName, event, {
      sink,
      ...(signals.length && { signal: AbortSignal.any(signals) }),
    });
  };

  async function task(functionName: string, event: unknown, signal: AbortSignal): Promise<unknown> {
    try {
      return withinLimit(await invoke(functionName, withinLimit(event), { signal }));
    } catch (error) {
      throw error instanceof Error && error.name === 'States.DataLimitExceeded' ? error : asTaskError(error);
    }
  }

  /** Also one whose process died between opening it and noting that. */
  async function incidentOf(record: ExecutionRecord): Promise<string | undefined> {
    const { target, mode } = record.input as { target?: string; mode?: string };
    const fingerprint = incidentFingerprint(targetOf(ports.config, target), mode !== 'act');
    const open = await openIncidentOf(store, fingerprint);
    return open?.execution === record.name ? open.id : incidentIn(record);
  }

  /** Ends one whose process died, without going on with it. */
  async function close(record: ExecutionRecord, status: 'ABORTED' | 'TIMED_OUT'): Promise<void> {
    const held = await runs.begin(record.flow, record.name, record.input);
    const incidentId = await incidentOf(held.record);
    const reason = 'the process that worked on it was ended';
    if (incidentId) await invoke('close-incident', { incidentId, outcome: 'could-not-work', reason, mode: 'act' });
    await held.end({ status, stoppedAt: clock.now().toISOString() });
  }

  /** Step Functions would have ended it by now; what it saw is too old to act on. */
  const isOver = ({ startedAt }: ExecutionRecord, limitSeconds: number) =>
    clock.now().getTime() - Date.parse(startedAt) >= limitSeconds * 1000;

  async function earlier(flow: string, input: Record<string, unknown>): Promise<ExecutionRecord[]> {
    const about = ({ target, mode }: Record<string, unknown>) => JSON.stringify([target, mode]);
    return (await runs.interrupted(flow)).filter((record) => about(record.input) === about(input));
  }

  async function begin(
    flow: string,
    input: Record<string, unknown>,
    { name, interrupted = 'resume', limitSeconds }: ExecuteOptions & { limitSeconds: number },
  ) {
    const left: ExecutionRecord[] = [];
    for (const record of await earlier(flow, input)) {
      if (isOver(record, limitSeconds)) await close(record, 'TIMED_OUT');
      else if (interrupted === 'close') await close(record, 'ABORTED');
      else left.push(record);
    }
    const resumable = name === undefined ? left[0] : undefined;
    const started = resumable ?? { name: name ?? nameFrom(input), input };
    return runs.begin(flow, started.name, started.input);
  }

  async function finish(held: HeldExecution, result: EngineResult): Promise<void> {
    // A cancelled flow is not over: whoever runs it again goes on where it stood.
    if (result.status === 'ABORTED') return held.end({});
    await held.end({ ...result, stoppedAt: clock.now().toISOString() });
  }

  return {
    invoke,
    async execute(flow, input, asked = {}) {
      const definition = definitionOf(flow);
      const { TimeoutSeconds: limitSeconds = Number.POSITIVE_INFINITY } = definition;
      const held = await begin(flow, input, { ...asked, limitSeconds });
      const resumed = held.record.steps.length > 0;
      const result = await runStateMachine({
        definition,
        input: held.record.input,
        name: held.record.name,
        invoke: task,
        journal: held.journal,
        now: () => clock.now().getTime(),
        waitScale: asked.waitScale ?? 1,
        signal: options.signal,
        onEvent: asked.onEvent,
      });
      await finish(held, result);
      const incidentId = incidentIn(held.record);
      return { ...result, name: held.record.name, resumed, ...(incidentId && { incidentId }) };
    },
  };
}
