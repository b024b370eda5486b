import type { Head } from '../formats/head.ts';
import type { Crash } from './crash.ts';

/** A head line and what continues it. */
export interface LogRecord {
  /** physical line of the head, from 0 */
  line: number;
  /** all physical lines, where they are asked for */
  lines: number[] | undefined;
  /** the head line without envelope and colours */
  text: string;
  head: Head | undefined;
  /** milliseconds since 1970, NaN where neither logger nor runtime gives a time */
  at: number;
  /** continuation lines, as far as they are kept */
  rest: readonly string[];
  /** those of them that are no frames of a stack */
  telling: readonly string[];
  /** an uncaught crash */
  crash: Crash | undefined;
  /** neighbouring lines without a head, into which a secret may reach */
  before: string;
  after: string;
}
