/** The little of OTLP's protobuf that the sandbox needs: to send spans, and to count what arrives. */

export type Signal = 'traces' | 'metrics' | 'logs';

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
};

const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
};

const fixed64 = (number: number, value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(number * 8 + 1), bytes]);
};

/** An ExportTraceServiceRequest of `count` spans of one service. */
export function encodeSpans(service: string, count: number, at: Date, id: () => Buffer): Buffer {
  const end = BigInt(at.getTime()) * 1_000_000n;
  const spans = Array.from({ length: count }, () =>
    field(
      2,
      Buffer.concat([
        field(1, Buffer.concat([id(), id()])),
        field(2, id()),
        field(5, 'GET /health'),
        fixed64(7, end - 2_000_000n),
        fixed64(8, end),
      ]),
    ),
  );
  const serviceName = Buffer.concat([field(1, 'service.name'), field(2, field(1, service))]);
  return field(1, Buffer.concat([field(1, field(1, serviceName)), field(2, Buffer.concat(spans))]));
}

/** google.rpc.Status: what a receiver says of a request that it cannot take. */
export const encodeStatus = (code: number, message: string): Buffer =>
  Buffer.concat([varint(8), varint(code), field(2, message)]);

/** The contents of a message's length-delimited fields of that number. Throws RangeError on what is no protobuf. */
function fieldsOf(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    const type = tag % 8;
    if (type === 0) readVarint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type === 2) {
      const length = readVarint();
      if (Math.floor(tag / 8) === wanted) found.push(message.subarray(at, at + length));
      at += length;
    } else throw new RangeError(`proto: cannot parse invalid wire-format data`);
    if (at > message.length) throw new RangeError('unexpected EOF');
  }
  return found;
}

/** Spans, metrics or log records of a request: resource -> scope -> item has the numbers 1, 2, 2 in all three signals. */
export const countProtobuf = (body: Buffer): number =>
  fieldsOf(body, 1)
    .flatMap((resource) => fieldsOf(resource, 2))
    .flatMap((scope) => fieldsOf(scope, 2)).length;

const JSON_KEYS: Record<Signal, [string, string, string]> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
};

/** The same of an OTLP/JSON request. Throws SyntaxError. */
export function countJson(signal: Signal, body: string): number {
  const under = (value: unknown, key: string): unknown[] => {
    const list: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
    return Array.isArray(list) ? list : [];
  };
  const [resource, scope, item] = JSON_KEYS[signal];
  return under(JSON.parse(body), resource)
    .flatMap((one) => under(one, scope))
    .flatMap((one) => under(one, item)).length;
}
