import type { RungName } from '#shared/domain/probe-result.ts';
import { proxiedAddress, proxyName } from '#shared/domain/service-address.ts';
import { type HttpAnswer, pageWords } from '#shared/otlp/answer.ts';
import type { Found } from '#shared/otlp/codes.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import { proxyFound } from '#shared/otlp/proxy-words.ts';
import { type CallOptions, type Cluster, ClusterError, type ProxyAnswer } from '#shared/ports/cluster.ts';
import { respondRung } from './arrival.ts';
import type { Tried } from './dial.ts';
import type { UrlCall } from './fetch-url.ts';
import type { Run } from './run.ts';
import { climbFromAccept, climbRespond } from './upper-rungs.ts';
import type { Post, Visit } from './visit.ts';

/** The cluster of a target, and the namespace that its short names are of. Rejects with a ClusterError. */
export type ApiServerOf = (target: string, options: CallOptions) => Promise<{ cluster: Cluster; namespace: string }>;

const MOST_BYTES = 64 * 1024;
const TLS_WHY = 'asked through the API server, which verifies no certificate of what stands behind it';
const GRPC_WHY =
  'gRPC does not pass the proxy of the API server: give an OTLP/HTTP endpoint, or look from inside (vantage vpc)';

interface Way {
  cluster: Cluster;
  namespace: string;
  service: NonNullable<ReturnType<typeof proxiedAddress>>;
}

const called = ({ kind, name, namespace, port }: Way['service']) =>
  `${kind === 'pods' ? 'pod' : 'Service'} ${name} in ${namespace}, port ${port}`;

/** A refusal where the way ends, by the rung that it says something about. */
interface Ground {
  rung: RungName;
  found: Found;
}

/** What it means that the API server gave no answer of what stands behind it. */
function groundOf(error: unknown, limitMs: number, asked?: { service: Way['service']; verb: string }): Ground {
  if (!(error instanceof ClusterError)) throw error;
  if (error.fault === 'forbidden' && asked) {
    const { service, verb } = asked;
    const question = `kubectl auth can-i ${verb} ${service.kind}/${proxyName(service)} --subresource=proxy -n ${service.namespace}`;
    return {
      rung: 'resolve',
      found: { code: 'prober-fault', detail: `forbidden: "${question}" says no; "medic rbac" prints the Role` },
    };
  }
  if (error.fault !== 'timeout') return { rung: 'resolve', found: { code: 'prober-fault', detail: error.message } };
  const detail = `no whole answer through the API server within ${limitMs / 1000} s`;
  return { rung: 'respond', found: { code: 'response-timeout', detail } };
}

/** A Collector that wants the header which the API server keeps back says nothing about its other senders. */
function keptBack({ status, headers, body }: HttpAnswer, given: Record<string, string>): Found | undefined {
  if (status !== 401) return undefined;
  const said = pageWords(body);
  const wanted = 'authorization' in given || headers['www-authenticate'] !== undefined || /authorization/i.test(said);
  if (!wanted) return undefined;
  return {
    code: 'prober-fault',
    detail: `401 "${said}": an Authorization header does not survive the proxy of the API server, so what wants one cannot be asked this way`,
  };
}

/** Exports through the proxy; the first refusal of the way itself is kept. */
function postBy(way: Way, { headers: given, limit, signal }: Run): { post: Post; ground(): Ground | undefined } {
  let ground: Ground | undefined;
  const post: Post = async (path, headers, body) => {
    const timeoutMs = limit();
    try {
      const request = { ...way.service, method: 'POST' as const, path, headers, body, mostBytes: MOST_BYTES };
      const answer = await way.cluster.proxy(request, { signal, timeoutMs });
      if (answer.refused === undefined) {
        const found = keptBack(answer, given);
        return found ? { found } : { value: withoutPrefix(answer) };
      }
      ground ??= proxyFound(answer.refused);
    } catch (error) {
      ground ??= groundOf(error, timeoutMs, { service: way.service, verb: 'create' });
    }
    return { found: ground.found };
  };
  return { post, ground: () => ground };
}

/** The API server writes its own path before where a redirect leads. */
function withoutPrefix({ status, headers, body }: ProxyAnswer): HttpAnswer {
  const location = headers.location?.replace(/^\/api\/v1\/namespaces\/[^/]+\/(services|pods)\/[^/]+\/proxy/, '');
  return { status, headers: { ...headers, ...(location !== undefined && { location }) }, body };
}

/** URLs that name a Service go the same way; others go by the network of this process. */
const insteadBy =
  ({ cluster, namespace }: Way): NonNullable<UrlCall['instead']> =>
  (url, call) => {
    const service = proxiedAddress(url, namespace);
    return service && proxied({ cluster, namespace, service }, url, call);
  };

async function proxied(way: Way, url: URL, call: UrlCall): Promise<Tried<HttpAnswer>> {
  const { accept, mostBytes = MOST_BYTES, signal, timeoutMs } = call;
  const path = `${url.pathname}${url.search}`;
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  try {
    const request = { ...way.service, method: 'GET' as const, path, headers, mostBytes };
    const answer = await way.cluster.proxy(request, { signal, timeoutMs });
    if (answer.refused === undefined) return { value: answer };
    const { found } = proxyFound(answer.refused);
    return { fault: { code: found.code === 'prober-fault' ? 'EACCES' : 'PROXY', message: found.detail } };
  } catch (error) {
    const { found } = groundOf(error, timeoutMs, { service: way.service, verb: 'get' });
    return { fault: { code: found.code === 'prober-fault' ? 'EACCES' : 'TIMEOUT', message: found.detail } };
  }
}

const passed = (name: RungName, detail: string): RungReport => ({ name, durationMs: 0, detail });

/** The rungs below the front door, as far as an answer or a refusal says something about them. */
function climbGround(run: Run, { service }: Way, at: Ground | undefined): boolean {
  const rungs = [
    passed('resolve', `${called(service)}, through the API server`),
    passed('connect', 'the API server connects to a ready endpoint'),
  ];
  const reached = ['resolve', 'connect', 'sniff', 'tls', 'respond'].indexOf(at?.rung ?? 'respond');
  for (const [index, report] of rungs.entries()) if (index < reached) run.climb(report);
  if (reached > 1) {
    run.notChecked.sniff = 'asked through the API server, which speaks first itself';
    run.notChecked.tls = service.tls ? TLS_WHY : 'the endpoint is http://, without TLS';
  }
  return !at || run.climb({ name: at.rung, found: at.found, durationMs: 0, detail: '' });
}

/** gRPC ends at the proxy, but a gRPC server greets it in words that tell what it is. */
async function climbGrpc(run: Run, way: Way, call: UrlCall): Promise<void> {
  const { service } = way;
  const { post, ground } = postBy(way, run);
  const answer = await post('/', {}, Buffer.alloc(0));
  run.notChecked.respond = GRPC_WHY;
  run.notChecked.accept = GRPC_WHY;
  const at = ground();
  const isGrpc = at?.found.code === 'http-to-grpc-port';
  // A gRPC server with TLS ends a connection that does not ask for h2: that says nothing bad about it.
  const isShut = service.tls && at?.found.code === 'connection-reset';
  if (!climbGround(run, way, isGrpc || isShut ? undefined : at)) return;
  if (isGrpc) run.climb(passed('sniff', 'a plaintext HTTP/2 server answers, as gRPC servers do'));
  else if ('value' in answer) {
    const detail = `port ${service.port} answers HTTP/1.1 with ${answer.value.status}`;
    run.climb({ name: 'respond', found: { code: 'grpc-to-http-port', detail }, durationMs: 0, detail: '' });
    return;
  }
  if (run.request.healthUrl === undefined) return;
  const respond = { name: 'respond' as const, durationMs: 0, detail: '' };
  await climbRespond({ ...run, climb: (report) => !report.found || run.climb(report) }, respond, call);
}

/** Up the ladder through the API server's proxy of a Service or pod: reaches what only the cluster's own network does. */
export async function walkThroughApiServer(run: Run): Promise<void> {
  const { apiServerOf, request, endpoint, headers, clock, limit, signal, material, guard, side } = run;
  const stop = ({ rung, found }: Ground) => void run.climb({ name: rung, found, durationMs: 0, detail: '' });
  let opened: Awaited<ReturnType<ApiServerOf>>;
  const timeoutMs = limit();
  try {
    opened = await apiServerOf(request.target, { signal, timeoutMs });
  } catch (error) {
    stop({ ...groundOf(error, timeoutMs), rung: 'resolve' });
    return;
  }
  const service = proxiedAddress(new URL(request.endpoint), opened.namespace);
  if (!service) {
    const detail = `"${endpoint.host}" names no Service: through the API server write http://SERVICE.NAMESPACE.svc:PORT`;
    stop({ rung: 'resolve', found: { code: 'endpoint-url-invalid', detail } });
    return;
  }
  const way: Way = { ...opened, service };
  const call: UrlCall = { material, timeoutMs: limit(), signal, guard, lookup: side.lookup, instead: insteadBy(way) };
  if (request.protocol === 'grpc') {
    await climbGrpc(run, way, call);
    return;
  }
  const { post, ground } = postBy(way, run);
  const { authorization: _, ...survive } = headers;
  const visit: Visit = { request, endpoint, headers: survive, now: () => clock.now(), limit, signal, side, post };
  const respond = await respondRung(visit);
  const at = ground();
  if (at && at.rung !== 'respond') {
    climbGround(run, way, at);
    return;
  }
  climbGround(run, way, undefined);
  if (await climbRespond(run, respond, call)) await climbFromAccept(run, visit, call);
}
