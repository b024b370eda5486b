import * as z from 'zod';
import { CANARY_SERVICE } from '../canary.ts';
import { type Backend, jsonOf } from './backend.ts';

const answer = z.looseObject({
  status: z.literal('success'),
  data: z.looseObject({ result: z.array(z.looseObject({ values: z.array(z.unknown()) })) }),
});

const MINUTE_NS = 60_000_000_000n;

/** By the documented shape of its API; not seen on the program. */
export const loki: Backend = {
  signal: 'logs',
  questions: ({ runId, at }) => {
    const sent = BigInt(at.getTime()) * 1_000_000n;
    const query = encodeURIComponent(`{service_name="${CANARY_SERVICE}"} |= "${runId}"`);
    return [
      { path: `/loki/api/v1/query_range?query=${query}&start=${sent - MINUTE_NS}&end=${sent + MINUTE_NS}&limit=1` },
    ];
  },
  read({ status, body }) {
    if (status !== 200) return 'unreadable';
    const read = answer.safeParse(jsonOf(body));
    if (!read.success) return 'unreadable';
    return read.data.data.result.some(({ values }) => values.length > 0) ? 'found' : 'absent';
  },
};
