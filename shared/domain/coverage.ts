import * as z from 'zod';

/** What was looked at, and what could not be and why. "Could not check" is never health. */
export const coverage = z.strictObject({
  checked: z.array(z.string()),
  notChecked: z.array(z.strictObject({ check: z.string(), why: z.string() })),
});
export type Coverage = z.infer<typeof coverage>;

/** A gap is named `pods`, for another namespace than the target's `pods (monitoring)`, for all `cluster (...)`. */
export const isAbout = (check: string, resource: string): boolean =>
  check.startsWith('cluster (') ||
  check === resource ||
  check.startsWith(`${resource} (`) ||
  check.startsWith(`${resource}:`);

/** Ends the reason of a gap without which there may be no verdict. */
export const CHANGES_VERDICT = ' (could change the verdict)';
