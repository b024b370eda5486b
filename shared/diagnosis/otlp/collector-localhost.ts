import type { Container } from '#shared/domain/kubernetes.ts';
import { type CollectorConfig, collectorConfigOf, collectorsOf, ids, section } from '../collector.ts';
import { evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

const LOCALHOST = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(:|$)/;

/** OTLP receivers that listen on localhost in a Collector which others reach through a Service. */
export const rule: Rule = (view) =>
  collectorsOf(view).flatMap((collector) => {
    const config = collectorConfigOf(view, collector);
    // Behind no Service it serves its own pod or node.
    if (!config || collector.services.length === 0 || collector.template.hostNetwork) return [];
    const bound = boundIn(config, (collector.template.containers ?? []).some(listensOnAllByDefault));
    if (bound.length === 0) return [];
    return [
      {
        code: 'collector-bound-to-localhost' as const,
        ...inWorkload(collector),
        title: `collector ${collector.ref.name} listens on localhost only (${bound.map(({ protocol }) => protocol).join(', ')})`,
        evidence: bound.map(({ path, value }) => evidence(config.configMap, `data["${config.key}"] ${path}`, value)),
        commands: [kubectl(config.configMap, `edit configmap ${config.configMap.name}`)],
      },
    ];
  });

function boundIn({ root }: CollectorConfig, allByDefault: boolean) {
  const pipelines = Object.keys(section(root, 'service', 'pipelines'));
  const used = new Set(pipelines.flatMap((id) => ids(section(root, 'service', 'pipelines', id).receivers)));
  const receivers = Object.keys(section(root, 'receivers')).filter((id) => /^otlp(\/|$)/.test(id) && used.has(id));
  return receivers.flatMap((id) => {
    const protocols = section(root, 'receivers', id, 'protocols');
    return ['grpc', 'http'].flatMap((protocol) => {
      if (!(protocol in protocols)) return [];
      const { endpoint } = section(protocols, protocol);
      const local = endpoint === undefined ? !allByDefault : LOCALHOST.test(String(endpoint));
      const path = `receivers.${id}.protocols.${protocol}.endpoint`;
      return local ? [{ protocol, path, value: String(endpoint ?? 'not set: the default is localhost') }] : [];
    });
  });
}

/** Before 0.104 the default was 0.0.0.0; a feature gate brought that back for some versions. */
function listensOnAllByDefault({ image = '', args = [] }: Container): boolean {
  const [, major, minor] = /:v?(\d+)\.(\d+)\.\d+/.exec(image) ?? [];
  const old = major === '0' && Number(minor) < 104 && /collector/.test(image);
  return old || args.some((arg) => arg.includes('-component.UseLocalHostAsDefaultHost'));
}
