import { styleText } from 'node:util';
import type { Ladder, ProbeResult, RungOutcome } from '#shared/domain/probe-result.ts';
import { alikeIn, isTold, signalsWith } from './ladder-signals.ts';
import { story, text } from './ladder-story.ts';

const MARKS: Readonly<Record<RungOutcome, string>> = {
  pass: '✓',
  degraded: '!',
  fail: '✗',
  'not-reached': '·',
  'not-checked': '-',
};
const TONES = { pass: 'green', degraded: 'yellow', fail: 'red', unknown: 'magenta' } as const;
const WORDS = { pass: 'HEALTHY', degraded: 'DEGRADED', fail: 'FAILED', unknown: 'UNKNOWN' } as const;

type Rung = Ladder['rungs'][number];

function rung(one: Rung, last: boolean, colour: boolean): string[] {
  const { name, outcome, durationMs, detail, signals = {} } = one;
  const toned = outcome === 'pass' || outcome === 'degraded' || outcome === 'fail' ? TONES[outcome] : 'dim';
  const paint = (said: string) => (colour ? styleText(toned, said, { validateStream: false }) : said);
  const took = isTold(outcome) ? `${durationMs} ms` : '';
  const said = isTold(outcome) ? '' : outcome.replace('-', ' ');
  const head = `${MARKS[outcome]} ${name.padEnd(8)} ${took.padStart(8)}  `;
  const groups = alikeIn(signals);
  // Where the signals differ, each says what it has to say, and the rung would only repeat one of them.
  const apart = groups.length > 1;
  const of = Object.keys(signals).length;
  const unseen = signalsWith(groups, ({ outcome: each }) => !isTold(each)).length;
  const bad = signalsWith(groups, ({ outcome: each }) => each === 'fail' || each === 'degraded').length;
  const differ =
    bad > 0
      ? `${bad} of ${of} signals ${bad > 1 ? 'do' : 'does'} not pass`
      : `${unseen} of ${of} signals ${unseen > 1 ? 'are' : 'is'} not checked`;
  const told = [said, apart ? differ : text(detail)].filter(Boolean).join(': ');
  const lines = [`  ${last ? '└' : '├'} ${paint(`${head}${told}`.trimEnd())}`];
  const indent = `  ${last ? ' ' : '│'}${' '.repeat(23)}`;
  for (const group of apart ? groups : [])
    lines.push(
      `${indent}${MARKS[group.outcome]} ${[group.signals.join(', '), text(group.detail)].filter(Boolean).join(': ')}`,
    );
  return lines;
}

/** Whose fault it is: the signals that the decisive rung says the same of as of the one in the verdict. */
function concerned({ verdict, signals }: Ladder, decisive: Rung | undefined): string {
  if (!verdict.signal) return '';
  const group = alikeIn(decisive?.signals ?? {}).find((one) => one.signals.includes(verdict.signal ?? ''));
  const named = group?.signals ?? [verdict.signal];
  return ` (${named.length > 1 && named.length === signals.length ? 'all signals' : named.join(', ')})`;
}

const VERDICT_MARKS = { pass: '✓', degraded: '!', fail: '✗', unknown: '-' } as const;

/** How the runs to the other endpoints ended, one line each; their rungs are in the JSON. */
function otherLine({ endpoint, protocol, verdict, vantage, durationMs }: Ladder, colour: boolean): string {
  const { code, rung: at, outcome, signal } = verdict;
  const head = `${VERDICT_MARKS[outcome]} ${code} at ${at}${signal ? ` (${signal})` : ''}`;
  const painted = colour ? styleText(TONES[outcome], head, { validateStream: false }) : head;
  return `  ${painted}  ${text(endpoint)}  ${protocol}, ${vantage}, ${durationMs} ms`;
}

/** One run of the OTLP ladder, rung by rung, for a terminal. */
export function renderLadder(result: ProbeResult, { colour }: { colour: boolean }): string {
  const { verdict, endpoint, protocol, signals, rungs, durationMs, vantage, others = [] } = result;
  const word = WORDS[verdict.outcome];
  const painted = colour ? styleText(['bold', TONES[verdict.outcome]], word, { validateStream: false }) : word;
  const about = `${text(endpoint)}  ${protocol}, ${signals.join(' ')}, ${vantage}, ${durationMs} ms`;
  const decisive = verdict.outcome === 'pass' ? undefined : rungs.find(({ name }) => name === verdict.rung);
  return [
    `${painted}  ${verdict.code} at ${verdict.rung}${concerned(result, decisive)}  ${about}`,
    '',
    ...rungs.flatMap((one, index) => rung(one, index === rungs.length - 1, colour)),
    '',
    ...story(result, decisive),
    ...(others.length > 0 ? ['', 'The other endpoints of the target:'] : []),
    ...others.map((other) => otherLine(other, colour)),
  ].join('\n');
}
