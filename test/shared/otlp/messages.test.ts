import { describe, expect, it } from 'vitest';
import { signal } from '#shared/domain/probe-result.ts';
import { canaryExport, makeCanary } from '#shared/otlp/canary.ts';
import { asJson, asProtobuf, emptyExport } from '#shared/otlp/messages.ts';
import { decode } from '#shared/otlp/protobuf.ts';
import { readExportResponse, readRpcStatus } from '#shared/otlp/response.ts';

const AT = new Date('2026-11-25T03:00:00.000Z');
const canary = makeCanary(AT, Buffer.from(Array.from({ length: 20 }, (_, index) => index)), {
  target: 'shop',
  instance: 'grpc http://collector:4317',
});

/** The field at a path of numbers, as any protobuf reader would find it. */
const at = (bytes: Buffer, ...path: number[]) =>
  path.reduce((here, number) => decode(here).find((field) => field.number === number)?.bytes ?? Buffer.alloc(0), bytes);

describe('an export request', () => {
  it('is empty bytes and an empty list where it has no items', () => {
    for (const of of signal.options) expect(asProtobuf(of, emptyExport(of))).toHaveLength(0);
    expect(asJson(emptyExport('logs')).toString()).toBe('{"resourceLogs":[]}');
  });

  it('has the ids of a span as bytes in the fields that opentelemetry-proto gives them', () => {
    const span = at(asProtobuf('traces', canaryExport('traces', canary)), 1, 2, 2);
    expect(at(span, 1).toString('hex')).toBe(canary.traceId);
    expect(at(span, 2)).toHaveLength(8);
    const [start, end] = [7, 8].map((number) => decode(span).find((field) => field.number === number)?.value ?? 0n);
    expect(start).toBe(BigInt(AT.getTime()) * 1_000_000n);
    expect(end).toBeGreaterThan(start ?? 0n);
  });

  it('has the whole number of a gauge in asInt and the text of a record in its body', () => {
    const point = decode(at(asProtobuf('metrics', canaryExport('metrics', canary)), 1, 2, 2, 5, 1));
    expect(point.find(({ number }) => number === 6)?.value).toBe(BigInt(canary.value));
    expect(at(asProtobuf('logs', canaryExport('logs', canary)), 1, 2, 2, 5, 1).toString()).toContain(canary.runId);
  });

  it('marks every item with the service of canaries, and X-Ray reads the time off its trace id', () => {
    for (const of of signal.options)
      expect(at(asProtobuf(of, canaryExport(of, canary)), 1, 1).toString()).toContain('otlp-medic-canary');
    expect(Number.parseInt(canary.traceId.slice(0, 8), 16)).toBe(AT.getTime() / 1000);
  });

  it('refuses a field that the message does not have', () => {
    expect(() => asProtobuf('traces', { resourceSpan: [{}] })).toThrow('no field "resourceSpan"');
  });
});

describe('an export response', () => {
  it('takes an empty partial success for none, in both encodings', () => {
    const none = { rejected: 0n, message: '' };
    expect(readExportResponse('traces', Buffer.from([0x0a, 0]), 'protobuf')).toEqual(none);
    expect(readExportResponse('traces', Buffer.alloc(0), 'protobuf')).toEqual(none);
    // null is how protobuf's JSON, and serde after it, writes a field that is not set.
    const nulls = '{"partialSuccess":{"rejectedSpans":null,"errorMessage":null}}';
    for (const body of ['{}', '{"partialSuccess":{}}', '{"partialSuccess":null}', nulls])
      expect(readExportResponse('traces', Buffer.from(body), 'json')).toEqual(none);
  });

  it('reads the count as text and as a number', () => {
    for (const count of ['"3"', '3']) {
      const body = Buffer.from(`{"partialSuccess":{"rejectedLogRecords":${count},"errorMessage":"too old"}}`);
      expect(readExportResponse('logs', body, 'json')).toEqual({ rejected: 3n, message: 'too old' });
    }
    const body = Buffer.concat([Buffer.from([0x0a, 6, 0x08, 3, 0x12, 2]), Buffer.from('no')]);
    expect(readExportResponse('logs', body, 'protobuf')).toEqual({ rejected: 3n, message: 'no' });
  });

  it('is none where a page, an array, the JSON of another service or broken bytes came back', () => {
    const health = '{"status":"Server available","upSince":"2026-11-25T10:54:18Z","uptime":"9m43s"}';
    expect(readExportResponse('traces', Buffer.from(health), 'json')).toBeUndefined();
    expect(readExportResponse('traces', Buffer.from('<html>'), 'json')).toBeUndefined();
    expect(readExportResponse('traces', Buffer.from('[]'), 'json')).toBeUndefined();
    expect(readExportResponse('traces', Buffer.from('<html><body>hello</body></html>'), 'protobuf')).toBeUndefined();
  });
});

describe('a status', () => {
  it('gives code and words in both encodings', () => {
    const bytes = Buffer.concat([Buffer.from([0x08, 16, 0x12, 4]), Buffer.from('none')]);
    expect(readRpcStatus(bytes, 'protobuf')).toEqual({ code: 16, message: 'none' });
    expect(readRpcStatus(Buffer.from('{"code":3,"message":"bad"}'), 'json')).toEqual({ code: 3, message: 'bad' });
    expect(readRpcStatus(Buffer.from('404 page not found\n'), 'json')).toBeUndefined();
  });

  it('gives the wait of a RetryInfo', () => {
    const url = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
    const info = Buffer.from([0x0a, 2, 0x08, 7]);
    const any = Buffer.concat([Buffer.from([0x0a, url.length]), url, Buffer.from([0x12, info.length]), info]);
    const bytes = Buffer.concat([Buffer.from([0x08, 8, 0x1a, any.length]), any]);
    expect(readRpcStatus(bytes, 'protobuf')).toMatchObject({ code: 8, retryDelayMs: 7000 });
  });
});
