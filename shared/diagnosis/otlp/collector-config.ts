import { changedAt } from '../changes.ts';
import { collectorConfigOf, collectorsOf } from '../collector.ts';
import { problemsOf } from '../collector-checks.ts';
import { configRefusalOf, type Refusal } from '../collector-refusal.ts';
import type { WorkloadView } from '../model.ts';
import { type Revision, revisionsOf } from '../revisions.ts';
import { evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A configuration that the Collector cannot start with: read from its ConfigMap, and from its last words. */
export const rule: Rule = (view) => {
  const refusals = refusalsIn(view);
  return [...new Set([...collectorsOf(view), ...refusals.keys()])].flatMap((collector) => {
    const config = collectorConfigOf(view, collector);
    const problems = config ? problemsOf(config) : [];
    const refusal = refusals.get(collector);
    if (problems.length === 0 && !refusal) return [];
    const at = config?.configMap ?? collector.ref;
    const changed = config && changedAt(view.configMap(at.namespace, at.name));
    const revision = problems.length === 0 ? revisionAfter(collector, changed) : undefined;
    const first = problems[0]?.problem ?? refusal?.text.replace(/\s+/g, ' ') ?? '';
    const sighting: Sighting = {
      code: 'collector-config-invalid',
      ...inWorkload(collector),
      title: `the configuration of collector ${collector.ref.name} is invalid`,
      cause: `${first}. ${revision ? `Revision ${revision.number} does not take what stands unchanged in` : 'It stands in'} ${config ? `configmap ${at.name}` : 'its configuration'}${revision ? '' : ', which a rollback of the workload does not change'}.`,
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
      since: revision?.appeared ?? changed,
      commands: [
        kubectl(at, config ? `edit configmap ${at.name}` : `describe ${at.kind.toLowerCase()} ${at.name}`),
        kubectl(collector.ref, `rollout restart ${collector.ref.kind.toLowerCase()}/${collector.ref.name}`),
      ],
    };
    return [sighting];
  });
};

/** The newest revision, where it came after the last change of the file: another image refuses what the one before took. */
function revisionAfter(collector: WorkloadView, changed: number | undefined): Revision | undefined {
  const [newest, before] = revisionsOf(collector);
  const isLater = changed !== undefined && newest?.appeared !== undefined && newest.appeared > changed;
  return isLater && before ? newest : undefined;
}

/** Of known Collectors, and of what is none by its image but speaks as only a Collector does. */
function refusalsIn(view: ClusterView): Map<WorkloadView, Refusal> {
  const collectors = new Set(collectorsOf(view));
  const said = view.disturbed.flatMap((container): [WorkloadView, Refusal][] => {
    const { workload } = container.pod;
    const refusal = workload && configRefusalOf(view, container);
    return refusal && (refusal.unmistakable || collectors.has(workload)) ? [[workload, refusal]] : [];
  });
  return new Map(said.toReversed());
}
