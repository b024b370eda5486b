import { SIGNALS } from '../collector-exporters.ts';
import { called, evidence, inWorkload, type Rule } from '../rule.ts';
import { type Link, linksOf } from '../telemetry-links.ts';

/** An OTLP/HTTP URL whose path is not the one that the receiver takes the signal at. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    linksOf(view, workload).flatMap((link) => {
      const wrong = wrongPath(link);
      if (!wrong) return [];
      return [
        {
          code: 'otlp-http-path-wrong' as const,
          ...inWorkload(workload),
          confidence: 'likely' as const,
          title: `${called(workload.ref)} sends ${wrong.what} to the path ${wrong.effective}`,
          cause: wrong.why,
          evidence: [evidence(link.source, link.path, link.url)],
          remedy: wrong.remedy,
        },
      ];
    }),
  );

function wrongPath(link: Link) {
  const { exporter, protocol, url, port, signal, collector } = link;
  const isHttp = protocol === 'http' || (protocol === undefined && port === 4318);
  // Backends have paths of their own; a Collector has those of its configuration.
  const toCollector = collector !== undefined || port === 4318;
  const parsed = URL.parse(url);
  if (exporter !== undefined || !isHttp || !toCollector || !parsed || !url.includes('://')) return undefined;
  const path = parsed.pathname.replace(/(?<!\/)\/+$/, '');
  if (signal !== undefined) {
    const taken = collector?.receiver?.paths[signal] ?? `/v1/${signal}`;
    if (path === taken) return undefined;
    return {
      what: signal,
      effective: path || '/',
      why: `The endpoint of one signal is used as it is written, and the receiver takes ${signal} at ${taken}; it answers 404 to anything else.`,
      remedy: `End OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT with ${taken}, or use OTEL_EXPORTER_OTLP_ENDPOINT without a path.`,
    };
  }
  const doubled = SIGNALS.find((each) => path.endsWith(`/v1/${each}`));
  if (!doubled) return undefined;
  return {
    what: 'its telemetry',
    effective: `${path}/v1/${doubled}`,
    why: 'OTEL_EXPORTER_OTLP_ENDPOINT is the base of all signals: the SDK appends /v1/<signal> to it, and the receiver answers 404.',
    remedy: `Take ${path} away from OTEL_EXPORTER_OTLP_ENDPOINT.`,
  };
}
