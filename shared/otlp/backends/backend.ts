import type { Signal } from '#shared/domain/probe-result.ts';
import type { Canary } from '../canary.ts';

/** One request to the API of a backend; a body makes it a POST. */
export interface Question {
  path: string;
  body?: string;
}

/** `altered`: it is there without its mark. `unreadable`: the read failed, which says nothing about the data. */
export type Seen = 'found' | 'absent' | 'altered' | 'unreadable';

/** What stores telemetry, and how it is asked about one canary. */
export interface Backend {
  signal: Signal;
  /** one for each version of its API, the newest first: a server need not have all of them */
  questions(canary: Canary): Question[];
  /** Judges an answer; a body that is not what the API documents is `unreadable`, never an exception. */
  read(answer: { status: number; body: string }, canary: Canary): Seen;
  /** why an absence within the time of one run proves nothing */
  indexesLater?: string;
}

/** The JSON of a body, or undefined: pages of a user interface and of proxies come with status 200 too. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
