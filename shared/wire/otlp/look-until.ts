import { setTimeout as sleep } from 'node:timers/promises';

/** Most counters and indexes move at once. */
const FIRST_PAUSE_MS = 20;

export interface LookUntil {
  untilMs: number;
  mostPauseMs: number;
  signal: AbortSignal;
}

/** Looks again and again, with growing pauses, until what it sees is settled or the time is over: the last look. */
export async function lookUntil<Seen>(
  look: () => Promise<Seen>,
  settled: (seen: Seen) => boolean,
  { untilMs, mostPauseMs, signal }: LookUntil,
): Promise<Seen> {
  const end = Date.now() + untilMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(mostPauseMs, 2 * pause)) {
    const seen = await look();
    if (settled(seen) || Date.now() + pause > end || signal.aborted) return seen;
    await sleep(pause);
  }
}
