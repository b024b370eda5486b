import type { Ladder, ProbeResult, RungName } from '#shared/domain/probe-result.ts';
import { NO_BACKEND, NO_METRICS_URL, NO_QUERY_URL, NOT_PART } from '#shared/otlp/ungiven.ts';
import { alikeIn, isTold, signalsWith } from './ladder-signals.ts';
import { clip, oneLine } from './untrusted-text.ts';

const MOST = 400;

type Rung = Ladder['rungs'][number];

/** What a pass proves, by the last rung that was walked. */
const REACH: Readonly<Record<string, string>> = {
  sniff: 'A gRPC server answers; whether it takes exports was not looked at.',
  accept: 'The receiver accepts telemetry; whether it is sent on and stored was not looked at.',
  export: 'The Collector sends telemetry on; whether a backend keeps it was not looked at.',
  store: 'Telemetry is sent, handed on and found again.',
};

const DOOR = 'Empty exports are taken, so the address and the path are right';

/** What is known although a rung above it failed, by the last one that held. */
const HELD: Readonly<Partial<Record<RungName, string>>> = {
  resolve: 'The name resolves; nothing is known beyond that.',
  connect: 'The port takes connections; nothing is known beyond that.',
  sniff: 'The port takes connections; nothing is known beyond that.',
  tls: 'The port takes connections, and its certificate is good; nothing is known beyond that.',
  respond: `${DOOR}; items are not.`,
  accept: 'The receiver accepts telemetry; it is lost behind it.',
  export: 'The Collector sends telemetry on; it is not found again.',
};
const NOTHING_SENT = 'Nothing was sent.';

function heldUpTo(last: RungName | undefined, outcome: Ladder['verdict']['outcome']): string {
  if (last === 'respond' && outcome === 'unknown') return `${DOOR}; nothing is known beyond that.`;
  return (last && HELD[last]) ?? NOTHING_SENT;
}

/** What a rung says that was given nothing to look at, and the flag that gives it. */
const UNGIVEN: Readonly<Partial<Record<RungName, { why: string; flag: string }>>> = {
  export: { why: NO_METRICS_URL, flag: '--metrics-url (is it sent on?)' },
  store: { why: NO_QUERY_URL, flag: '--query-url or --receipt-logs (does it arrive?)' },
};

/** What no answer that came this way says anything about. */
const UNSEEN: Readonly<Partial<Record<ProbeResult['vantage'], string>>> = {
  apiserver: 'Asked through the API server: DNS, NetworkPolicies and TLS inside the cluster were not looked at.',
};

/** A detail on one line. */
export const text = (untrusted: string) => clip(oneLine(untrusted), MOST);

/** The decisive datum, with the names of the signals where it is not the same of all. */
function seenIn({ verdict }: Ladder, decisive: Rung | undefined): string {
  const groups = alikeIn(decisive?.signals ?? {});
  const group = groups.find((one) => one.signals.includes(verdict.signal ?? ''));
  if (!group || groups.length < 2 || group.detail === '') return text(decisive?.detail ?? '');
  return `${group.signals.join(', ')}: ${text(group.detail)}`;
}

const labelled = (label: string, said: string | undefined) => (said ? [`${label.padEnd(6)} ${said}`] : []);

/** The upper rungs that a pass did not look at: what would let it, or what kept it from it. */
function unlooked(rungs: readonly Rung[]): string[] {
  const open = rungs.filter(({ name, outcome }) => UNGIVEN[name] && outcome === 'not-checked');
  const flags = open.flatMap(({ name, detail }) => (detail === UNGIVEN[name]?.why ? [UNGIVEN[name].flag] : []));
  const kept = open.filter(({ name, detail }) => detail !== UNGIVEN[name]?.why && detail !== NOT_PART);
  return [
    ...kept.flatMap(({ name, detail }) => labelled('Note', `${name} was not checked: ${text(detail)}`)),
    ...labelled('Next', flags.length > 0 ? `To look further give ${flags.join(', ')}.` : ''),
  ];
}

function reachOf(reached: RungName, rungs: readonly Rung[]): string {
  const byReceipt =
    reached === 'store' && rungs.some(({ name, detail }) => name === 'store' && detail.endsWith(NO_BACKEND));
  if (byReceipt) return `The Collector takes telemetry and hands it on; ${NO_BACKEND}.`;
  return REACH[reached] ?? 'Nothing beyond this rung was looked at.';
}

/** Of which signals alone the last rung says so. */
function narrowedTo(reached: RungName, rungs: readonly Rung[]): string {
  const groups = alikeIn(rungs.find(({ name }) => name === reached)?.signals ?? {});
  const [seen, unseen] = [true, false].map((told) => signalsWith(groups, ({ outcome }) => isTold(outcome) === told));
  if (!seen?.length || !unseen?.length) return '';
  return ` That holds for ${seen.join(', ')} alone: ${unseen.join(', ')} ${unseen.length > 1 ? 'were' : 'was'} not checked at ${reached}.`;
}

/** The fault, the decisive datum, what to do, and how far the proof reaches. */
export function story(result: Ladder, decisive: Rung | undefined): string[] {
  const { verdict, rungs, vantage } = result;
  const flaws = rungs.filter((one) => one.outcome === 'degraded' && one !== decisive);
  const notes = flaws.flatMap(({ name, detail }) => labelled('Note', `${name}: ${text(detail)}`));
  const limits = labelled('', UNSEEN[vantage]);
  const { outcome } = verdict;
  const walked = rungs.filter((one) => isTold(one.outcome));
  const reached = walked.at(-1)?.name ?? 'lint';
  const proven = `${reachOf(reached, rungs)}${narrowedTo(reached, rungs)}`;
  const held = walked.filter((one) => one.outcome !== 'fail' && one !== decisive).at(-1);
  if (outcome === 'pass') return [...labelled('Proof', proven), ...limits, ...notes, ...unlooked(rungs)];
  const groups = alikeIn(decisive?.signals ?? {});
  const through = groups.length > 1 ? groups.find((group) => group.outcome === 'pass') : undefined;
  const proof = through
    ? `${through.signals.join(', ')} pass at ${verdict.rung}, the others do not.`
    : outcome === 'degraded'
      ? proven
      : heldUpTo(held?.name, outcome);
  return [
    ...labelled('Fault', verdict.title),
    ...labelled('Seen', seenIn(result, decisive)),
    ...labelled('Next', verdict.remedy),
    ...labelled('Proof', proof),
    ...limits,
    ...notes,
  ];
}
