import { describe, expect, it } from 'vitest';
import { exportFound } from '#shared/otlp/export-found.ts';
import { parseExposition } from '#shared/otlp/prometheus-text.ts';

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
