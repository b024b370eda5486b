import { collectorsOf } from '../collector.ts';
import { quoted, recentRecords } from '../log-records.ts';
import { called, evidence, inWorkload, type Rule } from '../rule.ts';

/** The defaults of the SDKs, as an error names them. */
const DEFAULTS =
  /(?:localhost|127\.0\.0\.1|\[(?:::1|0:0:0:0:0:0:0:1)\]|::1)(?:\/127\.0\.0\.1)?:431[78]\b|host='localhost', port=431[78]\b/;
/** Exporters of JavaScript say no more than that nobody listens there. */
const TELEMETRY = /export|otlp|opentelemetry|ECONNREFUSED/i;

/** No endpoint is configured and the log shows that the SDK sends to its own pod, where nothing listens. */
export const rule: Rule = (view) => {
  const collectors = new Set(collectorsOf(view));
  return view.workloads.flatMap((workload) => {
    if (collectors.has(workload) || view.endpoints(workload).length > 0) return [];
    const said = workload.pods
      .flatMap(({ containers }) => containers)
      .flatMap((container) => {
        const record = recentRecords(view, container).findLast(
          ({ text }) => DEFAULTS.test(text) && TELEMETRY.test(text),
        );
        return record ? [{ container, record }] : [];
      });
    const [first] = said;
    if (!first) return [];
    const { container, record } = first;
    return [
      {
        code: 'otlp-endpoint-unset' as const,
        ...inWorkload(workload),
        confidence: 'likely' as const,
        severity: 'P2' as const,
        title: `${called(workload.ref)} has no OTLP endpoint and sends to its own pod`,
        evidence: [
          evidence(workload.ref, 'spec.template.spec.containers[].env OTEL_EXPORTER_OTLP_ENDPOINT', 'not set'),
          evidence(container.pod.ref, `log of ${container.name}`, quoted(record)),
        ],
        since: record.at,
      },
    ];
  });
};
