import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { InputError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { unwrapEvent } from './envelope.ts';
import { cut, outgoing, stackOf } from './failure.ts';
import { type LogContext, type LogSink, makeLog, stdoutSink } from './log.ts';
import { inSpan, telemetry } from './telemetry.ts';

/** Milliseconds before Lambda's own deadline: time to say so, and to flush the span. */
const DEADLINE_MARGIN = 2000;

export interface RuntimeOptions {
  /** where log lines go; default stdout */
  sink?: LogSink;
  /** cancels the step from outside; Lambda has no such thing, a terminal has */
  signal?: AbortSignal;
}

export type LambdaHandler<Output> = (event: unknown, context: Context) => Promise<Output>;

/**
 * The stack around each step: input by its schema, a deadline before Lambda's, log lines and errors without secrets,
 * one span. Rejects with errors whose `name` is API (shared/domain/errors.ts) and whose message is one line.
 */
export function lambda<Input, Output>(
  name: string,
  input: z.ZodType<Input>,
  makeStep: (ports: Ports) => Step<Input, Output>,
  ports: () => Promise<Ports>,
  options: RuntimeOptions = {},
): LambdaHandler<Output> {
  let ready: Promise<Ports> | undefined;
  const portsOnce = () => {
    ready ??= ports().catch((error) => {
      ready = undefined; // the next invocation tries again
      throw error;
    });
    return ready;
  };

  const accept = (event: unknown): Input => {
    const read = input.safeParse(unwrapEvent(event));
    if (read.success) return read.data;
    throw new InputError(`${name}: ${explainZod(read.error, { schema: input })}`);
  };

  return (event, context) => {
    const sink = options.sink ?? stdoutSink;
    const about: LogContext = { step: name, requestId: context.awsRequestId };
    let deadline = false;

    const stack = middy({
      timeoutEarlyInMillis: DEADLINE_MARGIN,
      timeoutEarlyResponse: () => {
        deadline = true;
        throw cut(name, true);
      },
    })
      .before((request) => {
        const accepted = accept(request.event);
        const { incidentId } = accepted as { incidentId?: unknown };
        if (typeof incidentId === 'string') about.incidentId = incidentId;
        request.event = accepted;
      })
      .onError((request) => {
        const log = makeLog(sink, about);
        const error = options.signal?.aborted && !deadline ? cut(name, false) : request.error;
        const leaving = outgoing(error, name);
        const stackText = stackOf(error);
        log.error(leaving.message, { error: leaving.name, ...(stackText && { stack: stackText }) });
        request.error = leaving; // thrown by middy; throwing here would make it attach the unredacted one as cause
      })
      .handler(async (accepted, _context, { signal }) => {
        const step = makeStep(await portsOnce());
        return step(accepted as Input, {
          signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal,
          remainingMs: () => Math.max(0, context.getRemainingTimeInMillis() - DEADLINE_MARGIN),
          log: makeLog(sink, about),
        });
      });

    return traced(about, sink, () => stack(event, context) as Promise<Output>);
  };
}

async function traced<Output>(about: LogContext, sink: LogSink, run: () => Promise<Output>): Promise<Output> {
  const flush = await telemetry();
  try {
    return await inSpan(about.step, async (span) => {
      span.setAttribute('faas.invocation_id', about.requestId);
      try {
        return await run();
      } finally {
        if (about.incidentId) span.setAttribute('otlp_medic.incident.id', about.incidentId);
      }
    });
  } finally {
    if (flush && !(await flush())) makeLog(sink, about).warn('the span was not taken by the OTLP endpoint');
  }
}
