import { collectorConfigOf, collectorsOf } from '../collector.ts';
import { keyOf } from '../model.ts';
import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** An OTLP endpoint of an application whose host is the name of a Service that is not there. */
export const rule: Rule = (view) => {
  const collectors = new Set(collectorsOf(view).filter((each) => collectorConfigOf(view, each)));
  const applications = view.workloads.filter((workload) => !collectors.has(workload));
  return applications.flatMap((workload) =>
    view.endpoints(workload).flatMap(({ service, url, source, path }) => {
      if (!service || !view.knows('services', service.namespace) || view.service(service.namespace, service.name))
        return [];
      return [
        {
          code: 'otlp-endpoint-unknown-host' as const,
          ...inWorkload(workload),
          title: `${called(workload.ref)} sends its telemetry to service ${service.name}, which does not exist`,
          evidence: [evidence(source, path, url), evidence(service, 'metadata.name', 'not found')],
          since: source === keyOf(workload.ref) ? revisionsOf(workload)[0]?.appeared : undefined,
          commands: [kubectl(service, 'get services')],
        },
      ];
    }),
  );
};
