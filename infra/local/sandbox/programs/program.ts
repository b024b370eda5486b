import type { Server } from 'node:net';
import type { HttpAnswer, HttpCall } from '../http-call.ts';
import type { Cancellable } from '../timeline.ts';

/** What a process in a container sees of its world. */
export interface ProcessContext {
  env: Readonly<Record<string, string>>;
  args: readonly string[];
  podIP: string;
  /** the text of a mounted file; undefined where nothing is mounted */
  readFile(path: string): string | undefined;
  /** a real server on loopback, found by others under this pod's address and port */
  listen(port: number, server: Server): Promise<void>;
  /** a request to a host of the cluster, by the cluster's names; rejects with DialError or HungError */
  request(url: URL, call: Omit<HttpCall, 'port' | 'path'>): Promise<HttpAnswer>;
  log(line: string): void;
  now(): Date;
  /** both end with the process */
  after(seconds: number, run: () => void | Promise<void>): Cancellable;
  every(seconds: number, run: () => void | Promise<void>): Cancellable;
  random(): number;
  exit(code: number): void;
}

/** A process that has started. */
export interface Running {
  memoryMib(): number;
  cpuMillicores(): number;
  /** on SIGTERM; absent or false = the process does not heed it and is killed after the grace period */
  onTerminate?(): boolean;
}

/** An executable of an image: reads its world, listens, and either runs or calls `exit`. */
export type Program = (context: ProcessContext) => Running | Promise<Running>;

/** A line as Rust's tracing_subscriber writes it. */
export function tracingLine(
  at: Date,
  level: 'ERROR' | 'WARN' | 'INFO' | 'DEBUG',
  target: string,
  text: string,
): string {
  return `${at.toISOString().replace('Z', '000Z')} ${level.padStart(5)} ${target}: ${text}`;
}
