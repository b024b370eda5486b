import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/** Ends what is under way; bounded in time, and false when the receiver did not take it. */
export type Flush = () => Promise<boolean>;

let started: Promise<Flush> | undefined;

/**
 * Starts tracing once in a process, when an endpoint is configured. The SDK costs 637 KB and 40 ms of start, so it is
 * in a module of its own that is not loaded otherwise.
 */
export function telemetry(): Promise<Flush> | undefined {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT && !process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return undefined;
  started ??= import('./telemetry-sdk.ts').then((sdk) => sdk.start());
  return started;
}

/** One span for one step; it fails with the step. Without a started SDK this costs nothing. */
export function inSpan<T>(step: string, run: (span: Span) => Promise<T>): Promise<T> {
  return trace.getTracer('otlp-medic').startActiveSpan(step, async (span) => {
    try {
      return await run(span);
    } catch (error) {
      // The message is redacted by now; recordException would add the stack too.
      const { name, message } = error as Error;
      span.setAttribute('error.type', name);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}
