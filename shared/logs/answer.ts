import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { isWorse, type Level } from './levels.ts';
import { printable } from './printable.ts';
import { redactRecord, withoutKnown } from './redaction.ts';
import type { GroupTally, Tally } from './tally.ts';
import { OTHER } from './templates/template-store.ts';

const LONGEST_TEXT = 300;
/** The bound of an answer without assignments, a little under it for what a caller adds. Bytes. */
const BYTES_PER_1000_LINES = 60 * 1024;
const MOST_BYTES = 240 * 1024;
/** At most a third of the answer is for slow operations. */
const SLOW_PART = 3;
const BYTES_OF_SLOW = 100;
const LONGEST_ERROR = 1000;

interface Template extends GroupTally {
  text: string;
  groups: number[];
}

/** The answer of the analyzer, within its bounds. `rolloutAt` in milliseconds. */
export function answerOf(tally: Tally, lines: number, rolloutAt: number | undefined): LogAnalysis {
  const room = Math.min(MOST_BYTES, BYTES_PER_1000_LINES * Math.max(1, Math.floor(lines / 1000)));
  const slow = tally.slow.inOrder(Math.floor(room / SLOW_PART / BYTES_OF_SLOW));
  const redacted = tally.recent.map(({ text, rest, before, after }) =>
    redactRecord([text, ...rest].join('\n'), before, after, tally.secrets),
  );
  // What recent errors give away is hidden elsewhere too.
  const shown = (text: string, most: number) => printable(withoutKnown(text, tally.secrets), most);
  const recentErrors = redacted.map((text) => shown(text, LONGEST_ERROR));
  const templates = templatesOf(tally, shown);
  const ids = new Map<number, number>();
  for (const [index, { groups }] of templates.entries()) for (const group of groups) ids.set(group, index + 1);
  const idOf = (group: number) => ids.get(tally.store.resolve(group));
  const bursts = tally.bursts.bursts(tally.first, tally.last).map(({ from, to, count, group }) => {
    const template = idOf(group);
    return { from: iso(from), to: iso(to), count, ...(template !== undefined && { template }) };
  });
  const answer: LogAnalysis = {
    lines,
    records: tally.records,
    levels: tally.levels,
    templates: [],
    classes: Object.fromEntries([...tally.classes].sort(([, one], [, other]) => other - one)),
    slow,
    panics: tally.panics,
    recentErrors,
    bursts,
  };
  answer.templates = withinRoom(templates, room - sizeOf(answer), rolloutAt, tally.first);
  const truncated = {
    templates: templates.length - answer.templates.length,
    slow: tally.slow.count - slow.length,
    recentErrors: tally.errors - recentErrors.length,
    evictedTemplates: tally.store.evicted(),
  };
  if (Object.values(truncated).some((count) => count > 0)) answer.truncated = truncated;
  if (tally.assignments) answer.assignments = tally.assignments.list(lines, idOf);
  return answer;
}

/** Most frequent first, then as they came. */
function templatesOf(tally: Tally, shown: (text: string, most: number) => string): Template[] {
  const templates = tally.store.templates().flatMap(({ text, groups }): Template[] => {
    const members = groups.flatMap((group) => tally.groups.get(group) ?? []);
    const [first, ...rest] = members;
    if (!first) return [];
    const sum = rest.reduce(added, { ...first, levels: { ...first.levels } });
    return [{ ...sum, text: shown(text, LONGEST_TEXT), sample: shown(sum.sample, LONGEST_TEXT), groups }];
  });
  return templates.sort(
    (one, other) =>
      Number(one.groups.includes(OTHER)) - Number(other.groups.includes(OTHER)) ||
      other.count - one.count ||
      one.line - other.line,
  );
}

function added(sum: GroupTally, next: GroupTally): GroupTally {
  const levels = { ...sum.levels };
  for (const [level, count] of Object.entries(next.levels) as [Level, number][])
    levels[level] = (levels[level] ?? 0) + count;
  return {
    ...sum,
    count: sum.count + next.count,
    levels,
    first: Math.min(sum.first, next.first),
    last: Math.max(sum.last, next.last),
    line: Math.min(sum.line, next.line),
    sample: next.line < sum.line ? next.sample : sum.sample,
  };
}

type Shown = LogAnalysis['templates'][number];

function withinRoom(templates: Template[], room: number, rolloutAt: number | undefined, logBegins: number): Shown[] {
  const shown: Shown[] = [];
  let left = room;
  for (const [index, template] of templates.entries()) {
    const level = usualLevel(template);
    const one: Shown = {
      id: index + 1,
      template: template.text,
      count: template.count,
      ...(level && { level }),
      ...(Number.isFinite(template.first) && { firstSeen: iso(template.first), lastSeen: iso(template.last) }),
      sample: template.sample,
      ...(rolloutAt !== undefined &&
        template.first >= rolloutAt &&
        logBegins < rolloutAt &&
        Number.isFinite(template.first) && { newSinceRollout: true }),
    };
    left -= sizeOf(one);
    if (left < 0) break;
    shown.push(one);
  }
  return shown;
}

/** The level that most of its records have, the worse of two. */
function usualLevel({ levels }: GroupTally): Level | undefined {
  let usual: Level | undefined;
  for (const [level, count] of Object.entries(levels) as [Level, number][]) {
    const best = usual === undefined ? 0 : (levels[usual] ?? 0);
    if (usual === undefined || count > best || (count === best && isWorse(level, usual))) usual = level;
  }
  return usual;
}

/** As indented JSON in UTF-8, the longest form in which it is printed. */
const sizeOf = (value: unknown): number => {
  const text = JSON.stringify(value, null, 2);
  return Buffer.byteLength(text) + 8 * text.split('\n').length;
};

const iso = (ms: number): string => new Date(ms).toISOString();
