import * as z from 'zod';
import { CANARY_SERVICE, type Canary, RUN_ATTRIBUTE } from '../canary.ts';
import type { Seen } from './backend.ts';

const attributes = z
  .array(z.looseObject({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }).optional() }))
  .default([]);
const spans = z.array(z.looseObject({ spans: z.array(z.looseObject({ attributes })).default([]) })).default([]);

/** The `resourceSpans` of a trace in OTLP/JSON, as far as the mark of a canary goes. */
export const otlpTrace = z.array(
  z.looseObject({ resource: z.looseObject({ attributes }).optional(), scopeSpans: spans }),
);

const has = (all: z.infer<typeof attributes>, key: string, text: string) =>
  all.some((each) => each.key === key && each.value?.stringValue === text);

/** Whether the trace that was asked for by its id is the canary as it was sent. */
export function markIn(trace: z.infer<typeof otlpTrace>, { runId }: Canary): Seen {
  const sent = trace.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ resource: resource?.attributes ?? [], span }))),
  );
  if (sent.length === 0) return 'absent';
  return sent.some(
    ({ resource, span }) => has(resource, 'service.name', CANARY_SERVICE) && has(span.attributes, RUN_ATTRIBUTE, runId),
  )
    ? 'found'
    : 'altered';
}
