import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from '#shared/ports/cluster.ts';
import { answerFailure, statusMessage } from './answer-faults.ts';
import type { Call } from './call.ts';
import { type Answer, Broken, Connection } from './connection.ts';
import { connectionFailure } from './connection-faults.ts';
import { type Deadline, unlessAborted } from './deadline.ts';
import { quoted } from './quoted.ts';
import { type Failure, retrying } from './retry.ts';
import type { ApiServerOptions, Credentials, CredentialsProvider } from './server-options.ts';
import { stopped } from './stopped.ts';

/** Authenticated requests to one server, retried where that is right. Rejects with ClusterErrors alone. */
export class Transport {
  /** host:port */
  readonly server: string;
  readonly #url: URL;
  readonly #connection: Connection;
  readonly #provider: CredentialsProvider | undefined;
  /** the last answer was a 401 */
  #stale = false;

  /** @throws ClusterError `credentials` when the URL is none of http or https */
  constructor(options: ApiServerOptions) {
    const url = URL.parse(options.url);
    if (!url || !/^https?:$/.test(url.protocol))
      throw new ClusterError(
        'credentials',
        `"${quoted(options.url, 100)}" is no address of an API server (${options.name}): write https://host:port`,
      );
    this.#url = url;
    this.server = url.host;
    this.#connection = new Connection(url, options);
    this.#provider = options.credentials;
  }

  close(): void {
    this.#connection.close();
  }

  /** The answer, of status 2xx (204 included); with `absent` also the 404 that says that there is no such object. */
  send(call: Call, deadline: Deadline, { absent = false } = {}): Promise<Answer> {
    return retrying(() => this.#attempt(call, deadline, absent), this.#pace(deadline));
  }

  #pace({ remainingMs, signal }: Deadline) {
    return {
      remainingMs,
      sleep: (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined),
      random: Math.random,
    };
  }

  /**
   * The answer of what stands behind the API server, of any status. Where the API server itself refuses the caller, that
   * is a failure; nothing is sent again after an answer.
   */
  pass(call: Call, deadline: Deadline): Promise<Answer> {
    return retrying(() => this.#attemptToPass(call, deadline), this.#pace(deadline));
  }

  async #attemptToPass(call: Call, deadline: Deadline): Promise<Answer | Failure> {
    const isOwn = (answer: Answer, statuses: readonly number[]) =>
      statuses.includes(answer.status) && statusMessage(answer) !== undefined;
    const first = await this.#exchange(call, deadline, false);
    if ('retry' in first) return first;
    const renewed = this.#provider !== undefined && isOwn(first, [401]);
    const answer = renewed ? await this.#exchange(call, deadline, true) : first;
    if ('retry' in answer) return answer;
    return isOwn(answer, [401, 403, 429]) ? { ...answerFailure(call, answer, this.server), retry: false } : answer;
  }

  async #attempt(call: Call, deadline: Deadline, absent: boolean): Promise<Answer | Failure> {
    const first = await this.#exchange(call, deadline, this.#stale);
    if ('retry' in first) return first;
    this.#stale = first.status === 401;
    const renewable = this.#stale && this.#provider !== undefined && call.method !== 'PATCH';
    const answer = renewable ? await this.#exchange(call, deadline, true) : first;
    if ('retry' in answer) return answer;
    this.#stale = answer.status === 401;
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (absent && answer.status === 404 && statusMessage(answer) !== undefined) return answer;
    return answerFailure(call, answer, this.server);
  }

  async #exchange(call: Call, deadline: Deadline, renew: boolean): Promise<Answer | Failure> {
    const credentials = await this.#authenticate(call, deadline, renew);
    if ('retry' in credentials) return credentials;
    try {
      return await this.#connection.send(call, credentials, deadline.signal);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return connectionFailure(error, call, this.#url, deadline);
    }
  }

  async #authenticate(call: Call, deadline: Deadline, renew: boolean): Promise<Credentials | Failure> {
    if (this.#provider === undefined) return {};
    const { signal } = deadline;
    try {
      return await unlessAborted(this.#provider({ renew, signal }), signal);
    } catch (error) {
      if (signal.aborted && error === signal.reason)
        return { error: stopped(call, deadline, `no credentials for ${this.server} had come`, false), retry: false };
      if (error instanceof ClusterError) return { error, retry: false };
      const why = quoted(error instanceof Error ? error.message : String(error), 200);
      return {
        error: new ClusterError('credentials', `cannot ${call.words}: no credentials for ${this.server} (${why})`, {
          cause: error,
        }),
        retry: false,
      };
    }
  }
}
