import type { KubeObject } from '#shared/domain/kubernetes.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { Call } from './call.ts';
import type { Answer } from './connection.ts';
import { quoted } from './quoted.ts';

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const unexpected = (call: Call, server: string, what: string) =>
  new ClusterError(
    'protocol',
    `cannot ${call.words}: ${server} ${what}; a proxy or login page may stand between: check the address`,
  );

/** The body as a JSON object; ClusterError `protocol` when it is none. */
export function jsonOf(call: Call, answer: Answer, server: string): Json {
  const text = answer.body.toString();
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value)) return value;
  } catch {
    const type = answer.headers['content-type'] ?? 'no content type';
    throw unexpected(call, server, `answered with something that is not JSON (${quoted(type, 60)})`);
  }
  throw unexpected(call, server, 'answered with JSON that is no Kubernetes object');
}

const hasMetadata = (value: unknown): value is KubeObject =>
  isJson(value) && isJson(value.metadata) && typeof value.metadata.name === 'string';

/** Whether values of Secrets could have come though only metadata was asked for. */
function refuseContent(call: Call, value: Json, server: string): void {
  if (call.accept.includes('as=PartialObjectMetadata') && !String(value.kind).startsWith('PartialObjectMetadata'))
    throw unexpected(call, server, 'sent whole objects though only their metadata was asked for');
}

/** One object. */
export function objectOf<T extends KubeObject>(call: Call, answer: Answer, server: string): T {
  const value = jsonOf(call, answer, server);
  refuseContent(call, value, server);
  if (!hasMetadata(value)) throw unexpected(call, server, 'answered with JSON that is no Kubernetes object');
  return value as T;
}

/** One page of a list. Items get the apiVersion and kind that the API leaves out of them. */
export function listOf<T extends KubeObject>(
  call: Call,
  answer: Answer,
  server: string,
): { items: T[]; next?: string } {
  const { apiVersion, kind, items, metadata, ...rest } = jsonOf(call, answer, server);
  refuseContent(call, { kind, ...rest }, server);
  // Go writes an empty list as null at times, aggregated APIs above all
  const list = items ?? [];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(list) || !list.every(hasMetadata))
    throw unexpected(call, server, 'answered with JSON that is no Kubernetes list');
  const type = { apiVersion, kind: kind.slice(0, -'List'.length) };
  const next = isJson(metadata) && typeof metadata.continue === 'string' ? metadata.continue : '';
  return { items: list.map((item) => ({ ...type, ...item }) as T), ...(next === '' ? {} : { next }) };
}
