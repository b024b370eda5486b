import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

export const without = (name: string): Snapshot => {
  const snapshot = healthyNamespace();
  snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.name !== name);
  snapshot.objects.endpointslices = snapshot.objects.endpointslices.filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] !== name,
  );
  return snapshot;
};

/** The application says that it cannot export, as the Rust SDK does. */
export const cannotExport = (snapshot: Snapshot): Snapshot => {
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(
      snapshot,
      pod,
      [4, 3, 2]
        .map(
          (minutes) =>
            `${ago(minutes)} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: transport error"`,
        )
        .join('\n'),
    );
  return snapshot;
};
