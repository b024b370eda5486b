import * as z from 'zod';

/** `plan` answers with what would be written or sent; `act` does it. Whatever starts a flow says which. */
export const mode = z
  .enum(['plan', 'act'])
  .default('plan')
  .describe('plan: say what would be done; act: do it (guards and policy still apply)');
export type Mode = z.infer<typeof mode>;
