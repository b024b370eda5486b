import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { InputError } from '#shared/domain/errors.ts';
import type { ProbeResult, RungName } from '#shared/domain/probe-result.ts';
import { makeCanary } from '#shared/otlp/canary.ts';
import { outcomeOf, type ProbeCodeName } from '#shared/otlp/codes.ts';
import { lintEndpoint } from '#shared/otlp/endpoint.ts';
import { readHeaders } from '#shared/otlp/headers.ts';
import { ladderResult, type RungReport } from '#shared/otlp/ladder-result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ProbeRequest, Prober } from '#shared/ports/prober.ts';
import { acceptRung, entropy, healthFound, respondRung } from './arrival.ts';
import type { Idle, TlsMaterial } from './dial.ts';
import type { UrlCall } from './fetch-url.ts';
import { connectRung, resolveRung, sniffRung, tlsRung } from './ground.ts';
import { exportRung, storeRung } from './onward.ts';
import { scrape } from './scrape.ts';
import type { Visit } from './visit.ts';

/** Milliseconds for the whole ladder. */
const RUN_MS = 45_000;
/** How long a server gets to speak first, where nothing else took that time. */
const SNIFF_MS = 400;

export interface OtlpProberOptions {
  clock: Clock;
  /** refuses free endpoints, loopback and link-local addresses */
  deployed: boolean;
  /** the text of a secret that holds headers */
  secret: (name: string) => Promise<string>;
}

async function pem(file: string | undefined, flag: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`--${flag} ${file}: cannot be read (${(error as { code?: string }).code ?? 'unknown'})`);
  }
}

async function materialOf({ caFile, clientCertFile, clientKeyFile }: ProbeRequest): Promise<TlsMaterial> {
  if ((clientCertFile === undefined) !== (clientKeyFile === undefined))
    throw new InputError('--client-cert and --client-key belong together: give both');
  const [ca, cert, key] = await Promise.all([
    pem(caFile, 'ca'),
    pem(clientCertFile, 'client-cert'),
    pem(clientKeyFile, 'client-key'),
  ]);
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

/** Where no answer came, what the server says first may be the reason. */
const UNSAID: readonly ProbeCodeName[] = ['http-to-grpc-port', 'connection-reset'];

const failed = ({ found }: RungReport) => found !== undefined && outcomeOf(found) !== 'degraded';

/** The ladder over real sockets, from the network that this process is in. */
export const otlpProber = ({ clock, deployed, secret }: OtlpProberOptions): Prober => ({
  freeEndpoints: !deployed,
  async probe(request, { signal: outer } = {}): Promise<ProbeResult> {
    const at = clock.now();
    const started = performance.now();
    const leftMs = () => Math.max(1, RUN_MS - (performance.now() - started));
    const limit = () => Math.min(request.timeoutMs, leftMs());
    const signal = outer ? AbortSignal.any([outer, AbortSignal.timeout(RUN_MS)]) : AbortSignal.timeout(RUN_MS);
    const material = await materialOf(request);
    const fromSecret = request.headersSecret === undefined ? {} : readHeaders(await secret(request.headersSecret));
    const given = { ...fromSecret, ...request.headers };
    const reports: RungReport[] = [];
    const notChecked: Partial<Record<RungName, string>> = {};
    const linted = lintEndpoint(request.endpoint, request.protocol);
    const answer = () =>
      ladderResult({
        endpoint: 'endpoint' in linted ? linted.endpoint.shown : request.endpoint,
        ...{ protocol: request.protocol, signals: request.signals, vantage: 'direct' as const, at },
        durationMs: performance.now() - started,
        reports,
        notChecked,
        secrets: Object.values(given).flatMap((value) => [value, ...value.split(' ')]),
      });
    /** Keeps what a rung came to; false = the ladder ends here. */
    const climb = (report: RungReport): boolean => {
      reports.push(report);
      return !failed(report);
    };

    const note = 'note' in linted ? linted.note : '';
    if (!climb({ name: 'lint', found: linted.found, durationMs: 0, detail: note })) return answer();
    if (!('endpoint' in linted)) return answer();
    const { endpoint } = linted;
    const resolved = await resolveRung(endpoint, { limitMs: limit(), deployed });
    if (!climb(resolved.report)) return answer();
    const connected = await connectRung(endpoint, resolved.addresses, limit());
    if (!climb(connected.report) || !connected.idle) return answer();
    const { idle } = connected;
    try {
      await climbOn(idle);
    } finally {
      idle.close();
    }
    return answer();

    async function climbOn(open: Idle): Promise<void> {
      if (endpoint.tls) {
        const tls = await tlsRung(request, endpoint, { idle: open, material, limitMs: limit(), now: clock.now() });
        climb(sniffRung(request, endpoint, open));
        if (!climb(tls)) return;
      } else notChecked.tls = 'the endpoint is http://, without TLS';
      const headers = { ...(endpoint.authorization && { authorization: endpoint.authorization }), ...given };
      const now = () => clock.now();
      const visit: Visit = { request, endpoint, address: open.address, headers, material, now, limit, signal };
      // The idle connection listens while the first request is under way: a good server costs no wait.
      const responded = respondRung(visit);
      if (!endpoint.tls) {
        const first = await Promise.race([responded, open.listen(SNIFF_MS)]);
        if (first?.found && UNSAID.includes(first.found.code)) await open.listen(SNIFF_MS);
        if (!climb(sniffRung(request, endpoint, open))) {
          await responded;
          return;
        }
      }
      const respond = await responded;
      const call: UrlCall = { material, timeoutMs: limit(), signal, deployed };
      const unwell =
        request.healthUrl !== undefined && !failed(respond) && (await healthFound(request.healthUrl, call));
      if (!climb({ ...respond, ...(unwell && { found: unwell }) })) return;

      const canary = makeCanary(clock.now(), entropy(), request.target);
      const before =
        request.metricsUrl === undefined ? 'no metrics URL is given' : await scrape(request.metricsUrl, call);
      if (!climb(await acceptRung(visit, canary))) return;
      if (typeof before === 'string') notChecked.export = before;
      else {
        const looked = await exportRung(request, before, { call: { ...call, timeoutMs: limit() }, leftMs: leftMs() });
        if ('why' in looked) notChecked.export = looked.why;
        else if (!climb(looked.report)) return;
      }
      if (request.queries.length === 0) {
        notChecked.store = 'no query URL is given';
        return;
      }
      const looked = await storeRung(request, canary, { call: { ...call, timeoutMs: limit() }, leftMs: leftMs() });
      if ('why' in looked) notChecked.store = looked.why;
      else climb(looked.report);
    }
  },
});
