import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeLogAnalyzer } from '#shared/logs/analyze.ts';

/**
 * Grouping accuracy on Loghub's 2k sets, the measure of Zhu et al. (ICSE 2019): the part of the messages whose template
 * holds exactly the messages of their event. `npx node scripts/loghub.ts FOLDER`, where FOLDER has
 * `<Set>/<Set>_2k.log_structured.csv` and perhaps `..._corrected.csv`. The data is not part of the project, and no set has
 * settings of its own.
 */

/** Records of a CSV file in the form that pandas writes. */
function csv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  const row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[at++];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',' || char === '\n') {
      row.push(cell);
      cell = '';
      if (char === '\n') rows.push(row.splice(0));
    } else if (char !== '\r') cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  const [names = [], ...records] = rows;
  return records.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])));
}

function assignmentsOf(lines: string[]): (number | null)[] {
  const analyzer = makeLogAnalyzer({ assignments: true });
  analyzer.push(Buffer.from(`${lines.join('\n')}\n`));
  return analyzer.end().assignments ?? [];
}

const membersOf = <T>(labels: T[]): Map<T, string> =>
  new Map(
    [...Map.groupBy(labels.keys(), (index) => labels[index] as T)].map(([label, members]) => [label, members.join()]),
  );

/** Part of the messages whose group is that of their event, message for message. */
function groupingAccuracy(events: string[], groups: (number | null)[]): number {
  const ofEvent = membersOf(events);
  const ofGroup = membersOf(groups.map((group, index) => group ?? `line ${index}`));
  const right = events.filter(
    (event, index) => ofEvent.get(event) === ofGroup.get(groups[index] ?? `line ${index}`),
  ).length;
  return right / events.length;
}

/** Events that share a group, or a group that is a part of an event: what to look at. */
function worst(events: string[], groups: (number | null)[]): string[] {
  const byEvent = [...Map.groupBy(events.keys(), (index) => events[index] ?? '')];
  return byEvent
    .map(([event, members]) => {
      const mine = new Set(members.map((index) => groups[index]));
      const others = new Set(events.filter((other, index) => other !== event && mine.has(groups[index] ?? -1)));
      return {
        event,
        size: members.length,
        text: `${event}: ${members.length} lines in ${mine.size} groups, with ${others.size} other events`,
        wrong: mine.size > 1 || others.size > 0,
      };
    })
    .filter(({ wrong }) => wrong)
    .sort((one, other) => other.size - one.size)
    .slice(0, 5)
    .map(({ text }) => text);
}

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npx node scripts/loghub.ts FOLDER [--worst]   (FOLDER/<Set>/<Set>_2k.log_structured.csv)');
  process.exit(2);
}
const sets = readdirSync(folder).filter((set) => existsSync(join(folder, set, `${set}_2k.log_structured.csv`)));
if (sets.length === 0) {
  console.error(`no <Set>/<Set>_2k.log_structured.csv in ${folder}`);
  process.exit(2);
}
const totals = new Map<string, number[]>();
for (const set of sets) {
  const cells: string[] = [];
  for (const [kind, ending] of Object.entries({ original: '', corrected: '_corrected' })) {
    const path = join(folder, set, `${set}_2k.log_structured${ending}.csv`);
    if (!existsSync(path)) continue;
    const records = csv(readFileSync(path, 'utf8'));
    const events = records.map(({ EventId = '' }) => EventId);
    const inputs: Record<string, string[]> = {
      content: records.map(({ Content = '' }) => Content.replaceAll('\n', ' ')),
    };
    const raw = join(folder, set, `${set}_2k.log`);
    if (existsSync(raw)) {
      const lines = readFileSync(raw, 'utf8')
        .replace(/\r?\n$/, '')
        .split('\n');
      if (lines.length === events.length) inputs.raw = lines;
    }
    for (const [input, lines] of Object.entries(inputs)) {
      const groups = assignmentsOf(lines);
      const accuracy = groupingAccuracy(events, groups);
      const name = `${kind} labels, ${input}`;
      totals.set(name, [...(totals.get(name) ?? []), accuracy]);
      cells.push(`${name} ${accuracy.toFixed(3)}`);
      if (flags.includes('--worst')) cells.push(...worst(events, groups).map((line) => `\n    ${line}`));
    }
  }
  console.log(`${set.padEnd(12)} ${cells.join('  ')}`);
}
for (const [name, values] of totals) {
  console.log(
    `mean, ${name}: ${(values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3)} of ${values.length} sets`,
  );
}
