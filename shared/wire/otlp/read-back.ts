import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Signal } from '#shared/domain/probe-result.ts';
import { words } from '#shared/otlp/answer.ts';
import { jsonOf, type Seen } from '#shared/otlp/backends/backend.ts';
import { BACKENDS, type BackendKind } from '#shared/otlp/backends.ts';
import type { Canary } from '#shared/otlp/canary.ts';
import type { Found } from '#shared/otlp/codes.ts';
import type { StoreQuery } from '#shared/ports/prober.ts';
import type { SignQuery } from '#shared/ports/sign-query.ts';
import { fetchUrl, type UrlCall } from './fetch-url.ts';

/** How long a backend gets to make what it took readable. */
export const READABLE_MS = 10_000;
const POLL_MS = 300;

/** Chooses whose data a backend with several tenants reads and writes: Tempo, Loki, Mimir. */
export const TENANT_HEADER = 'x-scope-orgid';

export interface ReadBack {
  signal: Signal;
  found?: Found;
  /** why it could not be asked */
  unread?: string;
  detail: string;
}

export interface ReadOptions {
  call: UrlCall;
  untilMs: number;
  /** of the headers with which the canary was sent */
  sentTenant?: string;
  sign?: SignQuery;
}

const join = (base: string, path: string) => `${base.replace(/\/$/, '')}${path}`;
const tenantHeader = (tenant: string | undefined): Record<string, string> =>
  tenant === undefined ? {} : { [TENANT_HEADER]: tenant };

/** Each says its own version under a path that the others do not have. */
const VERSION_PATHS = {
  prometheus: '/api/v1/status/buildinfo',
  loki: '/loki/api/v1/status/buildinfo',
  tempo: '/api/status/buildinfo',
} satisfies Partial<Record<BackendKind, string>>;

/** What answers at a URL that does not say it. */
async function kindOf({ kind, url }: StoreQuery, call: UrlCall): Promise<BackendKind> {
  if (kind !== 'unknown') return kind;
  if (URL.parse(url)?.hostname.startsWith('xray.')) return 'xray';
  const asked = (Object.keys(VERSION_PATHS) as (keyof typeof VERSION_PATHS)[]).map(async (each) => {
    const answer = await fetchUrl(join(url, VERSION_PATHS[each]), call);
    const body = 'value' in answer && answer.value.status === 200 ? jsonOf(words(answer.value.body)) : undefined;
    return typeof body === 'object' && body !== null ? each : undefined;
  });
  return (await Promise.all(asked)).find((each) => each !== undefined) ?? 'jaeger';
}

interface Look {
  seen: Seen;
  /** what a backend that does not have it says */
  said: string;
  /** no answer at all */
  fault?: string;
}

async function signatureOf(
  address: string,
  body: string | undefined,
  sign: SignQuery | undefined,
): Promise<{ headers: Record<string, string> } | { fault: string }> {
  const url = URL.parse(address);
  try {
    return { headers: url && sign ? await sign(url, body) : {} };
  } catch (error) {
    if (error instanceof UnavailableError) return { fault: error.message };
    throw error;
  }
}

const BEST_FIRST: Seen[] = ['found', 'altered', 'absent', 'unreadable'];

/** One look through every version of the API. */
async function look(kind: BackendKind, url: string, canary: Canary, call: UrlCall, sign?: SignQuery): Promise<Look> {
  const backend = BACKENDS[kind];
  const looks: Look[] = [];
  for (const { path, body } of backend.questions(canary)) {
    const address = join(url, path);
    const signed = await signatureOf(address, body, sign);
    if ('fault' in signed) return { seen: 'unreadable', said: '', fault: signed.fault };
    const answer = await fetchUrl(address, {
      ...call,
      headers: { ...call.headers, ...signed.headers },
      ...(body !== undefined && { body: Buffer.from(body) }),
      mostBytes: 1024 * 1024,
    });
    if ('fault' in answer) return { seen: 'unreadable', said: '', fault: answer.fault.message };
    const { status, body: said } = answer.value;
    looks.push({
      seen: backend.read({ status, body: said.toString('utf8') }, canary),
      said: `${status} "${words(said)}"`,
    });
  }
  const [best] = looks.toSorted((a, b) => BEST_FIRST.indexOf(a.seen) - BEST_FIRST.indexOf(b.seen));
  return best ?? { seen: 'unreadable', said: '' };
}

/** Asks one backend for the canary until it is there or the time is over. */
export async function readBack(query: StoreQuery, canary: Canary, options: ReadOptions): Promise<ReadBack> {
  const { untilMs, sentTenant, sign } = options;
  const tenant = query.tenant ?? sentTenant;
  const call: UrlCall = { ...options.call, headers: tenantHeader(tenant) };
  const started = Date.now();
  const kind = await kindOf(query, call);
  const { signal, indexesLater }: { signal: Signal; indexesLater?: string } = BACKENDS[kind];
  for (;;) {
    const { seen, said, fault } = await look(kind, query.url, canary, call, sign);
    const tookMs = Date.now() - started;
    if (fault !== undefined) return { signal, unread: `${kind}: ${fault}`, detail: '' };
    if (seen === 'found') return { signal, detail: `${kind} has it after ${tookMs} ms` };
    if (seen === 'altered')
      return {
        signal,
        found: { code: 'stored-altered', detail: `${kind} has trace ${canary.traceId} without its attributes` },
        detail: '',
      };
    if (tookMs + POLL_MS <= untilMs && !call.signal.aborted) {
      await sleep(POLL_MS);
      continue;
    }
    if (seen === 'unreadable') return { signal, unread: `${kind} answers ${said}`, detail: '' };
    const seconds = Math.round(tookMs / 1000);
    if (indexesLater !== undefined)
      return { signal, unread: `not there after ${seconds} s, and ${indexesLater}`, detail: '' };
    const elsewhere =
      tenant !== sentTenant && (await look(kind, query.url, canary, { ...call, headers: tenantHeader(sentTenant) }));
    if (elsewhere && elsewhere.seen === 'found')
      return {
        signal,
        found: {
          code: 'wrong-tenant',
          detail: `${kind} has it under ${sentTenant === undefined ? 'no tenant' : `tenant "${sentTenant}"`}, which the canary was sent to, and not under "${tenant}", which is read`,
        },
        detail: '',
      };
    const whose = tenant === undefined ? '' : ` of tenant "${tenant}"`;
    return {
      signal,
      found: { code: 'not-stored', detail: `${kind}${whose} does not have it after ${seconds} s: ${said}` },
      detail: '',
    };
  }
}
