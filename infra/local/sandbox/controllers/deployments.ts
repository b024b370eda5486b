import type { KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from '../object-store.ts';
import { conditionOf, isControlledBy } from '../objects.ts';
import { stamp, type Timeline } from '../timeline.ts';
import { condition, isComplete, PROGRESSING, rolloutStatus, setCondition } from './deployment-status.ts';
import type { EventRecorder } from './event-recorder.ts';
import { newReplicaSet } from './new-replica-set.ts';
import { ProgressClock } from './progress-clock.ts';
import {
  byCreation,
  desiredOf,
  newSetAnnotations,
  newSetOf,
  REVISION,
  replicasAnnotations,
  revisionOf,
} from './revisions.ts';
import { type FullStatus, newReplicas, shrunkenSizes, sum, wanted } from './rollout-math.ts';

const WRITER = { manager: 'kube-controller-manager' };
const STATUS_WRITER = { ...WRITER, subresource: 'status' } as const;

/** Progress deadlines pass without any write that would wake the controller. */
const RESYNC_SECONDS = 5;

/** The Deployment controller of kube-controller-manager: one step for each sync, until nothing changes any more. */
export class DeploymentController {
  readonly #store: ObjectStore;
  readonly #events: EventRecorder;
  readonly #timeline: Timeline;
  readonly #progress: ProgressClock;

  constructor(store: ObjectStore, events: EventRecorder, timeline: Timeline) {
    this.#store = store;
    this.#events = events;
    this.#timeline = timeline;
    this.#progress = new ProgressClock(timeline);
    timeline.every(RESYNC_SECONDS, () => this.sync());
  }

  sync(): void {
    for (const deployment of this.#store.list('deployments')) this.#syncOne(deployment);
  }

  #syncOne(before: Workload): void {
    this.#markPaused(before);
    const deployment = this.#read(before);
    const isScaling = this.#setsOf(deployment)
      .filter((set) => wanted(set) > 0)
      .some((set) => (desiredOf(set) ?? wanted(deployment)) !== wanted(deployment));
    if (deployment.spec.paused || isScaling) this.#resize(deployment);
    else this.#rollOut(deployment);
  }

  #rollOut(deployment: Workload): void {
    if (deployment.spec.strategy?.type === 'Recreate' && this.#clear(deployment)) {
      this.#writeStatus(this.#read(deployment), true);
      return;
    }
    const newSet = this.#newSet(deployment);
    const old = this.#setsOf(deployment).filter((set) => set.metadata.uid !== newSet.metadata.uid);
    const moved = this.#roll(deployment, newSet, old);
    const current = this.#read(deployment);
    if (!moved && isComplete(current, current.status ?? {})) this.#forgetOldRevisions(current, old);
    this.#writeStatus(current, true);
  }

  #roll(deployment: Workload, newSet: Workload, old: readonly Workload[]): boolean {
    const all = [...old, newSet];
    const size =
      wanted(newSet) > wanted(deployment) ? wanted(deployment) : newReplicas(deployment, all, wanted(newSet));
    if (this.#scale(deployment, newSet, size)) return true;
    const active = old.filter((set) => wanted(set) > 0).toSorted(byCreation);
    let moved = false;
    for (const [set, smaller] of shrunkenSizes(deployment, newSet, active) ?? [])
      moved = this.#scale(deployment, set, smaller) || moved;
    return moved;
  }

  /** Ends every old pod; true while one is left, on its way out or not. */
  #clear(deployment: Workload): boolean {
    const sets = this.#setsOf(deployment);
    const old = sets.filter((set) => set !== newSetOf(deployment, sets));
    const shrunk = old.filter((set) => this.#scale(deployment, set, 0));
    const left = (set: Workload) =>
      (set.status?.replicas ?? 0) + ((set.status as FullStatus)?.terminatingReplicas ?? 0);
    return shrunk.length > 0 || sum(old, left) > 0;
  }

  /** A paused or resized Deployment: the active ReplicaSet takes the new size, no rollout is moved on. */
  #resize(deployment: Workload): void {
    const sets = this.#setsOf(deployment);
    const newest = newSetOf(deployment, sets);
    const active = sets.filter((set) => wanted(set) > 0);
    const target = active.length <= 1 ? (active[0] ?? newest) : newest;
    if (target) this.#scale(deployment, target, wanted(deployment), true);
    // The annotation is what shows that a resize was seen; without it on every set it would never end.
    for (const set of active) this.#scale(deployment, set, wanted(set === target ? this.#readSet(set) : set), true);
    this.#writeStatus(this.#read(deployment), false);
  }

  #newSet(deployment: Workload): Workload {
    const sets = this.#setsOf(deployment);
    const found = newSetOf(deployment, sets);
    const revision = Math.max(0, ...sets.filter((set) => set !== found).map(revisionOf)) + 1;
    const set = found ? this.#adopt(deployment, found, revision) : this.#create(deployment, sets, revision);
    const hasCondition = found && conditionOf(deployment.status?.conditions, PROGRESSING);
    if (hasCondition && revisionOf(deployment) === revisionOf(set)) return set;
    this.#store.update(
      'deployments',
      deployment.metadata,
      (draft) => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: String(revisionOf(set)) };
        if (hasCondition) return;
        const [reason, words] = found ? ['FoundNewReplicaSet', 'Found'] : ['NewReplicaSetCreated', 'Created'];
        const message = `${words} new replica set "${set.metadata.name}"`;
        const next = condition(PROGRESSING, 'True', reason, message, this.#now());
        draft.status = { ...draft.status, conditions: setCondition(draft.status?.conditions, next) };
      },
      STATUS_WRITER,
    );
    return set;
  }

  #adopt(deployment: Workload, set: Workload, revision: number): Workload {
    const annotations = newSetAnnotations(deployment, set, revision);
    const adopted = this.#store.update(
      'replicasets',
      set.metadata,
      (draft) => {
        draft.metadata.annotations = annotations;
      },
      WRITER,
    );
    return adopted ?? set;
  }

  #create(deployment: Workload, sets: readonly Workload[], revision: number): Workload {
    const replicas = newReplicas(deployment, sets, 0);
    const set = this.#store.create('replicasets', newReplicaSet(deployment, revision, replicas), WRITER);
    if (replicas > 0) this.#say(deployment, `Scaled up replica set ${set.metadata.name} from 0 to ${replicas}`);
    return set;
  }

  #scale(deployment: Workload, set: Workload, size: number, force = false): boolean {
    const from = wanted(set);
    if (from === size && !force) return false;
    this.#store.update(
      'replicasets',
      set.metadata,
      (draft) => {
        draft.spec.replicas = size;
        draft.metadata.annotations = { ...draft.metadata.annotations, ...replicasAnnotations(deployment) };
      },
      WRITER,
    );
    if (from === size) return false;
    const direction = from < size ? 'up' : 'down';
    this.#say(deployment, `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${size}`);
    return true;
  }

  #writeStatus(deployment: Workload, estimateProgress: boolean): void {
    const all = this.#setsOf(deployment);
    const newSet = newSetOf(deployment, all);
    const overdue = this.#progress.isOverdue(deployment);
    const status = rolloutStatus({ deployment, all, newSet, now: this.#now(), overdue }, estimateProgress);
    this.#store.writeStatus('deployments', deployment, status, WRITER.manager);
  }

  #markPaused(deployment: Workload): void {
    const current = conditionOf(deployment.status?.conditions, PROGRESSING);
    const marked = current?.reason === 'DeploymentPaused';
    const paused = deployment.spec.paused ?? false;
    if (current?.reason === 'ProgressDeadlineExceeded' || marked === paused) return;
    const [reason, words] = paused ? ['DeploymentPaused', 'paused'] : ['DeploymentResumed', 'resumed'];
    const next = condition(PROGRESSING, 'Unknown', reason, `Deployment is ${words}`, this.#now());
    this.#store.update(
      'deployments',
      deployment.metadata,
      (draft) => {
        draft.status = { ...draft.status, conditions: setCondition(draft.status?.conditions, next) };
      },
      STATUS_WRITER,
    );
  }

  /** Each restart is a revision: enough of them push the last good one out of the history. */
  #forgetOldRevisions(deployment: Workload, old: readonly Workload[]): void {
    const unused = old.filter((set) => wanted(set) === 0 && (set.status?.replicas ?? 0) === 0);
    const surplus = old.length - (deployment.spec.revisionHistoryLimit ?? 10);
    const oldest = unused.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, surplus));
    for (const set of oldest) this.#store.remove('replicasets', set.metadata);
  }

  #setsOf(deployment: Workload): Workload[] {
    return this.#store
      .list('replicasets', deployment.metadata.namespace)
      .filter((set) => isControlledBy(set, deployment));
  }

  #read(deployment: Workload): Workload {
    return this.#store.get('deployments', deployment.metadata) ?? deployment;
  }

  #readSet(set: Workload): Workload {
    return this.#store.get('replicasets', set.metadata) ?? set;
  }

  #now(): string {
    return stamp(this.#timeline.now());
  }

  #say(about: KubeObject, message: string): void {
    this.#events.record({
      about,
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message,
      component: 'deployment-controller',
    });
  }
}
