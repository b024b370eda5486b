declare module 'parse-prometheus-text-format' {
  /** What it answers is not looked at: only the time counts. */
  function parsePrometheusTextFormat(text: string): unknown;
  export = parsePrometheusTextFormat;
}
