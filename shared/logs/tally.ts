import { Assignments } from './assignments.ts';
import { BurstFinder } from './bursts.ts';
import { CauseFinder } from './causes.ts';
import { type DurationPlace, durationAt, durationPlace } from './durations.ts';
import type { Level } from './levels.ts';
import { LongestOperations } from './longest.ts';
import { detached } from './printable.ts';
import { crashMessage, isQualifiedThrown } from './records/crash.ts';
import type { LogRecord } from './records/log-record.ts';
import { redactRecord } from './redaction.ts';
import { makeTemplateStore, OTHER, type TemplateStore } from './templates/template-store.ts';

/** What is counted of the records of one group of messages. */
export interface GroupTally {
  count: number;
  levels: Partial<Record<Level, number>>;
  /** milliseconds since 1970 */
  first: number;
  last: number;
  /** redacted */
  sample: string;
  /** where its records state how long something took; from the first of them */
  duration: DurationPlace | 'anywhere' | undefined;
  /** line of the first record, from 0 */
  line: number;
}

const MOST_SLOW = 2000;
const MOST_RECENT = 20;
/** Counts records; everything in it is bounded, whatever comes. */
export class Tally {
  readonly levels: Record<Level, number> = { error: 0, warn: 0, info: 0, debug: 0 };
  readonly classes = new Map<string, number>();
  readonly groups = new Map<number, GroupTally>();
  readonly store: TemplateStore;
  readonly slow = new LongestOperations(MOST_SLOW);
  readonly bursts = new BurstFinder();
  readonly assignments: Assignments | undefined;
  readonly recent: LogRecord[] = [];
  /** what had to be hidden so far */
  readonly secrets = new Set<string>();
  records = 0;
  panics = 0;
  errors = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  readonly #slowMs: number;
  readonly #causes = new CauseFinder();

  constructor(options: { slowMs: number; assignments: boolean }) {
    this.#slowMs = options.slowMs;
    this.assignments = options.assignments ? new Assignments() : undefined;
    this.store = makeTemplateStore(
      (from, into) => this.#merge(from, into),
      options.assignments ? Number.POSITIVE_INFINITY : undefined,
    );
  }

  add(record: LogRecord): void {
    const { head, at, crash } = record;
    this.records++;
    const message = messageOf(record);
    const id = this.store.groupOf(message, (text) => redactRecord(text, record.before, record.after, this.secrets));
    const level = head?.level ?? (crash || isQualifiedThrown(record.text) ? 'error' : undefined);
    const group = this.groups.get(id) ?? this.#newGroup(id, record);
    group.count++;
    if (!Number.isNaN(at)) this.#time(group, at);
    if (this.assignments) for (const line of record.lines ?? []) this.assignments.set(line, id);
    if (level !== undefined) {
      this.levels[level]++;
      group.levels[level] = (group.levels[level] ?? 0) + 1;
      if (level === 'error' || level === 'warn') this.#failure(record, id);
      if (level === 'error') this.#error(record);
    }
    if (crash) this.panics++;
    this.#duration(record, group);
  }

  #newGroup(id: number, record: LogRecord): GroupTally {
    const whole = [record.text, ...record.rest].join('\n');
    const group: GroupTally = {
      count: 0,
      levels: {},
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      sample: detached(redactRecord(whole, record.before, record.after, this.secrets)),
      duration: durationPlace(timedText(record)),
      line: record.line,
    };
    this.groups.set(id, group);
    return group;
  }

  #time(group: GroupTally, at: number): void {
    if (at < group.first) group.first = at;
    if (at > group.last) group.last = at;
    if (at < this.first) this.first = at;
    if (at > this.last) this.last = at;
  }

  #failure(record: LogRecord, id: number): void {
    const name = this.#causes.classOf(record, this.store.last) ?? (record.crash ? 'panic' : undefined);
    if (name !== undefined) this.classes.set(name, (this.classes.get(name) ?? 0) + 1);
    if (!Number.isNaN(record.at)) this.bursts.add(record.at, id);
  }

  #error(record: LogRecord): void {
    this.errors++;
    this.recent.push(record);
    if (this.recent.length > MOST_RECENT) this.recent.shift();
  }

  #duration(record: LogRecord, { duration }: GroupTally): void {
    const own = record.head?.durationMs ?? -1;
    const found = duration === undefined ? own : Math.max(own, durationAt(duration, timedText(record)));
    if (found >= this.#slowMs) this.slow.add(found, record.line + 1);
  }

  #merge(from: number, into: number): void {
    const gone = this.groups.get(from);
    const kept = this.groups.get(into);
    if (!gone) return;
    this.groups.delete(from);
    if (!kept) {
      this.groups.set(into, into === OTHER ? { ...gone, sample: '' } : gone);
      return;
    }
    kept.count += gone.count;
    kept.first = Math.min(kept.first, gone.first);
    kept.last = Math.max(kept.last, gone.last);
    kept.line = Math.min(kept.line, gone.line);
    for (const level of ['error', 'warn', 'info', 'debug'] as const) {
      const count = (kept.levels[level] ?? 0) + (gone.levels[level] ?? 0);
      if (count > 0) kept.levels[level] = count;
    }
  }
}

function messageOf({ head, crash, text, rest }: LogRecord): string {
  if (crash) return crashMessage(crash, text, rest);
  if (head?.messageFollows) return rest[0]?.trim() ?? head.message;
  return head?.message ?? text;
}

/** Fields of JSON and logfmt have been looked at by their names. */
const timedText = ({ head, text }: LogRecord): string =>
  head?.written === 'json' || head?.written === 'logfmt' ? head.message : text;
