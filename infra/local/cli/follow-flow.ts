import type { FlowEvent } from '../engine.ts';
import { nowOf, thenOf } from './flow-words.ts';
import type { Doing, Progress } from './progress.ts';

/** Tells a running flow as it goes: each step while it runs, then what came of it. */
export interface Follower {
  onEvent(event: FlowEvent): void;
  /** all that was told is shown */
  end(): Promise<void>;
}

export function followFlow(progress: Progress): Follower {
  let doing: Doing | undefined;
  let waiting: string | undefined;
  // Events come faster than a renderer draws; they are shown strictly in turn.
  let shown = Promise.resolve();

  async function endWait(): Promise<void> {
    if (waiting !== undefined) await doing?.done(waiting);
    waiting = undefined;
  }

  async function show(event: FlowEvent): Promise<void> {
    await endWait();
    if (event.kind === 'started') doing = progress.begin(nowOf(event.function));
    if (event.kind === 'waiting') {
      waiting = `Waited ${Number(event.seconds.toFixed(1))} s`;
      doing = progress.begin(`Waiting ${Number(event.seconds.toFixed(1))} s for the cluster`);
    }
    if (event.kind === 'ended') {
      const told = thenOf(event.function, event.output);
      if (event.replayed) progress.note(`(before) ${told}`);
      else await doing?.done(told);
    }
    if (event.kind === 'failed') await doing?.failed(`${nowOf(event.function)}: ${reasonIn(event.error.message)}`);
  }

  return {
    onEvent(event) {
      shown = shown.then(() => show(event));
    },
    async end() {
      await shown;
      await endWait();
    },
  };
}

/** Step Functions hands over an error of Lambda as JSON; its message is what a person reads. */
export function reasonIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
