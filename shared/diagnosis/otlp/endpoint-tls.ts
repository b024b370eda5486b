import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';
import { linksOf } from '../telemetry-links.ts';

/** TLS spoken to a receiver without a certificate, or plaintext to one that has one. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    linksOf(view, workload).flatMap(({ tls, url, source, path, exporter, collector }) => {
      const receiver = collector?.receiver;
      if (tls === undefined || !receiver || receiver.tls === tls) return [];
      const { config } = collector;
      const sender = exporter ? `exporter ${exporter} of ${called(workload.ref)}` : called(workload.ref);
      const plain = exporter ? `tls.insecure: true for ${exporter}` : 'an http:// endpoint';
      return [
        {
          code: 'otlp-tls-mismatch' as const,
          ...inWorkload(workload),
          title: tls
            ? `${sender} speaks TLS to collector ${collector.workload.ref.name}, which has no certificate there`
            : `${sender} speaks plaintext to collector ${collector.workload.ref.name}, which expects TLS there`,
          cause: `Sender and receiver do not agree about TLS: ${url} leads to ${receiver.path.replace('.endpoint', '')}, ${receiver.tls ? 'which has tls' : 'which has no tls'}.`,
          evidence: [
            evidence(source, path, exporter && tls ? `${url} (tls.insecure is not true)` : url),
            evidence(
              config.configMap,
              `data["${config.key}"] ${receiver.path.replace('.endpoint', '.tls')}`,
              receiver.tls ? 'set' : 'not set',
            ),
          ],
          remedy: tls
            ? `Set ${plain}, or give the receiver a certificate.`
            : `Set ${exporter ? `tls.ca_file instead of tls.insecure for ${exporter}` : 'an https:// endpoint'} and trust the CA of the receiver.`,
          commands: [kubectl(config.configMap, `edit configmap ${config.configMap.name}`)],
        },
      ];
    }),
  );
