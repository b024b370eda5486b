/** Images that run an OpenTelemetry Collector: the project's own, and those of vendors. */
export const COLLECTOR_IMAGE =
  /opentelemetry-collector|otel-?col|otel\/.*collector|aws-otel-collector|splunk-otel-collector/;
