import * as z from 'zod';

/** The guide's five-test diagnostic tool. */
export const diagnosticReport = z.strictObject({
  at: z.iso.datetime(),
  summary: z.string().describe('Diagnostic Summary: x/y tests passed, w warnings, f failures'),
  tests: z.array(
    z.strictObject({
      name: z.enum(['connection_test', 'data_transmission', 'performance', 'configuration', 'resources']),
      outcome: z.enum(['success', 'warning', 'failure']),
      message: z.string(),
      durationMs: z.number().nonnegative(),
      metrics: z.record(z.string(), z.number()),
    }),
  ),
});
export type DiagnosticReport = z.infer<typeof diagnosticReport>;
