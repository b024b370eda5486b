import { styleText } from 'node:util';
import type { Ladder, ProbeResult, RungOutcome } from '#shared/domain/probe-result.ts';
import { clip, oneLine } from './untrusted-text.ts';

const MARKS: Readonly<Record<RungOutcome, string>> = {
  pass: '✓',
  degraded: '!',
  fail: '✗',
  'not-reached': '·',
  'not-checked': '-',
};
const TONES = { pass: 'green', degraded: 'yellow', fail: 'red', unknown: 'magenta' } as const;
const WORDS = { pass: 'HEALTHY', degraded: 'DEGRADED', fail: 'FAILED', unknown: 'UNKNOWN' } as const;
const MOST = 300;

/** What a pass proves, by the last rung that was walked. */
const REACH: Readonly<Record<string, string>> = {
  accept: 'The receiver accepts telemetry; whether it is sent on and stored was not looked at.',
  export: 'The Collector sends telemetry on; whether the backend keeps it was not looked at.',
  store: 'Telemetry is sent, handed on and found again.',
};

/** What no answer that came this way says anything about. */
const UNSEEN: Readonly<Partial<Record<ProbeResult['vantage'], string>>> = {
  apiserver: 'Asked through the API server: DNS, NetworkPolicies and TLS inside the cluster were not looked at.',
};

const text = (untrusted: string) => clip(oneLine(untrusted), MOST);

function rung(one: ProbeResult['rungs'][number], last: boolean, colour: boolean): string[] {
  const { name, outcome, durationMs, detail, signals } = one;
  const toned = outcome === 'pass' || outcome === 'degraded' || outcome === 'fail' ? TONES[outcome] : 'dim';
  const paint = (said: string) => (colour ? styleText(toned, said, { validateStream: false }) : said);
  const took = outcome === 'not-reached' || outcome === 'not-checked' ? '' : `${durationMs} ms`;
  const said = outcome === 'not-reached' || outcome === 'not-checked' ? outcome.replace('-', ' ') : '';
  const head = `${MARKS[outcome]} ${name.padEnd(8)} ${took.padStart(8)}  `;
  const told = [said, text(detail)].filter(Boolean).join(': ');
  const lines = [`  ${last ? '└' : '├'} ${paint(`${head}${told}`.trimEnd())}`];
  const apart = Object.entries(signals ?? {}).filter(([, { outcome: each }]) => each !== 'pass');
  for (const [signal, each] of apart)
    lines.push(`  ${last ? ' ' : '│'}     ${MARKS[each.outcome]} ${signal}: ${text(each.detail)}`);
  return lines;
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
  const signal = verdict.signal ? ` (${verdict.signal})` : '';
  const decisive = rungs.find(({ name }) => name === verdict.rung);
  const why =
    verdict.outcome === 'pass'
      ? [REACH[verdict.rung] ?? 'Nothing beyond this rung was looked at.']
      : [`${verdict.title}${signal}: ${text(decisive?.detail ?? '')}`, verdict.remedy];
  return [
    `${painted}  ${verdict.code} at ${verdict.rung}${signal}  ${about}`,
    '',
    ...rungs.flatMap((one, index) => rung(one, index === rungs.length - 1, colour)),
    '',
    ...why,
    ...(UNSEEN[vantage] ? [UNSEEN[vantage]] : []),
    ...(others.length > 0 ? ['', 'The other endpoints of the target:'] : []),
    ...others.map((other) => otherLine(other, colour)),
  ].join('\n');
}
