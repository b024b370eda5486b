import type { Signal } from '#shared/domain/probe-result.ts';
import { CANARY_METRIC, type Canary } from './canary.ts';

/** OTLP over HTTP, whatever stands before the path; undefined for another one. */
export const signalOfPath = (path: string): Signal | undefined =>
  /\/v1\/(traces|metrics|logs)$/.exec(path)?.[1] as Signal | undefined;

/** A number as protobuf has it (fixed64) and as JSON. */
function numberIn(body: Buffer, value: number): boolean {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return body.includes(bytes) || body.includes(`"${value}"`);
}

/**
 * Whether an export, protobuf or JSON, holds the canary's item of a signal. `altered`: it is there without the mark of
 * its run.
 */
export function returnedIn(of: Signal, body: Buffer, canary: Canary): 'returned' | 'altered' | 'absent' {
  const { traceId, runId, value } = canary;
  if (of === 'metrics') return body.includes(CANARY_METRIC) && numberIn(body, value) ? 'returned' : 'absent';
  if (body.includes(runId)) return 'returned';
  const isThere = of === 'traces' && (body.includes(Buffer.from(traceId, 'hex')) || body.includes(traceId));
  return isThere ? 'altered' : 'absent';
}
