import type { Container, ProbeAction } from '#shared/domain/kubernetes.ts';
import { type CollectorConfig, collectorConfigOf, collectorsOf, ids, section } from '../collector.ts';
import { receiversOf } from '../collector-exporters.ts';
import { troubleOf } from '../container-state.ts';
import { evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
/** Of the health_check extension; the probes of most charts ask there. */
const USUAL_PORT = 13133;

/** A Collector that fails its probes because they ask where its health_check extension does not answer. */
export const rule: Rule = (view) =>
  collectorsOf(view).flatMap((collector) => {
    const config = collectorConfigOf(view, collector);
    const inTrouble = collector.pods.some(({ containers }) => containers.some((each) => troubleOf(view, each)));
    // With probes that pass, they are right.
    if (!config?.root || !inTrouble) return [];
    const wrong = (collector.template.containers ?? []).flatMap((container, index) =>
      PROBES.flatMap((name) => {
        const problem = container[name] && problemOf(config, container, container[name]);
        const path = `spec.template.spec.containers[${index}].${name}.httpGet`;
        return problem ? [{ problem, path, probe: container[name] }] : [];
      }),
    );
    const [first] = wrong;
    if (!first) return [];
    return [
      {
        code: 'collector-health-check-failing' as const,
        ...inWorkload(collector),
        title: `the probes of collector ${collector.ref.name} ask where its health check does not answer`,
        cause: first.problem,
        evidence: [
          ...wrong.map(({ path, probe }) => evidence(collector.ref, path, probe?.httpGet ?? '')),
          evidence(config.configMap, `data["${config.key}"] service.extensions`, listed(config).join(', ') || 'none'),
        ],
        commands: [kubectl(config.configMap, `edit configmap ${config.configMap.name}`)],
      },
    ];
  });

const listed = ({ root }: CollectorConfig) => ids(section(root, 'service').extensions);

function problemOf(config: CollectorConfig, { ports = [] }: Container, { httpGet }: ProbeAction): string | undefined {
  if (!httpGet) return undefined;
  const asked =
    typeof httpGet.port === 'number' ? httpGet.port : ports.find(({ name }) => name === httpGet.port)?.containerPort;
  if (asked === undefined || receiversOf(config).some(({ port }) => port === asked)) return undefined;
  const id = listed(config).find((each) => /^health_?check(v2)?(\/|$)/.test(each));
  if (!id)
    return asked === USUAL_PORT
      ? `No health_check extension is in service.extensions, so nothing listens on port ${asked}.`
      : undefined;
  // The second version nests its settings by protocol.
  if (id.startsWith('healthcheckv2')) return undefined;
  const { endpoint = `localhost:${USUAL_PORT}`, path = '/' } = section(config.root, 'extensions', id);
  const port = Number(/:(\d{1,5})$/.exec(String(endpoint))?.[1]);
  if (Number.isNaN(port)) return undefined;
  if (port !== asked) return `The probes ask port ${asked}, and ${id} listens on ${String(endpoint)}.`;
  if (/^(localhost|127\.|\[?::1)/.test(String(endpoint)))
    return `${id} listens on ${String(endpoint)}, which the kubelet cannot reach from outside the pod.`;
  return (httpGet.path ?? '/') === path
    ? undefined
    : `The probes ask ${httpGet.path ?? '/'}, and ${id} answers at ${String(path)}.`;
}
