import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpCall } from '#infra/local/sandbox/http-call.ts';
import { COLLECTOR_CONFIG_YAML } from '#infra/local/sandbox/manifests.ts';
import { CollectorConfigError, readCollectorConfig } from '#infra/local/sandbox/programs/collector-config.ts';
import { type Sandbox, startSandbox } from '#infra/local/sandbox/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

/** A request from a pod of the namespace to one of its Services. */
async function request(host: string, port: number, call: Omit<HttpCall, 'port'>) {
  const { network } = sandbox.cluster;
  const to = network.resolve('otlp-system', host, port);
  const { status, headers, body } = await network.request(to.ip, to.port, call);
  return { status, type: headers['content-type'], body };
}

describe('the app', () => {
  const get = (path: string) => request('otlp-app-service', 80, { path });

  it('answers its health path, and 404 elsewhere', async () => {
    expect(await get('/health')).toMatchObject({ status: 200, body: Buffer.from('{"status":"ok"}') });
    expect((await get('/nope')).status).toBe(404);
  });

  it('refuses what is no batch, and goes on', async () => {
    const headers = { 'content-type': 'application/json' };
    const post = (body: string) => request('otlp-app-service', 80, { path: '/ingest', method: 'POST', headers, body });
    expect(await post('{bad')).toMatchObject({ status: 400 });
    expect(await post('[{}]')).toMatchObject({ status: 202 });
  });

  it('tells the metrics that the guide reads, and counts requests in them', async () => {
    // Two replicas take turns behind the Service.
    await Promise.all([get('/health'), get('/health')]);
    const { body } = await get('/metrics');
    const text = body.toString();
    const value = (series: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      );
    expect(value('otlp_request_duration_seconds_count{path="/health"}')).toBeGreaterThan(1);
    expect(value('otlp_request_duration_seconds_bucket{path="/health",le="+Inf"}')).toBe(
      value('otlp_request_duration_seconds_count{path="/health"}'),
    );
    expect(value('otlp_queue_size')).toBe(0);
    expect(value('otlp_active_connections')).toBe(1);
  });
});

describe('the Collector', () => {
  const post = (path: string, type: string, body: string | Buffer) =>
    request('otel-collector', 4318, { path, method: 'POST', headers: { 'content-type': type }, body });
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'x' };

  it.each([
    ['an empty protobuf', '/v1/traces', 'application/x-protobuf', '', 200, '\n\0'],
    ['an empty JSON', '/v1/logs', 'application/json', '{"resourceLogs":[]}', 200, '{"partialSuccess":{}}'],
    ['broken protobuf', '/v1/traces', 'application/x-protobuf', 'zzzzz', 400, /unexpected EOF/],
    ['broken JSON', '/v1/metrics', 'application/json', '{bad', 400, /^\{"code":3,"message":/],
    [
      'text',
      '/v1/traces',
      'text/plain',
      '{}',
      415,
      '415 unsupported media type, supported: [application/json, application/x-protobuf]',
    ],
    ['another path', '/v1/profiles', 'application/json', '{}', 404, '404 page not found\n'],
  ])('answers %s as the real one', async (_, path, type, body, status, text) => {
    const answer = await post(path, type, body);
    expect({ status: answer.status, body: answer.body.toString() }).toEqual({
      status,
      body: typeof text === 'string' ? text : expect.stringMatching(text),
    });
  });

  it('refuses a GET', async () => {
    const { status, body } = await request('otel-collector', 4318, { path: '/v1/traces' });
    expect([status, body.toString()]).toEqual([405, '405 method not allowed, supported: [POST]']);
  });

  it('counts what arrives, from the app and from anybody', async () => {
    const pods = sandbox.cluster.podsOf('otel-collector');
    const scrape = async () => {
      const texts = await Promise.all(
        pods.map(
          async ({ status }) =>
            (await sandbox.cluster.network.request(status?.podIP ?? '', 8888, { path: '/metrics' })).body,
        ),
      );
      const counts = texts.join('\n').matchAll(/^otelcol_receiver_accepted_(spans|log_records)\{.*\} (\d+)$/gm);
      const sums: Record<string, number> = {};
      for (const [, item = '', count] of counts) sums[item] = (sums[item] ?? 0) + Number(count);
      return sums;
    };
    const before = await scrape();
    expect(before.spans).toBeGreaterThan(0);
    const logRecords = Array.from({ length: 3 }, () => ({ body: { stringValue: 'x' } }));
    await post('/v1/logs', 'application/json', JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    await post(
      '/v1/traces',
      'application/json',
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    );
    const after = await scrape();
    expect(after.log_records).toBe((before.log_records ?? 0) + 3);
    expect(after.spans).toBeGreaterThan(before.spans ?? 0);
  });

  it('speaks gRPC on its other port', async () => {
    const { network } = sandbox.cluster;
    const to = network.resolve('otlp-system', 'otel-collector', 4317);
    const session = connect(`http://127.0.0.1:${network.loopbackPort(to.ip, to.port)}`);
    const call = (path: string) =>
      new Promise<{ status: unknown; body: Buffer }>((resolve, reject) => {
        const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
        let status: unknown;
        const chunks: Buffer[] = [];
        stream.on('response', (headers) => {
          status = headers['grpc-status'];
        });
        stream.on('trailers', (trailers) => {
          status = trailers['grpc-status'];
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', reject);
        stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
        stream.end(Buffer.alloc(5));
      });
    const service = 'opentelemetry.proto.collector';
    expect(await call(`/${service}.trace.v1.TraceService/Export`)).toEqual({
      status: '0',
      body: Buffer.from([0, 0, 0, 0, 2, 0x0a, 0]),
    });
    expect(await call(`/${service}.profiles.v1.ProfilesService/Export`)).toMatchObject({ status: '12' });
    session.close();
  });

  const change = (from: string | RegExp, to: string) => COLLECTOR_CONFIG_YAML.replace(from, to);
  // The words are what otelcol 0.161.0 printed for the same mistakes.
  it.each([
    [
      'an exporter that is not there',
      change('exporters: [debug]', 'exporters: [otlp_grpc]'),
      'Error: invalid configuration: service::pipelines::traces: references exporter "otlp_grpc" which is not configured',
    ],
    [
      'a receiver that is not there',
      change('receivers: [otlp]', 'receivers: [oltp]'),
      'Error: invalid configuration: service::pipelines::traces: references receiver "oltp" which is not configured',
    ],
    [
      'an extension that is not there',
      change('[health_check]', '[zpages]'),
      'Error: invalid configuration: service::extensions: references extension "zpages" which is not configured',
    ],
    [
      'no pipelines',
      change(/ {2}pipelines:[\s\S]*/, '  pipelines: {}\n'),
      'Error: invalid configuration: service::pipelines: service must have at least one pipeline',
    ],
    [
      'nothing at all',
      '',
      'Error: invalid configuration: empty configuration file\nservice::pipelines: service must have at least one pipeline',
    ],
    [
      'no exporters',
      change('exporters: [debug]', 'exporters: []'),
      'Error: invalid configuration: service::pipelines::traces: must have at least one exporter',
    ],
    [
      'an unknown section',
      `exporterz: {}\n${COLLECTOR_CONFIG_YAML}`,
      /'otelcol\.configSettings' has invalid keys: exporterz$/,
    ],
    [
      'an unknown type',
      change('  debug: {}', '  dbug: {}'),
      /'exporters' unknown type: "dbug" for id: "dbug" \(valid values: \[debug /,
    ],
    ['a tab', change('      grpc:', '\tgrpc:'), /: yaml: line \d+: found character that cannot start any token$/],
    [
      'a brace too many',
      change('batch: {}', 'batch: {{}'),
      /are not valid YAML: yaml: line \d+: did not find expected ',' or '}'$/,
    ],
  ])('refuses a configuration with %s', (_, text, message) => {
    const read = () => readCollectorConfig('/conf/config.yaml', text);
    expect(read).toThrow(CollectorConfigError);
    expect(read).toThrow(message);
  });

  it('is found by nobody when its receivers are bound to localhost', async () => {
    await using other = await startSandbox({ speed: 60 });
    other.cluster.edit('configmaps', 'otel-collector-config', (configMap) => {
      configMap.data = { 'config.yaml': change(/endpoint: 0\.0\.0\.0:4318/, 'endpoint: localhost:4318') };
    });
    const old = other.cluster.podsOf('otel-collector').map(({ metadata }) => metadata.name);
    other.cluster.evict('otel-collector');
    await expect
      .poll(
        () =>
          other.cluster.isAvailable('otel-collector') &&
          other.cluster.podsOf('otel-collector').every(({ metadata }) => !old.includes(metadata.name)),
        { timeout: 4000 },
      )
      .toBe(true);
    const { network } = other.cluster;
    const to = network.resolve('otlp-system', 'otel-collector', 4318);
    await expect(network.request(to.ip, to.port, { path: '/v1/traces' })).rejects.toMatchObject({ fault: 'refused' });
  });
});

describe('names in the cluster', () => {
  const { resolve } = {
    resolve: (host: string, from = 'otlp-system') => sandbox.cluster.network.resolve(from, host, 4318),
  };

  it('lead to a ready pod, in every form', () => {
    for (const host of ['otel-collector', 'otel-collector.otlp-system', 'otel-collector.otlp-system.svc.cluster.local'])
      expect(resolve(host)).toMatchObject({ ip: expect.stringMatching(/^10\.0\.\d\.\d+$/), port: 4318 });
    expect(resolve('otel-collector.otlp-system.svc', 'default').port).toBe(4318);
  });

  it('do not resolve from another namespace without theirs', () => {
    expect(() => resolve('otel-collector', 'default')).toThrow(expect.objectContaining({ fault: 'dns' }));
  });
});
