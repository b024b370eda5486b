import type { Snapshot } from '#shared/domain/snapshot.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { says } from '#test/support/telling.ts';

export const without = (name: string): Snapshot => {
  const snapshot = healthyNamespace();
  snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.name !== name);
  snapshot.objects.endpointslices = snapshot.objects.endpointslices.filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] !== name,
  );
  return snapshot;
};

/** The application says that it cannot export, as the Rust SDK does. */
export const cannotExport = (snapshot: Snapshot): Snapshot =>
  says(snapshot, 'opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: transport error"');
