import * as z from 'zod';
import { type Backend, jsonOf } from './backend.ts';
import { markIn, otlpTrace } from './otlp-trace.ts';

/** `/api/v2` wraps the trace, which older versions call `batches`. */
const trace = z.union([
  z
    .looseObject({ trace: z.looseObject({ resourceSpans: otlpTrace }) })
    .transform((answer) => answer.trace.resourceSpans),
  z.looseObject({ batches: otlpTrace }).transform(({ batches }) => batches),
  z.looseObject({ resourceSpans: otlpTrace }).transform(({ resourceSpans }) => resourceSpans),
]);

/** By the documented shape of its API; not seen on the program. Without a window of time all its blocks are searched. */
export const tempo: Backend = {
  signal: 'traces',
  questions: ({ traceId }) => [{ path: `/api/v2/traces/${traceId}` }, { path: `/api/traces/${traceId}` }],
  read({ status, body }, canary) {
    // Also what a server without this version of the API answers: the other one settles it.
    if (status === 404) return 'absent';
    if (status !== 200) return 'unreadable';
    const read = trace.safeParse(jsonOf(body));
    return read.success ? markIn(read.data, canary) : 'unreadable';
  },
};
