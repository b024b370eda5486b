import { makeCanary } from '#shared/otlp/canary.ts';
import { outcomeOf } from '#shared/otlp/codes.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import { NO_METRICS_URL, NO_QUERY_URL } from '#shared/otlp/ungiven.ts';
import { acceptRung, entropy, healthFound } from './arrival.ts';
import type { UrlCall } from './fetch-url.ts';
import { receiptInLogs } from './log-receipt.ts';
import { exportRung, storeRung } from './onward.ts';
import { TENANT_HEADER } from './read-back.ts';
import { listenForReceipt } from './receipt.ts';
import type { Run } from './run.ts';
import { scrape } from './scrape.ts';
import type { Visit } from './visit.ts';

export const failed = ({ found }: RungReport): boolean => found !== undefined && outcomeOf(found) !== 'degraded';

/** The answer of the front door, and what the health check says beside it. */
export async function climbRespond(run: Run, respond: RungReport, call: UrlCall): Promise<boolean> {
  const { healthUrl } = run.request;
  if (healthUrl === undefined || failed(respond)) return run.climb(respond);
  const health = await healthFound(healthUrl, call);
  if ('unread' in health) return run.climb({ ...respond, detail: `${respond.detail}; ${health.unread}` });
  return run.climb({ ...respond, found: health.found ?? respond.found });
}

/** What is above the front door: one item of each signal, where it went, and where it is found again. */
export async function climbFromAccept(run: Run, visit: Visit, call: UrlCall): Promise<void> {
  const { request, clock, notChecked, climb, limit, leftMs } = run;
  const canary = makeCanary(clock.now(), entropy(), {
    target: request.target,
    instance: `${request.protocol} ${visit.endpoint.shown}`,
  });
  await using listening =
    request.receiptListen === undefined ? undefined : await listenForReceipt(request.receiptListen, canary);
  const { receiptLogs, target } = request;
  const logged = receiptLogs && receiptInLogs(receiptLogs, { apiServerOf: run.apiServerOf, target, canary });
  const receipts = [listening, logged].filter((one) => one !== undefined);
  const before = request.metricsUrl === undefined ? NO_METRICS_URL : await scrape(request.metricsUrl, call);
  if (!climb(await acceptRung(visit, canary))) return;
  if (typeof before === 'string') notChecked.export = before;
  else {
    const looked = await exportRung(request, before, { call: { ...call, timeoutMs: limit() }, leftMs: leftMs() });
    if ('why' in looked) notChecked.export = looked.why;
    else if (!climb(looked.report)) return;
  }
  if (request.queries.length === 0 && receipts.length === 0) {
    notChecked.store = NO_QUERY_URL;
    return;
  }
  const sentTenant = visit.headers[TENANT_HEADER];
  const looked = await storeRung(request, canary, {
    call: { ...call, timeoutMs: limit() },
    leftMs: leftMs(),
    receipts,
    ...(sentTenant !== undefined && { sentTenant }),
    ...(run.sign && { sign: run.sign }),
  });
  if ('why' in looked) notChecked.store = looked.why;
  else climb(looked.report);
}
