import type { Cases } from './case.ts';
import { collectors } from './otlp/collector.ts';
import { exporters } from './otlp/exporters.ts';
import { receivers } from './otlp/receivers.ts';
import { sdks } from './otlp/sdk.ts';
import { sdkLosses } from './otlp/sdk-losses.ts';
import { way } from './otlp/way.ts';

export const otlp = { ...collectors, ...receivers, ...way, ...exporters, ...sdks, ...sdkLosses } satisfies Cases;
