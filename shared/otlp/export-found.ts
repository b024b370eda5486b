import type { Signal } from '#shared/domain/probe-result.ts';
import { words } from './answer.ts';
import type { Found } from './codes.ts';
import { type Increase, increases, moved } from './collector-counters.ts';
import { isHeld, stuck, waiting } from './exporter-queues.ts';
import { SIGNALS } from './messages.ts';
import type { Sample } from './prometheus-text.ts';

const total = (of: readonly Increase[]) => of.reduce((sum, { by }) => sum + by, 0);
const NO_BACKEND = /^(debug|nop|logging)(\/|$)/;
/** As the documents name the exporter that returns canaries, and the filter that takes them out downstream. */
const RECEIPT = /\/canary-receipt$/;
const CANARY_FILTER = 'filter/canary';
const isBackend = (exporter = '') => RECEIPT.test(exporter) || !NO_BACKEND.test(exporter);

export interface Exported {
  found?: Found;
  /** nothing more is to be waited for */
  settled: boolean;
  detail: string;
  /** the counters say nothing about this signal */
  silent?: true;
  /** accepted, and kept back for a while or on purpose: that is no fault, and what follows was not seen */
  held?: true;
}

const numbersOf = ({ labels: { error_type: type, url_path: path, server_address: server } }: Increase) =>
  [type, server, path]
    .filter((part) => part !== undefined)
    .map((part) => words(part))
    .join(', ');

function lost(signal: Signal, before: readonly Sample[], after: readonly Sample[]): Found | undefined {
  const { items } = SIGNALS[signal];
  const by = (name: string) => moved(increases(`otelcol_${name}`, before, after));
  const [full] = by(`exporter_enqueue_failed_${items}`);
  if (full)
    return { code: 'queue-full', detail: `${full.by} ${items} not taken by the queue of ${full.labels.exporter}` };
  const [failed] = by(`exporter_send_failed_${items}`);
  if (!failed) return undefined;
  const permanent = failed.labels.error_permanent === 'true';
  const more = numbersOf(failed);
  return {
    code: permanent ? 'export-permanent-error' : 'export-failing',
    detail: `${failed.by} ${items} lost by ${failed.labels.exporter}${more && ` (${more})`}`,
  };
}

function dropping(
  signal: Signal,
  before: readonly Sample[],
  after: readonly Sample[],
): { processor: string | undefined; detail: string } | undefined {
  const of = (name: string) =>
    increases(`otelcol_processor_${name}_items`, before, after).filter(
      ({ labels }) => (labels.otel_signal ?? signal) === signal,
    );
  const outgoing = of('outgoing');
  const given = (processor?: string) => outgoing.find(({ labels }) => labels.processor === processor)?.by ?? 0;
  const hole = moved(of('incoming')).find(({ labels, by }) => given(labels.processor) < by);
  if (!hole) return undefined;
  const { processor } = hole.labels;
  return { processor, detail: `processor ${processor} took ${hole.by} and gave ${given(processor)}` };
}

/** Something may still be on its way: batches wait for company, and another pipeline may have an exporter with a backend. */
const mayFollow = (after: readonly Sample[]): boolean =>
  after.some(
    ({ name, labels: { exporter } }) =>
      name.startsWith('otelcol_processor_batch_') || (exporter !== undefined && isBackend(exporter)),
  );

/** What a Collector did with one item of a signal, by two scrapes of its own metrics. Other traffic moves them too. */
export function exportFound(signal: Signal, before: readonly Sample[], after: readonly Sample[]): Exported {
  const { items } = SIGNALS[signal];
  const accepted = moved(increases(`otelcol_receiver_accepted_${items}`, before, after));
  if (accepted.length === 0) return { settled: false, silent: true, detail: `accepted ${items} did not move` };
  const bad = lost(signal, before, after);
  if (bad) return { found: bad, settled: true, detail: bad.detail };
  const sent = moved(increases(`otelcol_exporter_sent_${items}`, before, after));
  const real = sent.filter(({ labels }) => isBackend(labels.exporter));
  const took = `accepted +${total(accepted)} by ${accepted[0]?.labels.receiver}`;
  if (real.length > 0) {
    const detail = `${took}, sent +${total(real)} by ${real.map(({ labels }) => labels.exporter).join(', ')}`;
    // Beside those that send it, another in whose queue it stays.
    const left = stuck(signal, before, after).find(
      ({ labels: { exporter } }) =>
        isBackend(exporter) && real.every(({ labels: sending }) => sending.exporter !== exporter),
    );
    if (!left) return { settled: true, detail };
    const why = `${detail}, nothing sent by ${left.labels.exporter}: ${left.value} in its queue`;
    // What goes back to the prober alone reaches nobody else.
    const reaches = real.some(({ labels: { exporter = '' } }) => !RECEIPT.test(exporter));
    return {
      settled: false,
      detail,
      found: { code: 'export-failing', detail: why, ...(reaches && { outcome: 'degraded' }) },
    };
  }
  const queued = waiting(signal, after);
  const held = isHeld(signal, after);
  if (queued && !held)
    return {
      found: { code: 'export-failing', detail: `${took}, nothing sent, ${queued}` },
      settled: false,
      detail: took,
    };
  const [debug] = sent;
  if (debug)
    return {
      found: { code: 'debug-only-pipeline', detail: `${took}, sent only by ${debug.labels.exporter}` },
      settled: !mayFollow(after),
      detail: took,
    };
  const dropped = dropping(signal, before, after);
  if (dropped?.processor === CANARY_FILTER)
    return { held: true, settled: true, detail: `${took}, and ${CANARY_FILTER} takes canaries out, as it should` };
  if (dropped) {
    const detail = `${took}, ${dropped.detail}`;
    return { found: { code: 'dropped-by-processor', detail }, settled: false, detail: took };
  }
  if (held) {
    const where = queued ? `${queued}, none in flight` : 'nothing queued or in flight';
    const detail = `${took}, not sent in this time, ${where}: a batch or a sampler waits longer`;
    return { held: true, settled: false, detail };
  }
  return { found: { code: 'export-failing', detail: `${took}, nothing sent` }, settled: false, detail: took };
}
