import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { InputError } from '#shared/domain/errors.ts';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import { lintEndpoint, withoutUserinfo } from '#shared/otlp/endpoint.ts';
import { readHeaders } from '#shared/otlp/headers.ts';
import { ladderResult, type RungReport } from '#shared/otlp/ladder-result.ts';
import { secretForms } from '#shared/otlp/secret-forms.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ProbeRequest, Prober } from '#shared/ports/prober.ts';
import type { SignQuery } from '#shared/ports/sign-query.ts';
import { deployedGuard, noGuard } from './address-guard.ts';
import type { TlsMaterial } from './dial.ts';
import { type OwnSide, ownSide } from './own-side.ts';
import type { Run } from './run.ts';
import { failed } from './upper-rungs.ts';
import { type ApiServerOf, walkThroughApiServer } from './walk-api-server.ts';
import { walkDirect } from './walk-direct.ts';

/** For the whole ladder, which is promised to end within 45 s. */
const RUN_MS = 44_000;
export interface OtlpProberOptions {
  clock: Clock;
  /** refuses free endpoints, loopback and link-local addresses, and private ones that are not configured */
  deployed: boolean;
  /** a deployed function that has subnets */
  inVpc?: boolean;
  /** for endpoints whose vantage is the API server */
  apiServerOf: ApiServerOf;
  /** the text of a secret that holds headers */
  secret: (name: string) => Promise<string>;
  /** what is different from the usual about this side */
  side?: Partial<OwnSide>;
  /** for backends of AWS; default: their requests go unsigned */
  sign?: SignQuery;
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

/** The ladder over real sockets, from the network that this process is in, or through an API server. */
export function otlpProber(options: OtlpProberOptions): Prober {
  const { clock, deployed, inVpc = false, secret, apiServerOf, sign } = options;
  return {
    freeEndpoints: !deployed,
    async probe(request, { signal: outer } = {}): Promise<ProbeResult> {
      const at = clock.now();
      const started = performance.now();
      const leftMs = () => Math.max(1, RUN_MS - (performance.now() - started));
      const signal = outer ? AbortSignal.any([outer, AbortSignal.timeout(RUN_MS)]) : AbortSignal.timeout(RUN_MS);
      const material = await materialOf(request);
      const fromSecret = request.headersSecret === undefined ? {} : readHeaders(await secret(request.headersSecret));
      const given = { ...fromSecret, ...request.headers };
      const reports: RungReport[] = [];
      const notChecked: Run['notChecked'] = {};
      const linted = lintEndpoint(request.endpoint, request.protocol);
      const through = request.vantage === 'apiserver';
      const vantage = through ? 'apiserver' : inVpc ? 'vpc' : 'direct';
      const climb = (report: RungReport): boolean => {
        reports.push(report);
        return !failed(report);
      };
      const note = 'note' in linted ? linted.note : '';
      const ofUrl = 'endpoint' in linted ? linted.endpoint.authorization : undefined;
      const sent = { ...(ofUrl !== undefined && { authorization: ofUrl }), ...given };
      if (climb({ name: 'lint', found: linted.found, durationMs: 0, detail: note }) && 'endpoint' in linted) {
        const { endpoint } = linted;
        const run: Run = {
          ...{ request, endpoint, material, vantage, clock, signal, leftMs, climb, notChecked },
          headers: sent,
          side: { ...ownSide, ...options.side },
          apiServerOf,
          ...(sign && { sign }),
          guard: deployed ? deployedGuard({ inVpc, vantage: request.vantage ?? 'direct' }) : noGuard,
          limit: () => Math.min(request.timeoutMs, leftMs()),
        };
        await (through ? walkThroughApiServer(run) : walkDirect(run));
      }
      return ladderResult({
        endpoint: 'endpoint' in linted ? linted.endpoint.shown : withoutUserinfo(request.endpoint),
        ...{ protocol: request.protocol, signals: request.signals, vantage, at, reports, notChecked },
        durationMs: performance.now() - started,
        secrets: secretForms(sent),
      });
    },
  };
}
