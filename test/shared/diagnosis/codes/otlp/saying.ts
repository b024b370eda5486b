import type { Snapshot } from '#shared/domain/snapshot.ts';
import { type CollectorSays, collectorLine } from '#test/support/collector-lines.ts';
import { addLog, everWith, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { inPodsOf, type NearMiss, type Positive } from '../case.ts';

/** Every pod of the app logs it so many times, a minute apart, the last one a minute ago. */
export function says(
  said: string | string[],
  count = 4,
  { app = 'otlp-app', last = 1, snapshot = healthyNamespace() } = {},
): Snapshot {
  const lines = Array.from({ length: count }, (_, index) =>
    [said].flat().map((line) => `${ago(count - index - 1 + last)} ${line}`),
  ).flat();
  for (const pod of podsOf(snapshot, app)) addLog(snapshot, pod, lines.join('\n'));
  return snapshot;
}

/** The Collector prints it, so many minutes ago each. */
export function collectorSays(words: CollectorSays, minutes = [4, 3, 2, 1], snapshot = healthyNamespace()): Snapshot {
  for (const pod of podsOf(snapshot, 'otel-collector'))
    addLog(snapshot, pod, minutes.map((each) => collectorLine(words, each)).join('\n'));
  return snapshot;
}

/** Variables of the application, as they always were; `undefined` takes one away. */
export function withVariables(variables: Record<string, string | undefined>, snapshot = healthyNamespace()): Snapshot {
  return everWith(snapshot, 'otlp-app', (container) => {
    const others = (container.env ?? []).filter(({ name }) => !(name in variables));
    const set = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
    container.env = [...set, ...others];
  });
}

export const at = inPodsOf('otlp-app', 'app');
export const unreadLogs = { why: 'logs may not be read', unread: ['logs'] } as const;

/** The library in the application says so, and that is the root. */
export const sdk = (when: string, line: string): Positive => ({ when, at, severity: 'P2', build: () => says(line) });

/** Something like it is said. */
export const other = (why: string, line: string, roots?: NearMiss['roots'], count?: number): NearMiss => ({
  why,
  ...(roots && { roots }),
  build: () => says(line, count),
});

/** As opentelemetry_sdk of Rust tells that a batch is refused. */
export const RUST_REJECTED =
  'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: HTTP export failed with status code: 401"';
