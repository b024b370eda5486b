import { CauseFinder } from '#shared/logs/causes.ts';
import type { Level } from '#shared/logs/levels.ts';
import { Assembler } from '#shared/logs/records/assembler.ts';
import { crashMessage } from '#shared/logs/records/crash.ts';
import type { LogRecord } from '#shared/logs/records/log-record.ts';
import { Masker } from '#shared/logs/templates/masker.ts';
import { RECENT_MS } from './events.ts';
import type { ContainerView } from './model.ts';
import type { ClusterView } from './view.ts';

/** One record of a container's log: a stack of forty lines is one, and says one thing. */
export interface SaidRecord {
  /** head line and what its continuations tell, frames left out */
  text: string;
  /** milliseconds; absent where no record up to it names a time */
  at?: number;
  /** the logger's own word; absent in plain text */
  level?: Level;
  /** the log analyzer's class of a failure; what is logged at info or debug is none */
  cause?: string;
  /** what an uncaught crash says */
  crash?: string;
}

/** Without times in the log, only its end is taken as the present. */
const LAST_RECORDS = 50;

/** A program that goes on working may lose a connection now and then. */
export const ENOUGH_RECORDS = 3;

/** The last words of a container that has ended. */
const LAST_WORDS = 30;

type Logs = Pick<ClusterView, 'log' | 'now'>;

const READ = new WeakMap<ContainerView, Partial<Record<'previous' | 'present', SaidRecord[]>>>();

/** All records of a container's log; none where there is no log. Read once for all rules. */
export function recordsOf(view: Logs, container: ContainerView, previous: boolean): SaidRecord[] {
  const text = view.log(container, previous)?.text;
  if (!text) return [];
  const known = READ.get(container) ?? {};
  READ.set(container, known);
  known[previous ? 'previous' : 'present'] ??= read(text, view.now);
  return known[previous ? 'previous' : 'present'] ?? [];
}

/** What the running container has logged lately. A record without a time has that of the one before it. */
export function recentRecords(view: Logs, container: ContainerView): SaidRecord[] {
  const all = recordsOf(view, container, false);
  return all.filter(({ at }, index) =>
    at === undefined ? all.length - index <= LAST_RECORDS : view.now - at <= RECENT_MS,
  );
}

/** What belongs to the present state of a container: of one in trouble the end of the run before too. */
export function presentRecords(view: Logs, container: ContainerView, inTrouble: boolean): SaidRecord[] {
  const words = inTrouble ? recordsOf(view, container, true).slice(-LAST_WORDS) : [];
  return [...words.map(({ at: _, ...record }) => record), ...recentRecords(view, container)];
}

/** On one line, for evidence. */
export const quoted = ({ text }: Pick<SaidRecord, 'text'>): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();

/** How much of a record is looked at for its cause. Characters. */
const MOST_TEXT = 4096;
const causes = new CauseFinder();
const masker = new Masker(MOST_TEXT);

function read(text: string, now: number): SaidRecord[] {
  const records: SaidRecord[] = [];
  let last: number | undefined;
  const assembler = new Assembler({
    now,
    numbered: false,
    onrecord: (record) => {
      if (!Number.isNaN(record.at)) last = record.at;
      records.push(said(record, last));
    },
  });
  for (const [number, line] of text.split('\n').entries()) assembler.line(line, number);
  assembler.end();
  return records;
}

function said(record: LogRecord, at: number | undefined): SaidRecord {
  const { text, head, crash, rest, telling } = record;
  const level = head?.level ?? (crash ? 'error' : undefined);
  const cause = level === 'info' || level === 'debug' ? undefined : causeOf(record);
  return {
    text: [text, ...telling].join('\n'),
    ...(at !== undefined && { at }),
    ...(level && { level }),
    ...(cause !== undefined && { cause }),
    ...(crash && { crash: crashMessage(crash, text, rest) }),
  };
}

function causeOf(record: LogRecord): string | undefined {
  masker.scan(record.head?.message ?? record.text);
  return causes.classOf(record, masker);
}
