import * as z from 'zod';
import { mode } from '#shared/domain/mode.ts';
import { otlpProtocol, type ProbeResult, type Signal, signal } from '#shared/domain/probe-result.ts';
import { targetName } from '#shared/domain/target-name.ts';

const milliseconds = z.number().int().min(1);
const url = z.url({ protocol: /^https?$/, error: 'write an http:// or https:// URL' }).optional();

const known = (text: string): Signal[] | undefined => {
  const names = text.split(',').map((name) => name.trim());
  const read = z.array(signal).min(1).safeParse(names);
  return read.success ? [...new Set(read.data)] : undefined;
};

export const input = z
  .strictObject({
    target: targetName,
    endpoint: z
      .string()
      .optional()
      .describe(
        'base URL of an OTLP receiver; default: the endpoints of the target. Not on AWS: there a target names it',
      ),
    protocol: otlpProtocol.optional().describe('default: that of the endpoint, for a free one http/protobuf'),
    vantage: z
      .enum(['direct', 'apiserver'])
      .optional()
      .describe(
        "apiserver: through the API server's proxy, the URLs name Services (http://collector.shop.svc:4318); default: that of the endpoint",
      ),
    headers: z
      .string()
      .optional()
      .describe('k=v,k2=v2 with percent-encoded values, the form of OTEL_EXPORTER_OTLP_HEADERS'),
    ca: z.string().optional().describe('file with the CA certificate (PEM) to trust'),
    clientCert: z.string().optional().describe('file with the client certificate (PEM)'),
    clientKey: z.string().optional().describe('file with its key (PEM)'),
    metricsUrl: url.describe("the Collector's own metrics: http://collector:8888/metrics"),
    healthUrl: url.describe('its health_check extension: http://collector:13133'),
    queryUrl: url.describe('the API of a backend that stores it: Jaeger, Tempo, Prometheus, Loki or X-Ray'),
    receiptListen: z
      .string()
      .optional()
      .describe(
        'HOST:PORT to listen on for the canary that a pipeline of the Collector returns (docs/otlp.md): proof without a backend',
      ),
    receiptLogs: z
      .string()
      .min(1)
      .optional()
      .describe(
        "label selector of the Collector's pods, whose log shows the canaries that came through (docs/otlp.md): proof without a backend, with the kubeconfig or the cluster of the target",
      ),
    signals: z
      .string()
      .refine((text) => known(text) !== undefined, 'write traces, metrics and logs, separated by commas')
      .optional()
      .describe(
        'what is sent: traces,metrics,logs or some of them; default: the signals of the endpoint, for a free one all',
      ),
    timeout: milliseconds.max(40_000).default(10_000).describe('of one request, milliseconds'),
    mode: mode.describe('act: keep the answer, so that a health check soon after sends no canary of its own'),
    slow: milliseconds
      .optional()
      .describe('an answer that takes longer is slow, milliseconds; default: 1000, or the latency limit of the target'),
  })
  .describe('Walks the OTLP ladder: proves that telemetry arrives, or names the rung where it stops.');
export type Input = z.infer<typeof input>;

/** The signals of an event, which the schema has checked; undefined where it names none. */
export const signalsOf = ({ signals }: Pick<Input, 'signals'>): Signal[] | undefined =>
  signals === undefined ? undefined : known(signals);

export type Output = ProbeResult;
