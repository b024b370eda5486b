import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type RungOutcome, type Signal, signal as signals } from '#shared/domain/probe-result.ts';
import { pageWords } from '#shared/otlp/answer.ts';
import { type Canary, canaryExport } from '#shared/otlp/canary.ts';
import { farApart, skewFound } from '#shared/otlp/clocks.ts';
import { type Found, outcomeOf } from '#shared/otlp/codes.ts';
import { pathOf } from '#shared/otlp/endpoint.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import { type ExportRequest, emptyExport, SIGNALS } from '#shared/otlp/messages.ts';
import { isOwnFault } from '#shared/otlp/network-faults.ts';
import { judgeTogether, type PerSignal, worst } from '#shared/otlp/together.ts';
import { fetchUrl, type UrlCall } from './fetch-url.ts';
import { landmarkTime } from './own-side.ts';
import { gzipFound, type Sent, send } from './send.ts';
import type { Visit } from './visit.ts';

const outcomeFor = (found: Found | null | undefined): RungOutcome => {
  if (!found) return 'pass';
  const outcome = outcomeOf(found);
  return outcome === 'unknown' ? 'not-checked' : outcome;
};

const each = async (visit: Visit, of: readonly Signal[], request: (one: Signal) => ExportRequest) =>
  new Map(await Promise.all(of.map(async (one) => [one, await send(visit, one, request(one))] as const)));

/** An answer that is good but late. */
const slow = ({ found, durationMs }: Sent, limitMs: number): Found | null =>
  found ??
  (durationMs > limitMs ? { code: 'otlp-slow', detail: `${Math.round(durationMs)} ms, limit ${limitMs} ms` } : null);

function reportOf(
  name: 'respond' | 'accept',
  visit: Visit,
  sent: Map<Signal, Sent>,
  { found, durationMs, good }: { found: PerSignal; durationMs: number; good: string },
): RungReport {
  const { endpoint, request } = visit;
  const place = (of: Signal) => (request.protocol === 'grpc' ? SIGNALS[of].service : pathOf(endpoint, of));
  const decisive = worst(found);
  return {
    name,
    ...(decisive && { found: decisive.found, signal: decisive.of }),
    durationMs,
    detail: good,
    signals: Object.fromEntries(
      request.signals.map((of) => [
        of,
        {
          outcome: outcomeFor(found[of]),
          detail: found[of]?.detail ?? `${place(of)}, ${Math.round(sent.get(of)?.durationMs ?? 0)} ms`,
        },
      ]),
    ),
  };
}

const picked = (found: PerSignal, of: readonly Signal[]): PerSignal =>
  Object.fromEntries(of.map((one) => [one, found[one] ?? null]));

/** An empty export per signal: name, path, credentials, type and encoding are tried, and nothing is stored. */
export async function respondRung(visit: Visit): Promise<RungReport> {
  const started = performance.now();
  const { request, endpoint } = visit;
  const sent = await each(visit, request.signals, emptyExport);
  const answers: PerSignal = Object.fromEntries([...sent].map(([of, one]) => [of, slow(one, request.slowMs)]));
  const missing = request.signals.some((of) =>
    ['path-not-found', 'signal-pipeline-missing'].includes(answers[of]?.code ?? ''),
  );
  // Whether a signal or the whole path is missing shows only beside the others.
  const rest = missing ? signals.options.filter((of) => !request.signals.includes(of)) : [];
  for (const [of, one] of await each(visit, rest, emptyExport)) answers[of] = one.found;
  const found = picked(
    judgeTogether(answers, (of) => pathOf(endpoint, of)),
    request.signals,
  );
  const report = reportOf('respond', visit, sent, {
    found,
    durationMs: performance.now() - started,
    good: 'an empty export of each signal is answered',
  });
  const date = [...sent.values()].find((one) => one.date !== undefined)?.date;
  const clocks = date === undefined ? undefined : await clocksFound(visit, new Date(date));
  if (report.found) return { ...report, found: blamed(report.found, visit, clocks) };
  const [zipped = 'traces'] = request.signals;
  const refused = await gzipFound(visit, zipped, emptyExport(zipped));
  if (refused && clocks?.code !== 'prober-fault') return { ...report, found: refused, signal: zipped };
  return clocks ? { ...report, found: clocks } : report;
}

async function clocksFound({ now, side, validity }: Visit, server: Date): Promise<Found | undefined> {
  const own = now();
  if (!farApart(own, server)) return undefined;
  return skewFound({ own, server, landmark: await landmarkTime(side), validity });
}

/** Names alone: which of them holds credentials only the sender knows. */
const sentWith = (headers: Record<string, string>): string =>
  `sent ${Object.keys(headers).length > 0 ? `with ${Object.keys(headers).join(', ')}` : 'without any header of yours'}`;

/** Tokens and signatures do not hold by a wrong clock, be it ours or theirs. */
function blamed(refused: Found, { headers }: Visit, clocks: Found | undefined): Found {
  if (!['unauthenticated', 'permission-denied'].includes(refused.code)) return refused;
  const found = { ...refused, detail: `${refused.detail}; ${sentWith(headers)}` };
  if (!clocks) return found;
  if (clocks.code === 'prober-fault') return { ...clocks, detail: `${clocks.detail}; ${found.detail}` };
  return { ...found, detail: `${found.detail}; the clocks differ, which tokens do not bear: ${clocks.detail}` };
}

/**
 * Asks the health_check extension; what it says never makes a failure of exports that work. `unread`: this side could
 * not ask, which says nothing about it.
 */
export async function healthFound(url: string, call: UrlCall): Promise<{ found?: Found } | { unread: string }> {
  const answer = await fetchUrl(url, call);
  if ('fault' in answer) {
    const { fault } = answer;
    if (isOwnFault(fault)) return { unread: `the health check could not be asked: ${fault.message}` };
    return { found: { code: 'health-check-failing', detail: `${url}: ${fault.message}` } };
  }
  const { status, body } = answer.value;
  if (status >= 200 && status < 300) return {};
  return { found: { code: 'health-check-failing', detail: `${url} answers ${status} "${pageWords(body)}"` } };
}

/** One marked item per signal. */
export async function acceptRung(visit: Visit, canary: Canary): Promise<RungReport> {
  const started = performance.now();
  const { request } = visit;
  const sent = await each(visit, request.signals, (of) => canaryExport(of, canary));
  const found: PerSignal = Object.fromEntries([...sent].map(([of, one]) => [of, slow(one, request.slowMs)]));
  return reportOf('accept', visit, sent, {
    found,
    durationMs: performance.now() - started,
    good: `one item of each signal is accepted (run ${canary.runId})`,
  });
}

export const entropy = (): Buffer => randomBytes(20);
