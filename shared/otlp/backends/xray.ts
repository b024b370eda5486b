import * as z from 'zod';
import { type Backend, jsonOf } from './backend.ts';

const answer = z.looseObject({
  Traces: z.array(z.looseObject({ Segments: z.array(z.looseObject({ Document: z.string() })).default([]) })),
  UnprocessedTraceIds: z.array(z.string()).default([]),
});

/** X-Ray writes a W3C trace id as version, epoch seconds and the rest. */
const xrayId = (traceId: string) => `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;

/** BatchGetTraces of AWS X-Ray, by its documented shape; not seen on the service. Requests are signed by the caller. */
export const xray: Backend = {
  signal: 'traces',
  questions: ({ traceId }) => [{ path: '/Traces', body: JSON.stringify({ TraceIds: [xrayId(traceId)] }) }],
  read({ status, body }, { runId }) {
    if (status !== 200) return 'unreadable';
    const read = answer.safeParse(jsonOf(body));
    if (!read.success || read.data.UnprocessedTraceIds.length > 0) return 'unreadable';
    const documents = read.data.Traces.flatMap(({ Segments }) => Segments.map(({ Document }) => Document));
    if (documents.length === 0) return 'absent';
    return documents.some((document) => document.includes(runId)) ? 'found' : 'altered';
  },
  indexesLater: 'X-Ray shows a trace up to a minute after it took it',
};
