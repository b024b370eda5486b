import * as z from 'zod';
import { CANARY_METRIC } from '../canary.ts';
import { type Backend, jsonOf } from './backend.ts';

const answer = z.looseObject({
  status: z.literal('success'),
  data: z.looseObject({ result: z.array(z.looseObject({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

/** All values of some minutes: an instant would show the newest alone, of whichever run, and one of an earlier run for long. */
const QUERY = `${CANARY_METRIC}[5m]`;

/** The HTTP API of Prometheus, which Mimir, Thanos and Amazon Managed Service for Prometheus speak too. */
export const prometheus: Backend = {
  signal: 'metrics',
  questions: () => [{ path: `/api/v1/query?query=${encodeURIComponent(QUERY)}` }],
  read({ status, body }, canary) {
    if (status !== 200) return 'unreadable';
    const read = answer.safeParse(jsonOf(body));
    if (!read.success) return 'unreadable';
    const values = read.data.data.result.flatMap((series) => series.values);
    return values.some(([, value]) => Number(value) === canary.value) ? 'found' : 'absent';
  },
};
