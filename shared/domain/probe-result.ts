import * as z from 'zod';

export const signal = z.enum(['traces', 'metrics', 'logs']);
export const otlpProtocol = z.enum(['grpc', 'http/protobuf', 'http/json']);
export const rungName = z.enum(['lint', 'resolve', 'connect', 'sniff', 'tls', 'respond', 'accept', 'export', 'store']);
const rungOutcome = z.enum(['pass', 'degraded', 'fail', 'not-reached', 'not-checked']);

/** From where it was looked. `direct`: the caller's network; `vpc`: a deployed function's own subnets. */
export const vantage = z.enum(['direct', 'vpc', 'apiserver']);

/** One run of the OTLP ladder over all its signals; the verdict is the first failure over all of them. */
const ladder = z.strictObject({
  schemaVersion: z.literal(1),
  endpoint: z.string(),
  protocol: otlpProtocol,
  signals: z.array(signal),
  vantage,
  at: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  verdict: z.strictObject({
    code: z.string(),
    rung: rungName,
    outcome: z.enum(['pass', 'degraded', 'fail', 'unknown']),
    signal: signal.optional(),
    title: z.string(),
    remedy: z.string(),
  }),
  rungs: z.array(
    z.strictObject({
      name: rungName,
      outcome: rungOutcome,
      durationMs: z.number().nonnegative(),
      detail: z.string(),
      signals: z.partialRecord(signal, z.strictObject({ outcome: rungOutcome, detail: z.string() })).optional(),
    }),
  ),
});

/** What was found at the endpoints of a target: the worst of them, and the others with it. */
export const probeResult = ladder.extend({
  others: z
    .array(ladder)
    .optional()
    .describe("the runs to the target's other endpoints, worst first; the verdict is that of the worst"),
});
export type Ladder = z.infer<typeof ladder>;
export type ProbeResult = z.infer<typeof probeResult>;
export type Signal = z.infer<typeof signal>;
export type OtlpProtocol = z.infer<typeof otlpProtocol>;
export type RungName = z.infer<typeof rungName>;
export type RungOutcome = z.infer<typeof rungOutcome>;
export type Vantage = z.infer<typeof vantage>;
