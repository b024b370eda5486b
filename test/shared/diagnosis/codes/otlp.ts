import type { Cases } from './case.ts';
import { sdks } from './otlp/sdk.ts';
import { sdkLosses } from './otlp/sdk-losses.ts';

export const otlp = { ...sdks, ...sdkLosses } satisfies Cases;
