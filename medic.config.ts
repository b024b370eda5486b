import { defineConfig } from '#shared/domain/config.ts';

/**
 * What the medic looks after. The embedded sandbox is always a target, `sandbox`; add your own, for example
 *
 *   { name: 'shop', cluster: { eks: 'production', region: 'eu-central-1' }, workloads: ['deployment/shop-api'] },
 *   { name: 'staging', cluster: { context: 'staging' }, namespace: 'otlp-system' },
 *
 * Without names of its own a target has those of the guide: deployment/otlp-app, otlp-app-service, otel-collector, ...
 * All settings with their defaults: docs/schema/config.json.
 */
export default defineConfig({ targets: [] });
