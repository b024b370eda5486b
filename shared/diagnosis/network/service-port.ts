import { called, evidence, kubectl, type Rule } from '../rule.ts';
import { linksOf } from '../telemetry-links.ts';

/** Telemetry is sent to a port that the Service does not have. What is known of its Collector tells more, and comes first. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    linksOf(view, workload).flatMap(({ service, collector, port, url, source, path }) => {
      const { ports = [], type } = service?.object.spec ?? {};
      const isTold = collector !== undefined && collector.receivers.length > 0;
      if (!service || isTold || type === 'ExternalName' || ports.some((each) => each.port === port)) return [];
      // A headless Service without ports leads to whatever the pods listen on.
      if (ports.length === 0) return [];
      return [
        {
          code: 'service-port-unexpected' as const,
          at: service.ref,
          severity: 'P2' as const,
          title: `service ${service.ref.name} has no port ${port}, to which ${called(workload.ref)} sends its telemetry`,
          evidence: [
            evidence(source, path, url),
            evidence(service.ref, 'spec.ports', ports.map((each) => each.port).join(', ')),
          ],
          commands: [kubectl(service.ref, `get service ${service.ref.name} -o yaml`)],
        },
      ];
    }),
  );
