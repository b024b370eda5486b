import type { Container, Pod } from '#shared/domain/kubernetes.ts';
import { thing } from './things.ts';
import { ago } from './time.ts';
import { podOf } from './workloads.ts';
import type { Whole, World } from './world.ts';

interface Run {
  /** minutes since it was created */
  age: number;
  /** minutes that each of its pods ran */
  lasted?: number;
  labels?: Record<string, string>;
}

const templateOf = (name: string, container: Container, labels: Record<string, string>) => ({
  metadata: { labels: { ...labels, 'batch.kubernetes.io/job-name': name, 'job-name': name } },
  spec: { restartPolicy: 'Never', containers: [container] },
});

function podOfJob(world: World, job: Whole, template: ReturnType<typeof templateOf>, started: number, ended: number) {
  const pod = podOf(world, job, template, { name: `${job.metadata.name}-p${Math.round(started)}`, age: started });
  return { pod, ends: (exitCode: number) => over(pod, exitCode, started, ended) };
}

function over(pod: Pod, exitCode: number, started: number, ended: number): void {
  if (!pod.status) throw new Error('a pod with a status');
  const well = exitCode === 0;
  pod.status.phase = well ? 'Succeeded' : 'Failed';
  const reason = well ? 'PodCompleted' : 'PodFailed';
  for (const condition of pod.status.conditions ?? [])
    if (condition.type === 'Ready' || condition.type === 'ContainersReady')
      Object.assign(condition, { status: 'False', reason, lastTransitionTime: ago(ended) });
  const terminated = {
    exitCode,
    reason: well ? 'Completed' : 'Error',
    startedAt: ago(started),
    finishedAt: ago(ended),
  };
  for (const status of pod.status.containerStatuses ?? [])
    Object.assign(status, { ready: false, started: false, state: { terminated } });
}

/** A Job that is done; its pod stays. */
export function completedJob(
  world: World,
  name: string,
  container: Container,
  { age, lasted = 1, labels = {} }: Run,
): Pod {
  const template = templateOf(name, container, labels);
  const done = ago(age - lasted);
  const message = 'Reached expected number of succeeded pods';
  const condition = { status: 'True', reason: 'CompletionsReached', message, lastTransitionTime: done };
  const job = thing(
    world,
    'batch/v1',
    'Job',
    name,
    {
      spec: { backoffLimit: 6, completions: 1, parallelism: 1, template },
      status: {
        succeeded: 1,
        ready: 0,
        startTime: ago(age),
        completionTime: done,
        conditions: [
          { type: 'SuccessCriteriaMet', ...condition },
          { type: 'Complete', ...condition },
        ],
      },
    },
    { age },
  );
  const { pod, ends } = podOfJob(world, job, template, age, age - lasted);
  ends(0);
  world.event(job, 'Normal', 'Completed', 'Job completed', { from: age - lasted, component: 'job-controller' });
  return pod;
}

interface Fails extends Run {
  tries: number;
  exitCode?: number;
  log: string;
}

/** A Job that has failed as often as it may; its pods stay, each with the same last words. */
export function failedJob(world: World, name: string, container: Container, fails: Fails): Whole {
  const { age, lasted = 0.5, labels = {}, tries, exitCode = 1, log } = fails;
  const template = templateOf(name, container, labels);
  const starts = Array.from({ length: tries }, (_, n) => age - n * (n + 1) * 0.5);
  const end = (starts.at(-1) ?? age) - lasted;
  const message = 'Job has reached the specified backoff limit';
  const condition = { status: 'True', reason: 'BackoffLimitExceeded', message, lastTransitionTime: ago(end) };
  const job = thing(
    world,
    'batch/v1',
    'Job',
    name,
    {
      spec: { backoffLimit: tries - 1, completions: 1, parallelism: 1, template },
      status: {
        failed: tries,
        ready: 0,
        startTime: ago(age),
        conditions: [
          { type: 'FailureTarget', ...condition },
          { type: 'Failed', ...condition },
        ],
      },
    },
    { age },
  );
  for (const started of starts) {
    const { pod, ends } = podOfJob(world, job, template, started, started - lasted);
    ends(exitCode);
    world.log(pod, log);
  }
  world.event(job, 'Warning', 'BackoffLimitExceeded', message, { from: end, component: 'job-controller' });
  return job;
}
