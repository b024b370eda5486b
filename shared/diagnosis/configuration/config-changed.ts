import { type Change, changesOf } from '../changes.ts';
import { notReadySince } from '../container-state.ts';
import { millis, type WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { duration, NEAR_MS } from '../what-changed.ts';

/**
 * A ConfigMap or Secret that its pods see was changed shortly before a workload failed: no proof, but what to look at
 * first where nothing says why. What a known cause explains is taken out again, in shared/diagnosis/leads.ts.
 */
export const rule: Rule = (view) => view.workloads.flatMap((workload) => leadsOf(view, workload));

function leadsOf(view: ClusterView, workload: WorkloadView): Sighting[] {
  if (workload.available >= workload.desired || view.references(workload).length === 0) return [];
  const began = workload.pods.flatMap((pod) => notReadySince(pod) ?? []).reduce((a, b) => Math.min(a, b), Infinity);
  const isNear = ({ at }: Change) => at <= began && began - at <= NEAR_MS;
  // A revision brings its configuration with it, and can be taken back.
  const [newest] = changesOf(view, workload).filter((change) => change.kind !== 'node' && isNear(change));
  if (newest?.kind !== 'configuration' || !isSeen(view, workload, newest)) return [];
  const { ref, at } = newest;
  const time = new Date(at).toISOString();
  return [
    {
      code: 'config-changed-recently',
      ...inWorkload(workload),
      confidence: 'possible',
      title: `${called(ref)} was changed ${duration(began - at)} before ${called(workload.ref)} failed`,
      evidence: [
        evidence(ref, 'metadata.managedFields[].time', time, time),
        evidence(workload.ref, 'not ready since', new Date(began).toISOString(), new Date(began).toISOString()),
      ],
      since: at,
      commands: [kubectl(ref, `get ${called(ref)} -o yaml --show-managed-fields`)],
    },
  ];
}

/** What a container reads at its start alone has not reached one that was not started since. */
function isSeen(view: ClusterView, workload: WorkloadView, { ref, at }: Change): boolean {
  const ways = view.references(workload).filter(({ kind, name }) => kind === ref.kind && name === ref.name);
  if (ways.some(({ frozen }) => !frozen)) return true;
  return workload.pods.some(({ containers }) =>
    containers.some(({ status }) => {
      const { running, terminated, waiting } = status?.state ?? {};
      const started = millis(running?.startedAt ?? terminated?.startedAt);
      return waiting !== undefined || (started !== undefined && started > at);
    }),
  );
}
