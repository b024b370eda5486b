import { RECENT_MS } from './events.ts';
import { type ContainerView, millis } from './model.ts';
import type { ClusterView } from './view.ts';

export interface LogLine {
  text: string;
  /** milliseconds; absent where the line names no time */
  at?: number;
}

/** Without times in the log, only its end is taken as the present. */
const LAST_LINES = 50;

/** A program that goes on working may lose a connection now and then. */
export const ENOUGH_LINES = 3;

/** The last words of a container that has ended. */
const LAST_WORDS = 30;

type Logs = Pick<ClusterView, 'log' | 'now'>;

const READ = new WeakMap<ContainerView, LogLine[]>();

/** What the running container has logged lately. A line without a time has that of the line before it. */
export function recentLines(view: Logs, container: ContainerView): LogLine[] {
  if (!view.log(container, false)) return [];
  const known = READ.get(container) ?? read(view, container);
  READ.set(container, known);
  return known;
}

function read(view: Logs, container: ContainerView): LogLine[] {
  const lines = (view.log(container, false)?.text ?? '').split('\n').filter((line) => line.trim());
  let last: number | undefined;
  const timed = lines.map((text): LogLine => {
    last = timeIn(text) ?? last;
    return last === undefined ? { text } : { text, at: last };
  });
  return timed.filter(({ at }, index) =>
    at === undefined ? lines.length - index <= LAST_LINES : view.now - at <= RECENT_MS,
  );
}

/** What belongs to the present state of a container: of one in trouble the end of the run before too. */
export function presentLines(view: Logs, container: ContainerView, inTrouble: boolean): LogLine[] {
  const previous = inTrouble ? (view.log(container, true)?.text ?? '') : '';
  const words = previous.split('\n').filter((line) => line.trim());
  return [...words.slice(-LAST_WORDS).map((text) => ({ text })), ...recentLines(view, container)];
}

/** The first ISO time in the beginning of a line, as all structured loggers write it. */
const timeIn = (line: string): number | undefined =>
  millis(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/.exec(line.slice(0, 120))?.[0]);
