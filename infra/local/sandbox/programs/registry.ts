import { coreDns } from './coredns.ts';
import { loadTest } from './load-test.ts';
import { nightlyReport } from './nightly-report.ts';
import { otelCollector } from './otel-collector.ts';
import { otlpApp } from './otlp-app.ts';
import { otlpGateway } from './otlp-gateway.ts';
import { policyWebhook } from './policy-webhook.ts';
import type { Program } from './program.ts';
import { sessionStore } from './session-store.ts';
import { waitFor } from './wait-for.ts';

export interface Image {
  program: Program;
  digest: string;
  sizeBytes: number;
  pullSeconds: number;
}

/** The container registry: the images that exist, and what runs in them. Any other name is not found. */
export class Registry {
  readonly #images: ReadonlyMap<string, Image>;

  constructor(images: ReadonlyMap<string, Image>) {
    this.#images = images;
  }

  find(image: string): Image | undefined {
    return this.#images.get(image);
  }
}

const APP = 'registry.example.com/otlp-app';
export const APP_IMAGE = (version: string): string => `${APP}:${version}`;
export const LOAD_TEST_IMAGE = 'registry.example.com/load-test:0.9.0';
export const COREDNS_IMAGE = '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.13.1-eksbuild.1';
export const WEBHOOK_IMAGE = 'registry.example.com/policy-webhook:1.8.0';
export const GATEWAY_IMAGE = 'registry.example.com/otlp-gateway:3.2.0';
export const STORE_IMAGE = 'registry.example.com/session-store:7.4.1';
export const REPORT_IMAGE = 'registry.example.com/nightly-report:2.1.0';
export const WAIT_IMAGE = 'registry.example.com/wait-for:1.2.0';
export const COLLECTOR_IMAGE = 'otel/opentelemetry-collector:0.161.0';

const digest = (hex: string) => `sha256:${hex.repeat(64 / hex.length)}`;

/** Version 1.5.0 was announced and never pushed. */
export const publishedImages = (): ReadonlyMap<string, Image> =>
  new Map([
    [
      APP_IMAGE('1.4.1'),
      { program: otlpApp('1.4.1'), digest: digest('9f2c41d0'), sizeBytes: 38_112_384, pullSeconds: 2.1 },
    ],
    [
      APP_IMAGE('1.4.2'),
      { program: otlpApp('1.4.2'), digest: digest('4ab87e13'), sizeBytes: 38_141_952, pullSeconds: 2.4 },
    ],
    [COREDNS_IMAGE, { program: coreDns, digest: digest('1e90c3d2'), sizeBytes: 22_020_096, pullSeconds: 1.4 }],
    [WEBHOOK_IMAGE, { program: policyWebhook, digest: digest('e3f5a614'), sizeBytes: 29_360_128, pullSeconds: 1.9 }],
    [GATEWAY_IMAGE, { program: otlpGateway, digest: digest('5b92fd08'), sizeBytes: 41_943_040, pullSeconds: 2.2 }],
    [STORE_IMAGE, { program: sessionStore, digest: digest('c2a97e60'), sizeBytes: 16_777_216, pullSeconds: 1.2 }],
    [REPORT_IMAGE, { program: nightlyReport, digest: digest('08d4ab37'), sizeBytes: 19_922_944, pullSeconds: 1.3 }],
    [LOAD_TEST_IMAGE, { program: loadTest, digest: digest('77d01fae'), sizeBytes: 12_582_912, pullSeconds: 1.1 }],
    [WAIT_IMAGE, { program: waitFor, digest: digest('6d3be214'), sizeBytes: 4_194_304, pullSeconds: 0.6 }],
    [COLLECTOR_IMAGE, { program: otelCollector, digest: digest('c05d7b96'), sizeBytes: 61_870_080, pullSeconds: 3.2 }],
  ]);
