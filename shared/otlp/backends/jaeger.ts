import * as z from 'zod';
import { CANARY_SERVICE, type Canary, RUN_ATTRIBUTE } from '../canary.ts';
import { type Backend, jsonOf, type Seen } from './backend.ts';
import { markIn, otlpTrace } from './otlp-trace.ts';

const missing = z.union([
  z.looseObject({ error: z.looseObject({ httpCode: z.literal(404) }) }),
  z.looseObject({ errors: z.tuple([z.looseObject({ code: z.literal(404) })]) }),
]);

/** `/api/v3` wraps the trace or not, by version. */
const third = z
  .union([
    z.looseObject({ result: z.looseObject({ resourceSpans: otlpTrace }) }).transform(({ result }) => result),
    z.looseObject({ resourceSpans: otlpTrace }),
  ])
  .transform(({ resourceSpans }) => resourceSpans);

const tag = z.looseObject({ key: z.string(), value: z.unknown() });
const first = z.looseObject({
  data: z.array(
    z.looseObject({
      spans: z.array(z.looseObject({ processID: z.string(), tags: z.array(tag) })),
      processes: z.record(z.string(), z.looseObject({ serviceName: z.string() })),
    }),
  ),
});

function firstSeen({ data }: z.infer<typeof first>, { runId }: Canary): Seen {
  const spans = data.flatMap((trace) => trace.spans.map((span) => ({ ...span, of: trace.processes[span.processID] })));
  if (spans.length === 0) return 'absent';
  const whole = spans.some(
    ({ of, tags }) =>
      of?.serviceName === CANARY_SERVICE && tags.some(({ key, value }) => key === RUN_ATTRIBUTE && value === runId),
  );
  return whole ? 'found' : 'altered';
}

/** The documented `/api/v3`, and the older `/api/traces`, which its own user interface uses. Both were seen on Jaeger 1.76. */
export const jaeger: Backend = {
  signal: 'traces',
  questions: ({ traceId }) => [{ path: `/api/v3/traces/${traceId}` }, { path: `/api/traces/${traceId}` }],
  read({ status, body }, canary) {
    const json = jsonOf(body);
    // Without the path of an API the server answers 404 in other words, or 200 and the page of its user interface.
    if (status === 404 && missing.safeParse(json).success) return 'absent';
    if (status !== 200) return 'unreadable';
    const now = third.safeParse(json);
    if (now.success) return markIn(now.data, canary);
    const before = first.safeParse(json);
    return before.success ? firstSeen(before.data, canary) : 'unreadable';
  },
};
