import { keyOf } from '../model.ts';
import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, type Rule } from '../rule.ts';
import { type Link, linksOf } from '../telemetry-links.ts';

/** The port that each protocol is served on, by its number and by the usual names of ports. */
const PORTS: Record<string, { number: number; name: RegExp }> = {
  grpc: { number: 4317, name: /grpc/ },
  http: { number: 4318, name: /http/ },
};

const WORDS = { grpc: 'gRPC', http: 'HTTP' } as const;

/** gRPC sent to the HTTP port or the reverse, after the Service has mapped the port to that of the pod. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    linksOf(view, workload).flatMap((link) => {
      const { protocol, port, url, source, path, exporter, collector } = link;
      const other = protocol === 'grpc' ? 'http' : protocol === 'http' ? 'grpc' : undefined;
      if (!protocol || !other || !isPortOf(other, link)) return [];
      const sender = exporter ? `exporter ${exporter} of ${called(workload.ref)}` : called(workload.ref);
      const receiver = collector?.receiver;
      return [
        {
          code: 'otlp-protocol-port-mismatch' as const,
          ...inWorkload(workload),
          title: `${sender} speaks ${WORDS[protocol]} to port ${port}, which is the port for ${WORDS[other]}`,
          evidence: [
            evidence(source, path, url),
            ...(exporter ? [] : [evidence(workload.ref, 'OTEL_EXPORTER_OTLP_PROTOCOL', protocol)]),
            ...(receiver && collector
              ? [
                  evidence(
                    collector.config.configMap,
                    `data["${collector.config.key}"] ${receiver.path}`,
                    receiver.endpoint,
                  ),
                ]
              : []),
          ],
          since: source === keyOf(workload.ref) ? revisionsOf(workload)[0]?.appeared : undefined,
          remedy: exporter
            ? `Send ${exporter} to port ${portFor(link, protocol)}, or use ${other === 'http' ? 'otlp_http' : 'otlp_grpc'} for it.`
            : `Send ${WORDS[protocol]} to port ${portFor(link, protocol)}, or set OTEL_EXPORTER_OTLP_PROTOCOL to ${other === 'http' ? 'http/protobuf' : 'grpc'}.`,
        },
      ];
    }),
  );

/** By the receiver that listens there, else by the number or name of the port. */
function isPortOf(kind: 'grpc' | 'http', { port, service, collector }: Link): boolean {
  if (collector?.receiver) return collector.receiver.protocol === kind;
  const known = PORTS[kind];
  const mapped = service?.object.spec?.ports?.find((each) => each.port === port);
  if (!known) return false;
  const target = mapped?.targetPort ?? port;
  return target === known.number || (typeof target === 'string' && known.name.test(target));
}

/** The port of the Service that leads to a receiver for it, else the usual one. */
function portFor({ service, collector }: Link, protocol: 'grpc' | 'http'): number | undefined {
  const own = collector?.receivers.find((receiver) => receiver.protocol === protocol)?.port;
  const mapped = service?.object.spec?.ports?.find(({ port, targetPort }) => (targetPort ?? port) === own);
  return mapped?.port ?? own ?? PORTS[protocol]?.number;
}
