import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import { analyzeText } from '#shared/logs/analyze-text.ts';

const START = Date.parse('2026-11-25T00:40:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

/** Twenty minutes of an application: quiet, then a backend that is gone, then a crash. */
export const LOG = [
  ...Array.from({ length: 120 }, (_, n) => `${at(n * 10)}  INFO otlp_app::ingest: batch received items=${n}`),
  ...Array.from(
    { length: 40 },
    (_, n) =>
      `${at(1020 + n * 0.5)} ERROR otlp_app::store: session store unavailable url=http://session-store:8090 attempt=${n} error="Connection refused (os error 111)"`,
  ),
  `${at(1041)}  WARN otlp_app::http: request done elapsed_ms=4210`,
  "thread 'main' (17) panicked at src/main.rs:55:5:",
  'called `Result::unwrap()` on an `Err` value: StoreGone',
  'stack backtrace:',
  '   0: __rustc::rust_begin_unwind',
  '   1: otlp_app::main',
  'note: run with `RUST_BACKTRACE=full` for a verbose backtrace.',
].join('\n');

export const logOf = (given: Partial<AnalyzedLog> = {}, text = LOG): AnalyzedLog => ({
  namespace: 'otlp-system',
  pod: 'otlp-app-7d4f9c2-aaaaa',
  container: 'otlp-app',
  previous: false,
  restarts: 2,
  cut: true,
  ...analyzeText(text, { now: START, rolloutAt: at(1000) }),
  ...given,
});

/** A log in which every text that anybody may write is `text`, so many of each. */
export const logSaying = (text: string, count = 3): AnalyzedLog => ({
  ...logOf(),
  pod: text,
  container: text,
  classes: Object.fromEntries(Array.from({ length: count }, (_, n) => [`${text}${n || ''}`, count])),
  panics: count,
  templates: Array.from({ length: count }, (_, n) => ({
    id: n + 1,
    template: text,
    count: 5,
    level: 'error' as const,
    firstSeen: at(0),
    lastSeen: at(60),
    sample: `panic: ${text}`,
    newSinceRollout: true as const,
  })),
  bursts: Array.from({ length: count }, (_, n) => ({ from: at(n), to: at(n + 10), count: 12, template: n + 1 })),
  recentErrors: Array.from({ length: count }, (_, n) => `panic: ${text}\n${text}${String.fromCharCode(97 + (n % 26))}`),
});
