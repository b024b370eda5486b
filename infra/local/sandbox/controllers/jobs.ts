import type { KubeObject, Pod } from '#shared/domain/kubernetes.ts';
import type { Job } from '#shared/domain/surroundings.ts';
import type { Names } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { conditionOf, controllerRef, isControlledBy } from '../objects.ts';
import { stamp, type Timeline } from '../timeline.ts';
import type { EventRecorder } from './event-recorder.ts';

const WRITER = { manager: 'kube-controller-manager' };
const FIRST_RETRY_SECONDS = 10;

/** Runs each Job's pod until one succeeds, or its back-off limit is reached. One pod at a time. */
export class JobController {
  readonly #store: ObjectStore;
  readonly #events: EventRecorder;
  readonly #timeline: Timeline;
  readonly #names: Names;
  readonly #retryAt = new Map<string, number>();

  constructor(store: ObjectStore, events: EventRecorder, timeline: Timeline, names: Names) {
    this.#store = store;
    this.#events = events;
    this.#timeline = timeline;
    this.#names = names;
  }

  sync(): void {
    for (const job of this.#store.list('jobs')) {
      const ended = ['Complete', 'Failed'].some((type) => conditionOf(job.status?.conditions, type)?.status === 'True');
      if (!ended) this.#syncOne(job);
    }
  }

  #syncOne(job: Job): void {
    const pods = this.#store.list('pods', job.metadata.namespace).filter((pod) => isControlledBy(pod, job));
    const failed = pods.filter(({ status }) => status?.phase === 'Failed').length;
    const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length;
    const active = pods.length - failed - succeeded;
    const over = failed > (job.spec?.backoffLimit ?? 6);
    if (active === 0 && succeeded === 0 && !over && this.#mayStart(job, failed)) {
      this.#start(job);
      return;
    }
    const now = stamp(this.#timeline.now());
    const counts = Object.entries({ active, failed, succeeded }).filter(([, count]) => count > 0);
    const condition = succeeded > 0 ? complete(now) : over ? backoffLimitExceeded(now) : undefined;
    this.#store.update(
      'jobs',
      job.metadata,
      (draft) => {
        draft.status = {
          startTime: draft.status?.startTime ?? now,
          ...Object.fromEntries(counts),
          ...(succeeded > 0 ? { completionTime: now } : {}),
          ...(condition ? { conditions: [condition] } : {}),
        };
      },
      { ...WRITER, subresource: 'status' },
    );
    if (!condition) return;
    const [type, reason, message] =
      succeeded > 0
        ? (['Normal', 'Completed', 'Job completed'] as const)
        : (['Warning', condition.reason, condition.message] as const);
    this.#say(job, type, reason, message);
  }

  #mayStart(job: Job, failed: number): boolean {
    if (failed === 0) return true;
    const key = `${job.metadata.uid} ${failed}`;
    const known = this.#retryAt.get(key);
    if (known !== undefined) return this.#timeline.elapsed() >= known - 0.01;
    const wait = FIRST_RETRY_SECONDS * 2 ** (failed - 1);
    this.#retryAt.set(key, this.#timeline.elapsed() + wait);
    this.#timeline.after(wait, () => this.sync());
    return false;
  }

  #start(job: Job): void {
    const { name, namespace = '' } = job.metadata;
    const labels = { ...job.spec?.template?.metadata?.labels, 'batch.kubernetes.io/job-name': name, 'job-name': name };
    const metadata = {
      name: `${name}-${this.#names.suffix()}`,
      generateName: `${name}-`,
      namespace,
      labels,
      ownerReferences: [controllerRef(job)],
    };
    const pod = { metadata, spec: job.spec?.template?.spec, status: { phase: 'Pending' } } as Pod;
    const made = this.#store.create('pods', pod, WRITER);
    this.#say(job, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`);
  }

  #say(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.record({ about, type, reason, message, component: 'job-controller' });
  }
}

const complete = (now: string) => ({
  type: 'Complete',
  status: 'True',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
  lastTransitionTime: now,
});

const backoffLimitExceeded = (now: string) => ({
  type: 'Failed',
  status: 'True',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
  lastTransitionTime: now,
});
