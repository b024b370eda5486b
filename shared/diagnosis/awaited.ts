import type { Job } from '#shared/domain/surroundings.ts';
import { byPlace } from './by-place.ts';
import { wordsOf } from './calls.ts';
import { CONTROL_PLANES } from './mesh-proxies.ts';
import { type ContainerView, keyOf, type Ref, type WorkloadView } from './model.ts';
import { servicesOf } from './needs.ts';
import { once } from './once.ts';
import { podRefusalOf } from './pod-refusal.ts';
import type { ClusterView } from './view.ts';

/** What a workload waits for beside the Services that it calls: who must agree to its pods, a Job, the mesh. */
export const awaitedBy = (view: ClusterView, { ref }: WorkloadView): Ref[] => awaitedIn(view).get(keyOf(ref)) ?? [];

/** The workloads that wait so for a Service or a Job. */
export const waitingFor = (view: ClusterView, ref: Ref): WorkloadView[] => waitersIn(view).get(keyOf(ref)) ?? [];

const awaitedIn = once((view: ClusterView): Map<string, Ref[]> => {
  const lacking = view.workloads.filter(lacksSome);
  return new Map(
    lacking.map((workload) => {
      const containers = workload.pods.flatMap((pod) => pod.containers);
      return [keyOf(workload.ref), [...admission(view, workload), ...containers.flatMap((one) => ofOne(view, one))]];
    }),
  );
});

const waitersIn = once((view: ClusterView): Map<string, WorkloadView[]> => {
  const pairs = view.workloads.flatMap((workload) =>
    [...new Set(awaitedBy(view, workload).map(keyOf))].map((key) => ({ key, workload })),
  );
  const grouped = Map.groupBy(pairs, ({ key }) => key);
  return new Map([...grouped].map(([key, list]) => [key, list.map(({ workload }) => workload)]));
});

/** A rollout that is refused its new pods has all of the old ones. */
const lacksSome = ({ available, desired, object }: WorkloadView): boolean =>
  available < desired || object.status?.conditions?.some(({ type }) => type === 'ReplicaFailure') === true;

const CALLED = /failed calling webhook .{0,400}?: Post \\?"https:\/\/([a-z0-9][a-z0-9.-]{0,252})[:/]/;

/** The Service of the webhook that the API server could not ask. */
function admission(view: ClusterView, workload: WorkloadView): Ref[] {
  const host = CALLED.exec(podRefusalOf(view, workload)?.message ?? '')?.[1];
  return host ? servicesOf(host, workload.ref.namespace).slice(0, 1) : [];
}

function ofOne(view: ClusterView, container: ContainerView): Ref[] {
  const { name, init, status } = container;
  const control = status?.ready === false ? (CONTROL_PLANES[name] ?? []) : [];
  const services = control.flatMap((each) => byNameIn(view)({ namespace: '', name: each }) ?? []);
  return [...services, ...(init && status?.state?.running ? jobsMeant(view, container) : [])];
}

const byNameIn = once((view: ClusterView) =>
  byPlace(
    view.services.map(({ ref }) => ref),
    ({ name }) => ({ namespace: '', name }),
  ),
);

/** A Job that is not done, by its name in the command of what waits, or by its own command in the words of that. */
function jobsMeant(view: ClusterView, container: ContainerView): Ref[] {
  const { namespace } = container.pod.ref;
  const jobs = openJobsIn(view).get(namespace) ?? [];
  if (jobs.length === 0) return [];
  const words = new Set(wordsOf(container).map(({ word }) => word));
  const said = String(view.log(container, false)?.text ?? '').slice(-LAST_WORDS);
  return jobs.flatMap(({ name, commands }) =>
    words.has(name) || commands.some((command) => said.includes(command)) ? [{ kind: 'Job', namespace, name }] : [],
  );
}

/** What it waits for it says each time that it asks. Characters. */
const LAST_WORDS = 4096;

/** Two words at least: `migrate` alone may be anything. */
const COMMAND = /^\S{2,200} \S{2}/;

/** More Jobs than this in one namespace are a queue of work, and nobody waits for one of them. */
const MOST_JOBS = 50;

const openJobsIn = once(({ snapshot }: ClusterView): Map<string, { name: string; commands: string[] }[]> => {
  const open = snapshot.objects.jobs.filter((job) => !isDone(job));
  const grouped = Map.groupBy(open, ({ metadata }) => metadata.namespace ?? '');
  return new Map(
    [...grouped].map(([namespace, jobs]) => [
      namespace,
      jobs.slice(0, MOST_JOBS).map((job) => ({ name: job.metadata.name, commands: commandsOf(job) })),
    ]),
  );
});

const isDone = ({ status }: Job): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') === true;

/** As one would type it, and what it gives to a shell. */
const commandsOf = ({ spec }: Job): string[] =>
  (spec?.template?.spec?.containers ?? []).flatMap(({ command = [], args = [] }) => {
    const all = [...command, ...args].map(String);
    return [all.join(' '), args.join(' '), ...all].filter((text) => COMMAND.test(text));
  });
