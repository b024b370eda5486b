import type { Endpoint } from '../endpoints.ts';
import { keyOf, type ServiceView } from '../model.ts';
import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, type Rule } from '../rule.ts';

/** The port that each protocol is served on, by its number and by the usual names of ports. */
const PORTS: Record<string, { number: number; name: RegExp }> = {
  grpc: { number: 4317, name: /grpc/ },
  http: { number: 4318, name: /http/ },
};

/** gRPC sent to the HTTP port or the reverse, after the Service has mapped the port to that of the pod. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    view.endpoints(workload).flatMap((endpoint) => {
      const { protocol, port, url, source, path, service } = endpoint;
      const spoken = protocol?.startsWith('http/') ? 'http' : protocol;
      const other = spoken === 'grpc' ? 'http' : spoken === 'http' ? 'grpc' : undefined;
      if (!spoken || !other || !isPortOf(other, endpoint, service && view.service(service.namespace, service.name)))
        return [];
      return [
        {
          code: 'otlp-protocol-port-mismatch' as const,
          ...inWorkload(workload),
          title: `${called(workload.ref)} speaks ${protocol} to port ${port}, which is the port for ${other === 'http' ? 'HTTP' : 'gRPC'}`,
          evidence: [evidence(source, path, url), evidence(workload.ref, 'OTEL_EXPORTER_OTLP_PROTOCOL', protocol)],
          since: source === keyOf(workload.ref) ? revisionsOf(workload)[0]?.appeared : undefined,
          remedy: `Send ${protocol} to port ${PORTS[spoken]?.number}, or set OTEL_EXPORTER_OTLP_PROTOCOL to ${other === 'http' ? 'http/protobuf' : 'grpc'}.`,
        },
      ];
    }),
  );

function isPortOf(kind: string, { port }: Endpoint, service: ServiceView | undefined): boolean {
  const known = PORTS[kind];
  const mapped = service?.object.spec?.ports?.find((each) => each.port === port);
  if (!known) return false;
  const target = mapped?.targetPort ?? port;
  return target === known.number || (typeof target === 'string' && known.name.test(target));
}
