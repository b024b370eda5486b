/** Structured log of one invocation; it carries the incident id and the step's name by itself, and redacts. */
export interface Log {
  debug(message: string, data?: Record<string, unknown>): void;
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}

export interface StepContext {
  /** aborts shortly before the function's deadline */
  signal: AbortSignal;
  /** milliseconds that are left before it */
  remainingMs(): number;
  log: Log;
}

/** One step of the guide. Reads, decides by pure rules, acts at most once. */
export type Step<Input, Output> = (input: Input, context: StepContext) => Promise<Output>;
