import type { RecommendedAction } from '#shared/domain/diagnosis.ts';
import { ownershipOf } from '#shared/domain/ownership.ts';
import { changesOf } from './changes.ts';
import type { Fault } from './finding.ts';
import { isReady, keyOf, millis, type WorkloadView } from './model.ts';
import { isAbsentSecret } from './presence.ts';
import { referencesOf } from './references.ts';
import { type Revision, revisionsOf } from './revisions.ts';
import { called } from './rule.ts';
import type { ClusterView } from './view.ts';
import { silentOnChange, silentWebhooks } from './webhooks.ts';
import { duration } from './what-changed.ts';

/** A revision that ran well for a day is hardly the reason of what fails now. */
const SUSPECT_MS = 24 * 3_600_000;

/** The one action that is advised, from the first root cause; whether it is allowed is decided elsewhere. */
export function recommend(view: ClusterView, roots: Fault[], rest: { startingUp: boolean }): RecommendedAction {
  const advice = adviceFor(view, roots, rest);
  const [root] = roots;
  if (!root || (advice.class !== 'restart' && advice.class !== 'rollback')) return advice;
  const why = whyBlocked(view, workloadOf(view, root));
  return why ? { class: 'escalate', reason: `a ${advice.class} ${why}` } : advice;
}

/** An admission webhook that nobody answers for stands before new pods, or before the change itself. */
function whyBlocked(view: ClusterView, workload: WorkloadView | undefined): string | undefined {
  const [pods] = silentWebhooks(view);
  if (pods)
    return `would take pods away that cannot be made again: admission webhook ${pods.webhook.name} has nobody behind it`;
  const [change] = workload ? silentOnChange(view, workload) : [];
  if (!workload || !change) return undefined;
  return `changes ${called(workload.ref)}, which the API server refuses: admission webhook ${change.webhook.name} has nobody behind it`;
}

function adviceFor(view: ClusterView, roots: Fault[], rest: { startingUp: boolean }): RecommendedAction {
  const [root] = roots;
  if (!root) {
    return rest.startingUp
      ? { class: 'wait', reason: 'pods are starting; nothing fails so far' }
      : { class: 'none', reason: 'nothing fails' };
  }
  const { code, finding } = root;
  const { actions } = finding;
  const workload = workloadOf(view, root);
  const back = actions.includes('rollback') ? rollbackFor(view, root, workload) : undefined;

  if (back && 'revision' in back && (!actions.includes('restart') || neverWorked(workload))) {
    const { number } = back.revision;
    return {
      class: 'rollback',
      toRevision: number,
      reason: `a rollback to revision ${number} can cure ${code}: it came with ${back.came}`,
    };
  }
  if (actions.includes('restart'))
    return { class: 'restart', reason: `a restart can cure ${code}: ${lower(finding.cause)}` };
  const other = actions.find((action) => action !== 'rollback');
  if (other === 'wait') return { class: 'wait', reason: `${code} passes by itself: ${lower(finding.remedy.text)}` };
  if (other === 'scale')
    return {
      class: 'scale',
      reason: `${code} may be helped by more replicas or more room: ${lower(finding.remedy.text)}`,
    };
  if (actions.length === 0)
    return { class: 'escalate', reason: `nothing that was read explains ${code}: a person must look` };
  const why = back && 'why' in back ? ` and a rollback is not advised: ${back.why}` : '';
  const restart = root.restartFutile
    ? `a restart does not cure ${code}: ${root.restartFutile}`
    : `a restart cannot cure ${code}`;
  return { class: 'escalate', reason: `${restart}${why}` };
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** The workload whose revision is in question: the fault's own, or the first that uses the object at fault. */
const workloadOf = (view: ClusterView, { workload, anchor }: Fault): WorkloadView | undefined =>
  workload ?? view.users(anchor).toSorted((a, b) => Number(b.named) - Number(a.named))[0];

/** Fresh pods of the newest revision have never been ready: starting them once more changes nothing. */
const neverWorked = (workload: WorkloadView | undefined): boolean => {
  if (workload?.controllerRevisions.length) {
    const fresh = workload.pods.filter(({ current }) => current);
    const { currentRevision, updateRevision } = workload.object.status ?? {};
    const rolling = fresh.length < workload.desired || currentRevision !== updateRevision;
    return rolling && !fresh.some(isReady);
  }
  const [newest, previous] = workload?.replicaSets ?? [];
  const progressing = workload?.object.status?.conditions?.find(({ type }) => type === 'Progressing');
  return (
    newest !== undefined &&
    previous !== undefined &&
    (newest.status?.readyReplicas ?? 0) === 0 &&
    progressing !== undefined &&
    progressing.reason !== 'NewReplicaSetAvailable'
  );
};

type Rollback = { revision: Revision; came: string } | { why: string };

/** A rollback helps when the newest revision brought the fault and an older one does not have its reason. */
function rollbackFor(view: ClusterView, root: Fault, workload: WorkloadView | undefined): Rollback {
  if (!workload) return { why: 'no workload whose revision could be taken back' };
  const owned = ownershipOf(workload.object);
  if (owned?.reverts && !view.target.policy?.actOnGitOps) return { why: `${owned.by} would put it back` };
  const { object } = workload;
  if (object.spec?.updateStrategy?.type === 'OnDelete')
    return { why: 'with the update strategy OnDelete it would not replace the pods' };
  const [newest, ...older] = revisionsOf(workload);
  const file = fileOf(root);
  if (file && older.every((revision) => usesConfigMap(revision, file)))
    return { why: `it would not change configmap ${file} back` };
  if (!newest || older.length === 0) return { why: 'there is no older revision with another pod template' };
  if (newest.appeared === undefined) return { why: `revision ${newest.number} is itself a return to an earlier one` };

  const began = millis(root.finding.firstSeen);
  if (began === undefined) return { why: 'when the fault began is not known' };
  if (began < newest.appeared) return { why: `the fault began before revision ${newest.number} appeared` };
  const lag = began - newest.appeared;
  if (lag > SUSPECT_MS) return { why: `revision ${newest.number} had run for ${duration(lag)} before the fault began` };
  const between = changesOf(view, workload).find(
    ({ kind, at }) => kind !== 'revision' && at > (newest.appeared ?? 0) && at <= began,
  );
  if (between)
    return { why: `${between.what} changed after revision ${newest.number}, and a rollback does not change it back` };
  const revision = older.find((candidate) => lacksReason(view, root, workload, candidate));
  if (!revision) return { why: 'the older revisions have the same reason to fail' };
  const after = lag < 1000 ? 'as soon as that appeared' : `${duration(lag)} after that appeared`;
  return { revision, came: `revision ${newest.number} of ${called(workload.ref)}, ${after}${standstill(workload)}` };
}

/** Known of old: the controller waits for a pod that is not ready before it touches the next, whatever its template. */
function standstill({ ref, object, pods }: WorkloadView): string {
  if (ref.kind !== 'StatefulSet' || object.spec?.podManagementPolicy === 'Parallel') return '';
  const [broken] = pods.filter((pod) => pod.current && !isReady(pod));
  return broken ? `; afterwards delete ${called(broken.ref)}, for the controller waits for it as it is` : '';
}

/** The ConfigMap that holds a configuration which does not do. */
const fileOf = ({ code, anchor, finding }: Fault): string | undefined => {
  if (!code.endsWith('-invalid')) return undefined;
  if (anchor.kind === 'ConfigMap') return anchor.name;
  return /^ConfigMap\/[^/]+\/(.+)$/.exec(finding.evidence[0]?.source ?? '')?.[1];
};

const usesConfigMap = ({ template }: Revision, configMap: string) =>
  referencesOf(template.spec).some(({ kind, name }) => kind === 'ConfigMap' && name === configMap);

/** The older template must not name the same image, nor anything that is not there. */
function lacksReason(
  view: ClusterView,
  { code, finding }: Fault,
  { ref, template: now }: WorkloadView,
  { template }: Revision,
): boolean {
  const imageIn = (containers: { name: string; image?: string }[] = []) =>
    containers.find(({ name }) => name === finding.subject.container)?.image;
  const written = JSON.stringify(template.spec.containers ?? []);
  const own = finding.evidence.filter(({ source }) => source === keyOf(ref));
  const sameText = own.every(({ value }) => written.includes(JSON.stringify(value)));
  // An endpoint that stood there before is no gift of the newest revision.
  if (code.startsWith('otlp-') && sameText) return false;
  if (code.startsWith('image-') && imageIn(template.spec.containers) === imageIn(now.containers)) return false;
  return referencesOf(template.spec).every(({ kind, name, optional, key }) => {
    if (optional) return true;
    if (kind === 'ConfigMap') {
      const data = view.configMap(ref.namespace, name);
      if (!data) return !view.knows('configmaps', ref.namespace);
      return key === undefined || key in (data.data ?? {}) || key in (data.binaryData ?? {});
    }
    const keys = view.secret(ref.namespace, name)?.keys;
    const absent = isAbsentSecret(view, ref.namespace, name);
    return !absent && (key === undefined || !keys || keys.includes(key));
  });
}
