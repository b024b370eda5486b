import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportFound } from '#shared/otlp/collector-counters.ts';
import { parseExposition } from '#shared/otlp/prometheus-text.ts';

const one = (line: string) => parseExposition(`${line}\n`)[0];

describe('Prometheus text', () => {
  it('reads labels with every character that a label may have', () => {
    expect(one(String.raw`a{b="x,y}=#\\ \"q\" \n",} 1`)).toEqual({
      name: 'a',
      labels: { b: 'x,y}=#\\ "q" \n' },
      value: 1,
    });
    expect(one('a { b = "1" , c = "2" }  3 1700000000000\r')).toEqual({
      name: 'a',
      labels: { b: '1', c: '2' },
      value: 3,
    });
    expect(one('{"my.metric",a="b"} 1')).toEqual({ name: 'my.metric', labels: { a: 'b' }, value: 1 });
  });

  it('reads values that Number does not', () => {
    const values = ['+Inf', '-Inf', 'Inf', 'NaN', '1e3', '-2.5E-2'].map((text) => one(`a ${text}`)?.value);
    expect(values).toEqual([Infinity, -Infinity, Infinity, Number.NaN, 1000, -0.025]);
  });

  it('keeps the buckets of two label sets apart, and passes over exemplars', () => {
    const text = [
      '# TYPE h histogram',
      'h_bucket{r="a",le="1"} 2 # {id="x"} 0.5 1.2',
      'h_bucket{r="b",le="1"} 7',
      '# EOF',
    ];
    expect(parseExposition(text.join('\n')).map(({ labels, value }) => [labels.r, value])).toEqual([
      ['a', 2],
      ['b', 7],
    ]);
  });

  it('refuses a text that breaks off, and names the line of a bad sample', () => {
    expect(() => parseExposition('a 1\nb{c="d')).toThrow('breaks off');
    expect(() => parseExposition('a 1\nb{c="d" 2\n')).toThrow('line 2');
    expect(() => parseExposition('a one\n')).toThrow('not a number');
    expect(parseExposition('')).toEqual([]);
  });

  it('reads back every label value that can be written', () => {
    const quoted = (value: string) => value.replace(/[\\"\n]/g, (each) => (each === '\n' ? '\\n' : `\\${each}`));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), (value, number) => {
        fc.pre(!/[\r\u2028\u2029\u0085]/.test(value));
        expect(one(`m{l="${quoted(value)}"} ${number}`)).toEqual({
          name: 'm',
          labels: { l: value },
          value: number,
        });
      }),
    );
  });
});

describe('the counters of a Collector', () => {
  const base = 'otelcol_receiver_accepted_spans{receiver="otlp"}';
  const judged = (before: string[], after: string[]) => {
    const read = (lines: string[]) => parseExposition(lines.map((line) => `${line}\n`).join(''));
    return exportFound('traces', read(before), read(after));
  };

  it.each([
    ['otelcol_exporter_sent_spans{exporter="otlp_grpc"} 1', undefined],
    ['otelcol_exporter_sent_spans_total{exporter="otlp_grpc"} 1', undefined],
    ['otelcol_exporter_sent_spans__spans__total{exporter="otlp_grpc"} 1', undefined],
    ['otelcol_exporter_sent_spans{exporter="debug"} 1', 'debug-only-pipeline'],
    ['otelcol_exporter_enqueue_failed_spans{exporter="otlp_grpc"} 1', 'queue-full'],
    ['otelcol_exporter_send_failed_spans{exporter="x",error_permanent="true"} 1', 'export-permanent-error'],
    ['otelcol_exporter_send_failed_spans{exporter="x"} 1', 'export-failing'],
    ['otelcol_exporter_queue_size{exporter="x",data_type="traces"} 1', 'export-failing'],
    ['otelcol_processor_incoming_items{processor="filter",otel_signal="traces"} 1', 'dropped-by-processor'],
  ])('take %s for %s', (line, code) => {
    expect(judged([`${base} 4`], [`${base} 5`, line]).found?.code).toBe(code);
  });

  it.each([
    [
      'waits in a batch',
      ['otelcol_exporter_queue_size{exporter="x",data_type="traces"} 0', 'target_info{service_version="0.161.0"} 1'],
      'accepted +1 by otlp, not sent in this time, nothing queued or in flight: a batch or a sampler waits longer',
    ],
    [
      'waits in the batch of a queue',
      [
        ...[
          'otelcol_exporter_queue_size{exporter="x",data_type="traces"} 1',
          'target_info{service_version="v1.2.0"} 1',
        ],
        'otelcol_exporter_in_flight_requests{exporter="x",data_type="logs"} 1',
      ],
      'accepted +1 by otlp, not sent in this time, 1 in the queue of x, none in flight: a batch or a sampler waits longer',
    ],
    [
      'is taken out by the filter for canaries',
      ['otelcol_processor_incoming_items{processor="filter/canary",otel_signal="traces"} 1'],
      'accepted +1 by otlp, and filter/canary takes canaries out, as it should',
    ],
  ])('call nothing a fault that %s', (_, lines, detail) => {
    const found = judged([`${base} 4`], [`${base} 5`, ...lines]);
    expect(found).toMatchObject({ held: true, detail });
    expect(found.found).toBeUndefined();
  });

  it.each([
    'target_info{service_version="0.151.0"} 1',
    'otelcol_exporter_in_flight_requests{exporter="x",data_type="traces"} 1',
  ])('call it one where the backend does not take it: %s', (line) => {
    const queue = 'otelcol_exporter_queue_size{exporter="x",data_type="traces"} 1';
    expect(judged([`${base} 4`], [`${base} 5`, queue, line]).found?.code).toBe('export-failing');
  });

  it('take the exporter that returns canaries for one that sends on', () => {
    const receipt = 'otelcol_exporter_sent_spans{exporter="debug/canary-receipt"} 1';
    expect(judged([`${base} 4`], [`${base} 5`, receipt])).toMatchObject({
      settled: true,
      detail: 'accepted +1 by otlp, sent +1 by debug/canary-receipt',
    });
  });

  describe('of two exporters, of which one sends', () => {
    const version = 'target_info{service_version="0.161.0"} 1';
    const queue = (exporter: string, size: number) =>
      `otelcol_exporter_queue_size{exporter="${exporter}",data_type="traces"} ${size}`;
    const flying = (exporter: string, size: number) =>
      `otelcol_exporter_in_flight_requests{exporter="${exporter}",data_type="traces"} ${size}`;
    const by = (exporter: string) => `otelcol_exporter_sent_spans{exporter="${exporter}"} 1`;
    const both = (sends: string, before: number, after: number, ...more: string[]) =>
      judged(
        [`${base} 4`, version, queue('dead', before)],
        [`${base} 5`, version, by(sends), queue('dead', after), ...more],
      );

    it('say which one does not, and what that leaves', () => {
      const found = both('good', 2, 3, flying('dead', 3));
      expect(found).toMatchObject({ settled: false, found: { code: 'export-failing', outcome: 'degraded' } });
      expect(found.found?.detail).toBe('accepted +1 by otlp, sent +1 by good, nothing sent by dead: 3 in its queue');
      const receipt = both('debug/canary-receipt', 0, 1, flying('dead', 1));
      expect(receipt.found).toMatchObject({ code: 'export-failing', detail: expect.stringContaining('dead: 1 in') });
      expect(receipt.found?.outcome).toBeUndefined();
    });

    it.each([
      ['it sends too', both('good', 2, 3, flying('dead', 3), by('dead'))],
      ['its queue had that before', both('good', 3, 3, flying('dead', 3))],
      ['it waits in a batch', both('good', 0, 1, flying('dead', 0))],
    ])('have nothing against it where %s', (_, found) => {
      expect(found).toMatchObject({ settled: true });
      expect(found.found).toBeUndefined();
    });
  });

  it('say nothing where no span was accepted, and begin anew after a restart', () => {
    expect(judged([`${base} 4`], [`${base} 4`])).toMatchObject({ silent: true });
    expect(judged([`${base} 400`], [`${base} 1`, 'otelcol_exporter_sent_spans{exporter="x"} 1'])).toMatchObject({
      settled: true,
      detail: 'accepted +1 by otlp, sent +1 by x',
    });
  });
});
