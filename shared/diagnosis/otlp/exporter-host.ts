import { evidence, inWorkload, kubectl, type Rule } from '../rule.ts';
import { linksOf } from '../telemetry-links.ts';

/** An exporter of a Collector whose host is the name of a Service that is not there. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    linksOf(view, workload).flatMap(({ exporter, named, service, url, source, path }) => {
      if (!exporter || !named || service || !view.knows('services', named.namespace)) return [];
      return [
        {
          code: 'collector-exporter-endpoint-dns' as const,
          ...inWorkload(workload),
          title: `exporter ${exporter} of collector ${workload.ref.name} sends to service ${named.name}, which does not exist`,
          cause: `The endpoint ${url} is a name inside the cluster, and namespace ${named.namespace} has no Service ${named.name}.`,
          evidence: [evidence(source, path, url), evidence(named, 'metadata.name', 'not found')],
          severity: 'P2' as const,
          commands: [kubectl(named, 'get services')],
        },
      ];
    }),
  );
