/** The state machines under infra/state-machines, by their file names. */
export type Flow = 'p0-response';

/** Starts flows. */
export interface Executions {
  /**
   * The name is what makes a start happen once: a second one of the same name finds the first. Rejects with an
   * UnavailableError where the flow cannot be started.
   */
  start(
    flow: Flow,
    execution: { name: string; input: unknown },
    options?: { signal?: AbortSignal },
  ): Promise<'started' | 'already-started'>;
}
