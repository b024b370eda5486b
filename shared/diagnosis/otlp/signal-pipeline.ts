import { quoted, recentRecords } from '../log-records.ts';
import type { WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import { type Link, linksOf } from '../telemetry-links.ts';
import type { ClusterView } from '../view.ts';

const SERVICES = { traces: 'trace', metrics: 'metrics', logs: 'logs', profiles: 'profiles' } as const;

/** A signal that is sent to a Collector no pipeline of which takes it from the receiver that it arrives at. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => linksOf(view, workload).flatMap((link) => missing(view, workload, link)));

function missing(view: ClusterView, sender: WorkloadView, link: Link): Sighting[] {
  const { collector } = link;
  const receiver = collector?.receiver;
  if (!collector || !receiver) return [];
  const { workload, config } = collector;
  const { configMap, key } = config;
  return (['traces', 'metrics', 'logs'] as const).flatMap((signal) => {
    if (receiver.signals.includes(signal)) return [];
    const line = refusal(view, sender, signal);
    if (!line && !link.sends.includes(signal)) return [];
    return [
      {
        code: 'collector-signal-pipeline-missing' as const,
        ...inWorkload(workload),
        confidence: line ? ('certain' as const) : ('likely' as const),
        severity: 'P2' as const,
        title: `collector ${workload.ref.name} has no pipeline for the ${signal} that ${called(sender.ref)} sends`,
        cause: `Receiver ${receiver.id} stands in the pipelines of ${receiver.signals.join(', ')} alone, so that it does not know the service for ${signal}: gRPC Unimplemented, HTTP 404.`,
        evidence: [
          evidence(
            configMap,
            `data["${key}"] service.pipelines`,
            `${receiver.id} takes ${receiver.signals.join(', ')}`,
          ),
          evidence(link.source, link.path, link.url),
          ...(line ? [line] : []),
        ],
        remedy: `Add receiver ${receiver.id} to a pipeline for ${signal}, or stop sending them (OTEL_${signal.toUpperCase()}_EXPORTER=none).`,
        commands: [
          kubectl(configMap, `edit configmap ${configMap.name}`),
          kubectl(workload.ref, `rollout restart ${workload.ref.kind.toLowerCase()}/${workload.ref.name}`),
        ],
      },
    ];
  });
}

/** `unknown service opentelemetry.proto.collector.metrics.v1.MetricsService`, as every gRPC client repeats it. */
function refusal(view: ClusterView, { pods }: WorkloadView, signal: keyof typeof SERVICES) {
  const words = `unknown service opentelemetry.proto.collector.${SERVICES[signal]}.v1.`;
  for (const container of pods.flatMap(({ containers }) => containers)) {
    const record = recentRecords(view, container).findLast(({ text }) => text.includes(words));
    if (record) return evidence(container.pod.ref, `log of ${container.name}`, quoted(record));
  }
  return undefined;
}
