import { UnavailableError } from '#shared/domain/errors.ts';
import type { Signal } from '#shared/domain/probe-result.ts';
import { pageWords, words } from '#shared/otlp/answer.ts';
import { type Backend, jsonOf, type Seen } from '#shared/otlp/backends/backend.ts';
import { BACKENDS, type BackendKind } from '#shared/otlp/backends.ts';
import type { Canary } from '#shared/otlp/canary.ts';
import type { Found } from '#shared/otlp/codes.ts';
import type { StoreQuery } from '#shared/ports/prober.ts';
import type { SignQuery } from '#shared/ports/sign-query.ts';
import { fetchUrl, type UrlCall } from './fetch-url.ts';
import { lookUntil } from './look-until.ts';

/** How long a backend gets to make what it took readable. */
export const READABLE_MS = 10_000;
const MOST_PAUSE_MS = 300;

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
  /** those that were sent: a backend of another one is not asked; default: any */
  signals?: readonly Signal[];
  /** of the headers with which the canary was sent */
  sentTenant?: string;
  sign?: SignQuery;
}

const join = (base: string, path: string) => `${base.replace(/\/$/, '')}${path}`;

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
  /** another look would be refused too */
  refused?: boolean;
}

const REFUSED = new Set([401, 403]);

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
      said: `${status} "${pageWords(said)}"`,
      refused: REFUSED.has(status),
    });
  }
  const [best] = looks.toSorted((a, b) => BEST_FIRST.indexOf(a.seen) - BEST_FIRST.indexOf(b.seen));
  return best ?? { seen: 'unreadable', said: '' };
}

/** What a look means for the canary, once no more time is given to it. */
function judged(
  kind: BackendKind,
  { seen, said, fault }: Look,
  canary: Canary,
  tookMs: number,
): Omit<ReadBack, 'signal'> {
  const { indexesLater }: Backend = BACKENDS[kind];
  const seconds = Math.round(tookMs / 1000);
  if (fault !== undefined) return { unread: `${kind}: ${fault}`, detail: '' };
  if (seen === 'found') return { detail: `${kind} has it after ${tookMs} ms` };
  if (seen === 'unreadable') return { unread: `${kind} answers ${said}`, detail: '' };
  if (seen === 'altered') {
    const detail = `${kind} has trace ${canary.traceId} without its attributes`;
    return { found: { code: 'stored-altered', detail }, detail: '' };
  }
  if (indexesLater !== undefined) return { unread: `not there after ${seconds} s, and ${indexesLater}`, detail: '' };
  return { found: { code: 'not-stored', detail: `${kind} does not have it after ${seconds} s: ${said}` }, detail: '' };
}

/** Asks one backend for the canary until it is there or the time is over. */
export async function readBack(query: StoreQuery, canary: Canary, options: ReadOptions): Promise<ReadBack> {
  const { call, untilMs, signals, sentTenant, sign } = options;
  const tenant = query.tenant ?? sentTenant;
  const started = Date.now();
  const kind = await kindOf(query, call);
  const { signal } = BACKENDS[kind];
  if (signals && !signals.includes(signal)) return { signal, detail: '' };
  const lookAs = (whose: string | undefined) =>
    look(kind, query.url, canary, { ...call, headers: whose === undefined ? {} : { [TENANT_HEADER]: whose } }, sign);
  const last = await lookUntil(
    () => lookAs(tenant),
    ({ seen, fault, refused }) => seen === 'found' || seen === 'altered' || fault !== undefined || refused === true,
    { untilMs, mostPauseMs: MOST_PAUSE_MS, signal: call.signal },
  );
  const read = judged(kind, last, canary, Date.now() - started);
  if (read.found?.code !== 'not-stored' || tenant === undefined) return { signal, ...read };
  const elsewhere = tenant === sentTenant ? undefined : await lookAs(sentTenant);
  if (elsewhere?.seen !== 'found')
    return { signal, ...read, found: { ...read.found, detail: `tenant "${tenant}": ${read.found.detail}` } };
  const sent = sentTenant === undefined ? 'no tenant' : `tenant "${sentTenant}"`;
  const detail = `${kind} has it under ${sent}, which the canary was sent to, and not under "${tenant}", which is read`;
  return { signal, found: { code: 'wrong-tenant', detail }, detail: '' };
}
