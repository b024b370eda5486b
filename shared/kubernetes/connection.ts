import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Call } from './call.ts';
import type { ApiServerOptions, Credentials } from './server-options.ts';

const unzip = promisify(gunzip);

/** A connection that is not ready by then never will be: packets are dropped on the way, or the server hangs. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than the idle timeouts of load balancers (60 s) and API servers, so that no dead connection is used again. */
const IDLE_TIMEOUT_MS = 15_000;
/** A page of 500 large objects has about 20 MB; beyond this the answer is no Kubernetes list. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** How far a request had come when it broke. */
export type Phase = 'start' | 'connect' | 'tls' | 'answer' | 'body';

/** No whole answer came. `cause` is the socket's error, or the reason of the signal. */
export class Broken extends Error {
  readonly phase: Phase;
  readonly elapsedMs: number;

  constructor(phase: Phase, cause: unknown, elapsedMs: number) {
    super('no answer', { cause });
    this.phase = phase;
    this.elapsedMs = elapsedMs;
  }
}

/** The connection was not ready in time. */
export class ConnectTimeout extends Error {}

/** More than MAX_ANSWER_BYTES. */
export class TooLarge extends Error {}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function agentFor(url: URL, options: ApiServerOptions): http.Agent | https.Agent {
  const proxyEnv = options.proxy
    ? { HTTPS_PROXY: options.proxy, HTTP_PROXY: options.proxy }
    : LOOPBACK.test(url.hostname)
      ? {}
      : process.env;
  const pool = { keepAlive: true, timeout: IDLE_TIMEOUT_MS, proxyEnv };
  if (url.protocol === 'http:') return new http.Agent(pool);
  return new https.Agent({
    ...pool,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.servername === undefined ? {} : { servername: options.servername }),
    rejectUnauthorized: !options.insecure,
  });
}

/** The one pool of keep-alive connections to one server. */
export class Connection {
  readonly #base: URL;
  readonly #agent: http.Agent | https.Agent;
  readonly #connectTimeoutMs: number;

  constructor(url: URL, options: ApiServerOptions) {
    this.#base = url;
    this.#agent = options.agent ?? agentFor(url, options);
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  }

  /** One request, one answer of any status. Rejects with Broken alone. */
  async send(call: Call, credentials: Credentials, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#exchange(call, credentials, signal);
    if (answer.headers['content-encoding'] !== 'gzip') return answer;
    try {
      return { ...answer, body: await unzip(answer.body, { maxOutputLength: MAX_ANSWER_BYTES }) };
    } catch (error) {
      throw new Broken('body', error, 0);
    }
  }

  #exchange(call: Call, credentials: Credentials, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const secure = this.#base.protocol === 'https:';
    const begun = performance.now();
    let phase: Phase = 'start';
    let timer: NodeJS.Timeout | undefined;
    let request: http.ClientRequest | undefined;
    const fail = (error: unknown) => {
      reject(new Broken(phase, error, performance.now() - begun));
      request?.destroy();
    };
    const abort = () => fail(signal.reason);
    const ready = () => {
      phase = 'answer';
      clearTimeout(timer);
    };
    try {
      signal.throwIfAborted();
      phase = 'connect';
      request = (secure ? https : http).request(this.#base, {
        agent: this.#agent,
        method: call.method,
        path: this.#base.pathname.replace(/\/$/, '') + call.path,
        ...(credentials.cert === undefined ? {} : { cert: credentials.cert }),
        ...(credentials.key === undefined ? {} : { key: credentials.key }),
        headers: {
          accept: call.accept,
          'accept-encoding': 'gzip',
          'user-agent': 'otlp-medic',
          ...call.headers,
          ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
          ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }),
          ...credentials.headers,
        },
      });
    } catch (error) {
      fail(error);
      return promise;
    }
    signal.addEventListener('abort', abort, { once: true });
    timer = setTimeout(() => fail(new ConnectTimeout()), this.#connectTimeoutMs);
    request.on('socket', (socket) => {
      // through a proxy it comes when the tunnel and TLS are up
      if (request?.reusedSocket || !socket.connecting) return ready();
      socket.once('connect', secure ? () => (phase = 'tls') : ready);
      if (secure) socket.once('secureConnect', ready);
    });
    request.on('error', fail);
    request.on('response', (response) => {
      phase = 'body';
      const { mostBytes = Number.POSITIVE_INFINITY } = call;
      const chunks: Buffer[] = [];
      let size = 0;
      const end = () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, mostBytes - size));
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) fail(new TooLarge());
        if (size < mostBytes) return;
        end();
        request?.destroy();
      });
      response.on('error', fail);
      response.on('end', end);
    });
    request.end(call.body);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    });
  }

  /** Ends the connections that are idle; calls in flight go on. */
  close(): void {
    for (const socket of Object.values(this.#agent.freeSockets).flat()) socket?.destroy();
  }
}
