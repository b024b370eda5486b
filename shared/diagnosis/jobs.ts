import type { PodSpec } from '#shared/domain/kubernetes.ts';
import type { Job } from '#shared/domain/surroundings.ts';
import { HISTORY_MS } from './events.ts';
import { keyOf, millis, type Ref } from './model.ts';
import { once } from './once.ts';
import { referencesOf } from './references.ts';
import { equalities, selects } from './selectors.ts';
import type { ClusterView } from './view.ts';

/** Pods that a Job makes now, or that a CronJob will let one make. */
export interface JobTemplate {
  ref: Ref;
  spec: PodSpec;
  /** field path of the pod template */
  path: string;
  /** it runs or has failed lately; a CronJob is only due some time */
  present: boolean;
  /** when it began or was made; milliseconds */
  since: number | undefined;
}

/** One thing that a pod template names and cannot do without. */
export interface Requirement {
  kind: 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'PersistentVolumeClaim';
  name: string;
  key?: string;
  /** field path in the pod template */
  path: string;
  /** for pulling images alone: a public one does without */
  pulls?: true;
}

/** Those that the target is about: all of its namespace, or what its selector matches. */
export function isOurs({ target }: ClusterView, { metadata }: Pick<Job, 'metadata'>): boolean {
  if (metadata.namespace !== target.namespace) return false;
  return target.workloads === 'all' || selects(equalities(target.selector), metadata.labels);
}

/** The condition of a Job that gave up within the hour, and that no later run of the same CronJob has made good. */
export function lateFailure(view: ClusterView, job: Job) {
  const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
  const time = millis(failed?.lastTransitionTime);
  if (!failed || time === undefined || view.now - time > HISTORY_MS || madeGood(view, job, time)) return undefined;
  return { ...failed, time };
}

const completedIn = once(lastCompletions);

function madeGood(view: ClusterView, job: Job, failedAt: number): boolean {
  const known = completedIn(view);
  return cronsOf(job).some((cron) => (known.get(cron) ?? 0) > failedAt);
}

const cronsOf = ({ metadata: { namespace, ownerReferences = [] } }: Job): string[] =>
  ownerReferences.flatMap(({ kind, name }) => (kind === 'CronJob' ? `${namespace}/${name}` : []));

/** When a Job of each CronJob last did its work; milliseconds. */
function lastCompletions({ snapshot }: ClusterView): Map<string, number> {
  const last = new Map<string, number>();
  for (const job of snapshot.objects.jobs) {
    const done = job.status?.conditions?.filter(({ type, status }) => type === 'Complete' && status === 'True') ?? [];
    for (const { lastTransitionTime } of done)
      for (const cron of cronsOf(job)) last.set(cron, Math.max(last.get(cron) ?? 0, millis(lastTransitionTime) ?? 0));
  }
  return last;
}

/** What is suspended or done makes no pods. */
export function jobTemplatesOf(view: ClusterView): JobTemplate[] {
  const { jobs, cronjobs } = view.snapshot.objects;
  const isOver = ({ status }: Job) =>
    status?.conditions?.some((one) => one.status === 'True' && ['Complete', 'Failed'].includes(one.type)) ?? false;
  const made = jobs
    .filter((job) => isOurs(view, job) && !job.spec?.suspend && (!isOver(job) || lateFailure(view, job)))
    .map((job) => ({ object: job, kind: 'Job', template: job.spec?.template, path: 'spec.template', present: true }));
  const due = cronjobs
    .filter((cron) => isOurs(view, cron) && !cron.spec?.suspend)
    .map((cron) => ({
      object: cron,
      kind: 'CronJob',
      template: cron.spec?.jobTemplate?.spec?.template,
      path: 'spec.jobTemplate.spec.template',
      present: false,
    }));
  return [...made, ...due].flatMap(({ object: { metadata }, kind, template, path, present }) => {
    const { name, namespace = '', creationTimestamp } = metadata;
    const ref = { kind, namespace, name };
    return template?.spec ? [{ ref, spec: template.spec, path, present, since: millis(creationTimestamp) }] : [];
  });
}

export function requirementsOf(spec: PodSpec): Requirement[] {
  const { serviceAccountName, volumes = [], imagePullSecrets = [] } = spec;
  return [
    ...referencesOf(spec).filter(({ optional }) => !optional),
    // The API server makes `default` in every namespace by itself.
    ...(serviceAccountName && serviceAccountName !== 'default'
      ? [{ kind: 'ServiceAccount' as const, name: serviceAccountName, path: 'spec.serviceAccountName' }]
      : []),
    ...volumes.flatMap(({ persistentVolumeClaim }, index) =>
      persistentVolumeClaim
        ? [
            {
              kind: 'PersistentVolumeClaim' as const,
              name: persistentVolumeClaim.claimName,
              path: `spec.volumes[${index}].persistentVolumeClaim.claimName`,
            },
          ]
        : [],
    ),
    ...imagePullSecrets.flatMap(({ name }, index) =>
      name
        ? [{ kind: 'Secret' as const, name, path: `spec.imagePullSecrets[${index}].name`, pulls: true as const }]
        : [],
    ),
  ];
}

const usedIn = once(usersIn);

/** The Jobs and CronJobs whose pods need an object. */
export const jobsUsing = (view: ClusterView, ref: Ref): Ref[] => usedIn(view).get(keyOf(ref)) ?? [];

function usersIn(view: ClusterView): Map<string, Ref[]> {
  const pairs = jobTemplatesOf(view).flatMap(({ ref, spec }) =>
    requirementsOf(spec).map(({ kind, name }) => ({ key: keyOf({ kind, namespace: ref.namespace, name }), ref })),
  );
  return new Map([...Map.groupBy(pairs, ({ key }) => key)].map(([key, list]) => [key, list.map(({ ref }) => ref)]));
}
