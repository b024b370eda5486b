import { request as ask, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as askSecurely } from 'node:https';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { SandboxCluster } from '../cluster.ts';
import { readyEndpoints } from '../controllers/endpoints.ts';
import { DialError } from '../network.ts';
import { authenticate, authorize, type User, WRITE_VERBS } from './access.ts';
import { ApiError, badRequest, methodNotAllowed, notFound } from './status.ts';

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/(services|pods)\/([^/?]+)\/proxy(?=[/?]|$)/;

/** `NAME`, `NAME:PORT` and `SCHEME:NAME:PORT`; the port is a number or a name. */
const ID = /^(?:(https?)?:)?([^:]+?)(?::([^:]*))?$/;

interface Through {
  namespace: string;
  kind: 'services' | 'pods';
  /** as RBAC compares it */
  id: string;
  /** of the API server's own path, decoded */
  prefix: string;
  /** of what stands behind it, with its query */
  rest: string;
}

/** A request to `services/proxy` or `pods/proxy`; undefined for all others. */
export function throughProxy(url: string): Through | undefined {
  const [prefix, namespace = '', kind, id = ''] = PATH.exec(url) ?? [];
  if (prefix === undefined) return undefined;
  const what = { namespace: decodeURIComponent(namespace), id: decodeURIComponent(id), rest: url.slice(prefix.length) };
  return { ...what, prefix: decodeURIComponent(prefix), kind: kind === 'pods' ? 'pods' : 'services' };
}

const VERBS: Readonly<Record<string, string>> = { ...WRITE_VERBS, GET: 'get', HEAD: 'get', OPTIONS: 'get' };

const unavailable = (message: string) => new ApiError(503, 'ServiceUnavailable', message);

const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)];

interface Place {
  ip: string;
  port: number;
  tls: boolean;
}

/** A random one of the ready endpoints, as the API server chooses it. Throws ApiError in its words. */
function servicePlace({ store }: SandboxCluster, namespace: string, name: string, port: string) {
  const service = store.get('services', { namespace, name });
  if (!service) throw notFound({ plural: 'services', group: '' }, name);
  const { ports = [] } = service.spec;
  const isNumber = /^\d+$/.test(port);
  const index = ports.findIndex((one) => (isNumber ? one.port === Number(port) : (one.name ?? '') === port));
  if (index < 0 && isNumber) throw unavailable(`no service port ${port} found for service "${name}"`);
  const chosen = pick(readyEndpoints(store, { namespace, name }));
  const number = chosen?.ports[index];
  if (!chosen || number === undefined)
    throw unavailable(`no endpoints available for service "${chosen ? `${name}:${port}` : name}"`);
  return { ip: chosen.ip, port: number };
}

function podPlace({ store }: SandboxCluster, namespace: string, name: string, port: string) {
  const pod: Pod | undefined = store.get('pods', { namespace, name });
  if (!pod) throw notFound({ plural: 'pods', group: '' }, name);
  const ip = pod.status?.podIP;
  if (!ip) throw badRequest('address not allowed');
  const [first] = pod.spec.containers.flatMap(({ ports }) => ports ?? []) ?? [];
  return { ip, port: port === '' ? (first?.containerPort ?? 80) : Number(port) };
}

function placeOf(cluster: SandboxCluster, { namespace, kind, id }: Through): Place {
  const [matched, scheme, name = '', port = ''] = ID.exec(id) ?? [];
  if (matched === undefined) throw badRequest(`invalid ${kind === 'pods' ? 'pod' : 'service'} request "${id}"`);
  const place = (kind === 'pods' ? podPlace : servicePlace)(cluster, namespace, name, port);
  return { ...place, tls: scheme === 'https' };
}

/** Go writes the bytes of what is no HTTP so. */
const goQuoted = (bytes: Buffer) =>
  [...bytes.subarray(0, 24)]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('');

/** Go's words for what became of the connection. */
function wordsFor(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, { ip, port }: Place): string {
  if (error instanceof DialError)
    return `dial tcp ${ip}:${port}: ${error.fault === 'timeout' ? 'i/o timeout' : 'connect: connection refused'}`;
  if (error.rawPacket)
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response "${goQuoted(error.rawPacket)}"`;
  if (error.code === 'ECONNREFUSED') return `dial tcp ${ip}:${port}: connect: connection refused`;
  if (error.code === 'EPROTO') return 'tls: first record does not look like a TLS handshake';
  return 'EOF';
}

/** What belongs to the way to the API server: the caller's own credentials above all. */
function onward(headers: IncomingHttpHeaders, { prefix, rest }: Through, from: string) {
  const { authorization: _, connection: __, ...kept } = headers;
  const [path = ''] = rest.split('?');
  return { ...kept, 'x-forwarded-for': from, 'x-forwarded-uri': `${prefix}${path}` };
}

/** A redirect that stays on the server leads through the proxy again. */
const relocated = (location: string, { prefix }: Through, { ip, port }: Place) =>
  location.startsWith('/')
    ? `${prefix}${location}`
    : location.replace(new RegExp(`^https?://${ip}:${port}(?=/|$)`), prefix);

interface Exchange {
  request: IncomingMessage;
  body: Buffer;
  response: ServerResponse;
}

function pass({ request, body, response }: Exchange, through: Through, place: Place, loopback: number) {
  const to = { host: '127.0.0.1', port: loopback, method: request.method, path: through.rest, agent: false };
  const headers = onward(request.headers, through, request.socket.remoteAddress ?? '');
  return new Promise<IncomingMessage>((resolve, reject) => {
    // The API server verifies no certificate of what stands behind it.
    const outgoing = place.tls ? askSecurely({ ...to, headers, rejectUnauthorized: false }) : ask({ ...to, headers });
    // The connection of the caller stays for the next call; the answer to this one ends with it.
    response.once('close', () => outgoing.destroy());
    outgoing.once('error', reject).once('response', resolve).end(body);
  });
}

/**
 * Answers a request to the own port of a Service or pod as the API server's proxy does: what stands behind it answers, and
 * where nothing does the API server says why. NetworkPolicies do not hold for it. Throws ApiError.
 */
export async function answerThrough(
  cluster: SandboxCluster,
  { users, through }: { users: readonly User[]; through: Through },
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  const { namespace, kind, id, prefix, rest } = through;
  const verb = VERBS[request.method ?? ''];
  if (!verb) throw methodNotAllowed();
  const user = authenticate(users, request.headers.authorization);
  authorize(user, { verb, group: '', resource: `${kind}/proxy`, namespace, name: id });
  const place = placeOf(cluster, through);
  const [path, query] = rest.split('?');
  if (path === '' && verb === 'get') {
    response.writeHead(301, { location: `${prefix}/${query === undefined ? '' : `?${query}`}` }).end();
    return;
  }
  let answer: IncomingMessage;
  try {
    answer = await pass(exchange, through, place, cluster.network.loopbackPort(place.ip, place.port));
  } catch (error) {
    throw unavailable(`error trying to reach service: ${wordsFor(error as Error, place)}`);
  }
  const { location, connection: _, ...kept } = answer.headers;
  const moved = location === undefined ? {} : { location: relocated(location, through, place) };
  response.writeHead(answer.statusCode ?? 502, {
    ...kept,
    ...moved,
    'audit-id': crypto.randomUUID(),
    'cache-control': 'no-cache, private',
  });
  answer.once('error', () => response.destroy());
  answer.pipe(response);
}
