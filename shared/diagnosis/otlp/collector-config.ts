import { changedAt } from '../changes.ts';
import { collectorConfigOf, collectorsOf } from '../collector.ts';
import { problemsOf } from '../collector-checks.ts';
import { troubleOf } from '../container-state.ts';
import type { WorkloadView } from '../model.ts';
import { evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** The first line with which the Collector refuses its configuration; a second line may hold the reason. */
const REFUSAL =
  /^(?:Error: )?(?:invalid configuration: .+|failed to get config: [^\n]*(?:\n(?:[^\S\n]*\n)*[^\n']*'[^\n]*){0,3})/m;

/** A configuration that the Collector cannot start with: read from its ConfigMap, and from its last words. */
export const rule: Rule = (view) =>
  collectorsOf(view).flatMap((collector) => {
    const config = collectorConfigOf(view, collector);
    const problems = config ? problemsOf(config) : [];
    const refusal = refusalOf(view, collector);
    if (problems.length === 0 && !refusal) return [];
    const at = config?.configMap ?? collector.ref;
    const changed = config && changedAt(view.configMap(at.namespace, at.name));
    const first = problems[0]?.problem ?? refusal?.text.replace(/\s+/g, ' ') ?? '';
    const sighting: Sighting = {
      code: 'collector-config-invalid',
      ...inWorkload(collector),
      title: `the configuration of collector ${collector.ref.name} is invalid`,
      cause: `${first}. It stands in ${config ? `configmap ${at.name}` : 'its configuration'}, which a rollback of the workload does not change.`,
      evidence: [
        ...problems.map(({ path, problem }) =>
          evidence(
            at,
            `data["${config?.key}"] ${path}`,
            problem,
            changed === undefined ? null : new Date(changed).toISOString(),
          ),
        ),
        ...(refusal ? [evidence(refusal.source, refusal.path, refusal.text)] : []),
      ],
      since: changed,
      commands: [
        kubectl(at, config ? `edit configmap ${at.name}` : `describe ${at.kind.toLowerCase()} ${at.name}`),
        kubectl(collector.ref, `rollout restart ${collector.ref.kind.toLowerCase()}/${collector.ref.name}`),
      ],
    };
    return [sighting];
  });

function refusalOf(view: ClusterView, { pods }: WorkloadView) {
  for (const container of pods.flatMap(({ containers }) => containers)) {
    if (!troubleOf(view, container)) continue;
    for (const previous of [true, false]) {
      const text = REFUSAL.exec(view.log(container, previous)?.text ?? '')?.[0];
      const path = `log of ${container.name}${previous ? ' (previous)' : ''}`;
      if (text) return { text: text.trim(), source: container.pod.ref, path };
    }
  }
  return undefined;
}
