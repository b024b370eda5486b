import { oneLine } from '#shared/report/untrusted-text.ts';
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
  let doing: { title: string; shown: Doing } | undefined;
  let waiting: string | undefined;
  // Events come faster than a renderer draws; they are shown strictly in turn.
  let told = Promise.resolve();

  function begin(title: string): void {
    doing = { title, shown: progress.begin(title) };
  }

  async function finish(how: 'done' | 'failed', text: string): Promise<void> {
    const { shown } = doing ?? {};
    doing = undefined;
    await shown?.[how](text);
  }

  async function endWait(): Promise<void> {
    if (waiting !== undefined) await finish('done', waiting);
    waiting = undefined;
  }

  async function show(event: FlowEvent): Promise<void> {
    await endWait();
    if (event.kind === 'started') begin(nowOf(event.function));
    if (event.kind === 'waiting') {
      const seconds = Number(event.seconds.toFixed(1));
      begin(`Waiting ${seconds} s for the cluster`);
      waiting = `Waited ${seconds} s`;
    }
    if (event.kind === 'ended') {
      const result = thenOf(event.function, event.output);
      if (event.replayed) progress.note(`(before) ${result}`);
      else await finish('done', result);
    }
    if (event.kind === 'failed')
      await finish('failed', oneLine(`${nowOf(event.function)}: ${reasonIn(event.error.message)}`));
  }

  return {
    onEvent(event) {
      told = told.then(() => show(event));
    },
    async end() {
      await told;
      await endWait();
      // What was cut off has no end of its own.
      if (doing) await finish('failed', `${doing.title}: not finished`);
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
