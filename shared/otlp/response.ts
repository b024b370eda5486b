import * as z from 'zod';
import type { Signal } from '#shared/domain/probe-result.ts';
import { SIGNALS } from './messages.ts';
import { decode, type Read } from './protobuf.ts';

export interface PartialSuccess {
  rejected: bigint;
  message: string;
}

/** google.rpc.Status, as OTLP answers carry it. */
export interface RpcStatus {
  code: number;
  message: string;
  /** of RetryInfo, milliseconds */
  retryDelayMs?: number;
}

const last = (fields: readonly Read[], number: number) => fields.findLast((field) => field.number === number);
const textOf = (fields: readonly Read[], number: number) => last(fields, number)?.bytes.toString('utf8') ?? '';

const count = z.union([z.string().regex(/^-?\d{1,19}$/), z.int()]).transform((value) => BigInt(value));

/** Fields of a later version may come beside the known one; foreign ones alone are the answer of another service. */
const exportResponse = <Part extends z.ZodType>(part: Part) =>
  z
    .looseObject({ partialSuccess: part.nullish() })
    .refine((answer) => 'partialSuccess' in answer || Object.keys(answer).length === 0);

/**
 * What an Export*ServiceResponse says of its items; an absent or empty partial success is no rejection. Undefined where
 * the body is no such response: then it is not an OTLP server that answered.
 */
export function readExportResponse(of: Signal, body: Buffer, as: 'json' | 'protobuf'): PartialSuccess | undefined {
  try {
    if (as === 'protobuf') {
      const inner = decode(last(decode(body), 1)?.bytes ?? Buffer.alloc(0));
      return { rejected: BigInt.asIntN(64, last(inner, 1)?.value ?? 0n), message: textOf(inner, 2) };
    }
    const part = z.looseObject({ [SIGNALS[of].rejected]: count.nullish(), errorMessage: z.string().nullish() });
    const { partialSuccess } = exportResponse(part).parse(JSON.parse(body.toString('utf8')));
    const rejected = partialSuccess?.[SIGNALS[of].rejected];
    return {
      rejected: typeof rejected === 'bigint' ? rejected : 0n,
      message: typeof partialSuccess?.errorMessage === 'string' ? partialSuccess.errorMessage : '',
    };
  } catch {
    return undefined;
  }
}

function retryDelay(details: readonly Buffer[]): number | undefined {
  for (const detail of details) {
    const any = decode(detail);
    if (!textOf(any, 1).endsWith('google.rpc.RetryInfo')) continue;
    const duration = decode(last(decode(last(any, 2)?.bytes ?? Buffer.alloc(0)), 1)?.bytes ?? Buffer.alloc(0));
    return Number(last(duration, 1)?.value ?? 0n) * 1000 + Number(last(duration, 2)?.value ?? 0n) / 1e6;
  }
  return undefined;
}

/** Undefined where the body is no status. */
export function readRpcStatus(body: Buffer, as: 'json' | 'protobuf'): RpcStatus | undefined {
  try {
    if (as === 'json')
      return z
        .looseObject({ code: z.int().default(0), message: z.string() })
        .transform(({ code, message }) => ({ code, message }))
        .parse(JSON.parse(body.toString('utf8')));
    const fields = decode(body);
    if (fields.length === 0 || fields.some(({ number }) => number > 3)) return undefined;
    const delay = retryDelay(fields.filter(({ number }) => number === 3).map(({ bytes }) => bytes));
    return {
      code: Number(last(fields, 1)?.value ?? 0n),
      message: textOf(fields, 2),
      ...(delay !== undefined && { retryDelayMs: delay }),
    };
  } catch {
    return undefined;
  }
}
