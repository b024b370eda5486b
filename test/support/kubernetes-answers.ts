import type { ServerResponse } from 'node:http';
import type { Received } from './http-server.ts';

/** What a scripted API server does with one request. */
export type Answer = (response: ServerResponse, received: Received) => void;

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

export const text =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers });
    response.end(body);
  };

/** A failure in the API server's own form. */
export const status = (code: number, message = `status ${code}`, headers: Record<string, string> = {}): Answer =>
  json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }, code, headers);

export const podList = (names: string[], next?: string): Answer =>
  json({
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: next === undefined ? {} : { continue: next },
    items: names.map((name) => ({ metadata: { name } })),
  });

/** Closes the connection without an answer. */
export const reset: Answer = (response) => response.destroy();

/** Announces more than it sends. */
export const cutShort: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"kind":"PodList"', () => response.destroy());
};

export const hang: Answer = () => undefined;

/** Begins to answer, and does no more. */
export const stall: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"kind":');
};

/** The answers in turn, the last one for ever. */
export const inTurn = (...answers: Answer[]) => {
  let asked = 0;
  return (received: Received, response: ServerResponse) =>
    answers[Math.min(asked++, answers.length - 1)]?.(response, received);
};
