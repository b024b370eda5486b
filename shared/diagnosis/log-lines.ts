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

const READ = new WeakMap<ContainerView, LogLine[]>();

/** What the running container has logged lately. A line without a time has that of the line before it. */
export function recentLines(view: ClusterView, container: ContainerView): LogLine[] {
  if (!view.log(container, false)) return [];
  const known = READ.get(container) ?? read(view, container);
  READ.set(container, known);
  return known;
}

function read(view: ClusterView, container: ContainerView): LogLine[] {
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

/** The first ISO time in the beginning of a line, as all structured loggers write it. */
const timeIn = (line: string): number | undefined =>
  millis(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/.exec(line.slice(0, 120))?.[0]);
