import type { Backend } from './backends/backend.ts';
import { jaeger } from './backends/jaeger.ts';
import { loki } from './backends/loki.ts';
import { prometheus } from './backends/prometheus.ts';
import { tempo } from './backends/tempo.ts';
import { xray } from './backends/xray.ts';

/** What can be asked whether it has the canary. */
export const BACKENDS = { jaeger, prometheus, tempo, loki, xray } satisfies Record<string, Backend>;
export type BackendKind = keyof typeof BACKENDS;
