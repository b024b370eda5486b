import { RECENT_MS } from '../events.ts';
import { millis } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';

/**
 * How the SDKs say that an export failed for good: names of events of the Rust SDK, phrases of the Go, Java, Python and
 * JavaScript ones.
 */
const FAILED =
  /Export\.Failed\.(Exhausted|DeadlineExceeded)|Batch(Span|Log)Processor\.ExportError|PeriodicReader\.ExportFailed|HttpClient\.NetworkError|(traces|metrics|logs) export: |Failed to export (spans|metrics|logs|traces)|OTLPExporterError|OTLP export (failed|error)/i;

/** One lost batch is what every restart of a Collector costs. */
const ENOUGH = 2;

/** Without times in the log, only its end is taken as the present. */
const LAST_LINES = 50;

/** The application says in its log, several times and lately, that it cannot export. */
export const rule: Rule = (view) =>
  view.containers.flatMap((container) => {
    const lines = (view.log(container, false)?.text ?? '').split('\n').filter((line) => line.trim());
    const found = lines
      .map((line, index) => ({ line, index, at: timeIn(line) }))
      .filter(({ line, index, at }) => {
        if (!FAILED.test(line)) return false;
        return at === undefined ? lines.length - index <= LAST_LINES : view.now - at <= RECENT_MS;
      });
    const last = found.at(-1);
    if (!last || found.length < ENOUGH) return [];
    const { pod, name } = container;
    return [
      {
        code: 'otlp-export-failing' as const,
        ...inContainer(container),
        severity: 'P2' as const,
        confidence: 'likely' as const,
        title: `${ownerName(container)} cannot export its telemetry`,
        cause: `Its log says so ${found.length} times, at last: ${last.line.trim().slice(0, 300)}`,
        evidence: [
          evidence(
            pod.ref,
            `log of ${name}`,
            last.line.trim(),
            last.at === undefined ? null : new Date(last.at).toISOString(),
          ),
          ...(pod.workload
            ? view.endpoints(pod.workload).map(({ source, path, url }) => evidence(source, path, url))
            : []),
        ],
        since: found[0]?.at,
        commands: [kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --tail=50`)],
      },
    ];
  });

/** The first ISO time in the beginning of a line, as all structured loggers write it. */
const timeIn = (line: string): number | undefined =>
  millis(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/.exec(line.slice(0, 120))?.[0]);
