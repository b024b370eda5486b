import { InputError } from '#shared/domain/errors.ts';
import { signal } from '#shared/domain/probe-result.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { keepProbe } from '#shared/incidents/kept-probe.ts';
import { readHeaders } from '#shared/otlp/headers.ts';
import { worstFirst } from '#shared/otlp/worst-first.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { Step } from '#shared/ports/step.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';
import { probeEndpoints } from '#shared/snapshot/probe-endpoints.ts';
import { type Input, type Output, signalsOf } from './input.ts';

const DEFAULT_SLOW_MS = 1000;

/** What only a person at a terminal may choose: an event must not lead a deployed function anywhere. */
const FREE = [
  ...(['endpoint', 'vantage', 'headers', 'ca', 'clientCert', 'clientKey'] as const),
  ...(['metricsUrl', 'healthUrl', 'queryUrl', 'receiptListen', 'receiptLogs'] as const),
];

function given(event: Input): Partial<ProbeRequest> {
  const {
    endpoint,
    protocol,
    vantage,
    headers,
    ca,
    clientCert,
    clientKey,
    metricsUrl,
    healthUrl,
    queryUrl,
    receiptListen,
    receiptLogs,
  } = event;
  const signals = signalsOf(event);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(protocol && { protocol }),
    ...(vantage && { vantage }),
    ...(headers !== undefined && { headers: readHeaders(headers) }),
    ...(ca !== undefined && { caFile: ca }),
    ...(clientCert !== undefined && { clientCertFile: clientCert }),
    ...(clientKey !== undefined && { clientKeyFile: clientKey }),
    ...(metricsUrl !== undefined && { metricsUrl }),
    ...(healthUrl !== undefined && { healthUrl }),
    ...(queryUrl !== undefined && { queries: [{ kind: 'unknown' as const, url: queryUrl }] }),
    ...(receiptListen !== undefined && { receiptListen }),
    ...(receiptLogs !== undefined && { receiptLogs: { selector: receiptLogs } }),
    ...(event.slow !== undefined && { slowMs: event.slow }),
    ...(signals && { signals }),
    timeoutMs: event.timeout,
  };
}

function requestsOf(event: Input, { config, prober }: Pick<Ports, 'config' | 'prober'>): ProbeRequest[] {
  const named = FREE.find((field) => event[field] !== undefined);
  if (named && !prober.freeEndpoints)
    throw new InputError(
      `${named} is not taken from an event here: name a target, and configure it in medic.config.ts`,
    );
  const said = given(event);
  if (event.endpoint !== undefined)
    return [
      {
        endpoint: event.endpoint,
        protocol: 'http/protobuf',
        queries: [],
        slowMs: DEFAULT_SLOW_MS,
        // A cluster is found by its target; otherwise no target has to be there.
        target:
          event.vantage === 'apiserver' || event.receiptLogs !== undefined
            ? targetOf(config, event.target).name
            : 'command-line',
        signals: [...signal.options],
        timeoutMs: event.timeout,
        ...said,
      },
    ];
  const target = targetOf(config, event.target);
  const probes = targetProbes(target).filter(({ protocol }) => !event.protocol || protocol === event.protocol);
  if (probes.length > 1 && event.receiptListen !== undefined)
    throw new InputError(
      `--receipt-listen is for one endpoint, and target "${target.name}" has ${probes.length}: give --endpoint or --protocol too`,
    );
  if (probes.length > 0) return probes.map((one) => ({ ...one, ...said }));
  throw new InputError(
    `target "${target.name}" has no OTLP endpoint${event.protocol ? ` of ${event.protocol}` : ''}: ${prober.freeEndpoints ? 'give --endpoint, or ' : ''}add otlp: [{ endpoint }] to it in medic.config.ts`,
  );
}

/** What the target itself says, and nothing else: only that is kept for those who look next. */
const isWhole = (event: Input) =>
  event.protocol === undefined && event.signals === undefined && !FREE.some((field) => event[field] !== undefined);

export const makeStep =
  (ports: Pick<Ports, 'config' | 'prober' | 'store' | 'clock'>): Step<Input, Output> =>
  async (event, { signal: stop, log }) => {
    const requests = requestsOf(event, ports);
    const [free] = event.endpoint === undefined ? [] : requests;
    // What a person has typed wrong is told as such; what is wrong with one endpoint of a target hides no other.
    const runs = free
      ? [await ports.prober.probe(free, { signal: stop })]
      : await probeEndpoints(ports, requests, { signal: stop });
    for (const { endpoint, protocol, verdict } of runs)
      log.info(`${protocol} ${endpoint}: ${verdict.code} at ${verdict.rung}`);
    const result = worstFirst(runs);
    if (!result) throw new InputError('there is no endpoint to probe');
    if (event.mode === 'act' && isWhole(event))
      await keepProbe(ports.store, targetOf(ports.config, event.target).name, result);
    return result;
  };
