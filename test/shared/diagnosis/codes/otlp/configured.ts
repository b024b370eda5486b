import type { Snapshot } from '#shared/domain/snapshot.ts';
import { configMapOf } from '#test/support/faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';

/** The Collector's file, with some of its text replaced. */
export function configured(from: string, to: string, minutes = 60 * 24 * 10): Snapshot {
  const snapshot = healthyNamespace();
  const map = configMapOf(snapshot, 'otel-collector-config');
  if (!COLLECTOR_CONFIG.includes(from)) throw new Error(`the configuration has no ${from}`);
  map.data = { 'collector.yaml': COLLECTOR_CONFIG.replace(from, to) };
  map.metadata.managedFields = [{ manager: 'kubectl', operation: 'Update', time: ago(minutes) }];
  return snapshot;
}
