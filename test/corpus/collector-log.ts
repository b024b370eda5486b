import type { KubeObject, Pod } from '#shared/domain/kubernetes.ts';
import { collectorConfig } from './healthy.ts';
import type { World } from './world.ts';

const TIMES = ['09:57:52', '09:58:22', '09:58:52', '09:59:22', '09:59:52'];

/** The same line every half minute until now, in the log of each pod of the workload. */
export function saysEveryHalfMinute(
  world: World,
  workload: KubeObject,
  line: (time: string, pod: Pod, n: number) => string,
): void {
  for (const pod of world.podsOf(workload)) {
    world.log(pod, TIMES.map((time, n) => line(`2026-11-20T${time}.${318 + 7 * n}Z`, pod, n)).join('\n'));
  }
}

type Level = 'info' | 'warn' | 'error';

/** A line as the console encoder of zap writes it. */
export function zapLine(time: string, level: Level, caller: string, message: string, fields: object): string {
  const told = Object.entries({
    resource: { 'service.name': 'otelcol-contrib', 'service.version': '0.161.0' },
    ...fields,
  });
  return `${time}\t${level}\t${caller}\t${message}\t{${told.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`).join(', ')}}`;
}

type Signal = 'traces' | 'metrics' | 'logs';

const exporterOf = (id: string, signal: Signal) => ({
  'otelcol.component.id': id,
  'otelcol.component.kind': 'exporter',
  'otelcol.signal': signal,
});

export const willRetry = (time: string, id: string, signal: Signal, error: string): string =>
  zapLine(time, 'info', 'internal/retry_sender.go:133', 'Exporting failed. Will retry the request after interval.', {
    ...exporterOf(id, signal),
    error,
    interval: '27.104661904s',
  });

export const drops = (time: string, id: string, signal: Signal, error: string, dropped = 412): string =>
  zapLine(time, 'error', 'internal/queue_sender.go:49', 'Exporting failed. Dropping data.', {
    ...exporterOf(id, signal),
    error,
    dropped_items: dropped,
  });

export const queueIsFull = (time: string, id: string, signal: Signal): string =>
  zapLine(time, 'error', 'internal/base_exporter.go:117', 'Exporting failed. Rejecting data.', {
    ...exporterOf(id, signal),
    error: 'sending queue is full',
    rejected_items: 187,
  });

/** The configuration of the healthy Collector with one exporter more, the only one of that signal's pipeline. */
export function exportingTo(signal: Signal, id: string, settings: string, text = collectorConfig()): string {
  const body = settings
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  const [before = '', after = ''] = text.split(`    ${signal}:\n`);
  return `${before.replace('  debug: {}\n', `  ${id}:\n${body}\n  debug: {}\n`)}    ${signal}:\n${after.replace(/exporters: \[.*\]/, `exporters: [${id}]`)}`;
}
