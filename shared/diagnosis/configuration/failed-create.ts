import type { Workload } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Job } from '#shared/domain/surroundings.ts';
import type { Code } from '../catalogue.ts';
import { isOurs } from '../jobs.ts';
import { type Ref, revisionOf, type WorkloadView } from '../model.ts';
import { quotaUsers } from '../quota-users.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** The API server's words when it refuses a pod. */
const REFUSALS: [Code, RegExp, title: string, remedy?: string][] = [
  ['quota-exceeded', /exceeded quota/, 'the quota of the namespace is used up'],
  [
    'quota-exceeded',
    /failed quota/,
    'the quota of the namespace wants to know what they take',
    'Set the requests and limits that the message names in the pod template, or give the namespace a LimitRange with defaults.',
  ],
  [
    'serviceaccount-missing',
    /error looking up service account|serviceaccount "[^"]+" not found/,
    'the ServiceAccount does not exist',
  ],
  ['pod-security-violation', /violates PodSecurity/, 'the pods break the Pod Security level of the namespace'],
  ['webhook-denied', /admission webhook "[^"]+" denied/, 'an admission webhook denies the pods'],
  ['webhook-denied', /ValidatingAdmissionPolicy '[^']+' .*denied request/, 'an admission policy denies the pods'],
  ['webhook-unavailable', /failed calling webhook/, 'an admission webhook does not answer'],
  [
    'limitrange-violation',
    /(?:maximum|minimum) \S{1,100} usage per (?:Container|Pod)|limit to request ratio/,
    'a container breaks the LimitRange',
  ],
  ['resources-request-exceeds-limit', /must be less than or equal to .*limit/, 'a request is larger than its limit'],
];

/** Conditions of a Job that makes no more pods. */
const OVER = ['Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget'];

/** The controller tries again with a growing pause, at most 1000 s: its event may be that old and still be true. */
const RETRY_MS = 1000_000;

/** Which of the faults keeps the API server from creating the pods of a workload or a Job. */
export const rule: Rule = (view) => [
  ...view.workloads.flatMap((workload) => {
    const said = podRefusalOf(view, workload);
    return said ? sightings(view, workload.ref, said, inWorkload(workload)) : [];
  }),
  ...view.snapshot.objects.jobs.flatMap((job) => {
    const said = jobRefusal(view, job);
    return said ? sightings(view, said.at, said, { at: said.at, severity: 'P2' }) : [];
  }),
];

function sightings(
  view: ClusterView,
  maker: Ref,
  said: Refusal,
  where: Pick<Sighting, 'at' | 'workload' | 'severity'>,
): Sighting[] {
  const refusal = REFUSALS.find(([, words]) => words.test(said.message));
  if (!refusal) return [];
  const [code, , title, remedy] = refusal;
  const more =
    code === 'quota-exceeded'
      ? quotaIn(view, maker.namespace, said.message)
      : code.startsWith('webhook-')
        ? webhookIn(view, said.message)
        : undefined;
  return [
    {
      code,
      ...where,
      title: `${called(maker)} cannot create pods: ${title}`,
      cause: said.message,
      ...(remedy ? { remedy } : {}),
      evidence: [evidence(said.at, said.path, said.message, said.time), ...(more?.evidence ?? [])],
      commands: [...(more?.commands ?? []), kubectl(maker, `describe ${called(maker)}`)],
    },
  ];
}

interface Refusal {
  message: string;
  at: Ref;
  path: string;
  time?: string | null | undefined;
}

/** From the Deployment's condition, else from the newest event of the object that creates the pods and lacks some. */
export function podRefusalOf(view: ClusterView, workload: WorkloadView): Refusal | undefined {
  const { ref, object, replicaSets, pods, desired } = workload;
  const condition = object.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (condition?.message)
    return {
      message: condition.message,
      at: ref,
      path: 'status.conditions[ReplicaFailure].message',
      time: condition.lastTransitionTime,
    };
  const creators: [Ref, Workload][] =
    ref.kind === 'Deployment'
      ? replicaSets
          .filter(({ spec, status }) => (spec?.replicas ?? 0) > (status?.replicas ?? 0))
          .toSorted((a, b) => revisionOf(b) - revisionOf(a))
          .map((set) => [{ kind: 'ReplicaSet', namespace: ref.namespace, name: set.metadata.name }, set])
      : pods.length < desired
        ? [[ref, object]]
        : [];
  for (const [at, creator] of creators) {
    const [event]: KubeEvent[] = view.events.of(at, creator.metadata.uid, {
      reason: 'FailedCreate',
      withinMs: RETRY_MS,
    });
    if (event?.message) return { message: event.message, at, path: 'event FailedCreate', time: event.lastTimestamp };
  }
  return undefined;
}

/** A Job that runs and has no pod; its controller says why in its newest event. */
function jobRefusal(view: ClusterView, job: Job): Refusal | undefined {
  const { metadata, spec, status } = job;
  const isOver = status?.conditions?.some(({ type, status: is }) => is === 'True' && OVER.includes(type)) ?? false;
  if (!isOurs(view, job) || spec?.suspend || isOver || (status?.active ?? 0) > 0) return undefined;
  const at = { kind: 'Job', namespace: metadata.namespace ?? '', name: metadata.name };
  const [event] = view.events.of(at, metadata.uid, { reason: 'FailedCreate', withinMs: RETRY_MS });
  return event?.message
    ? { message: event.message, at, path: 'event FailedCreate', time: event.lastTimestamp }
    : undefined;
}

function quotaIn(view: ClusterView, namespace: string, message: string) {
  const name = /(?:exceeded|failed) quota: ([^,:\s]+)/.exec(message)?.[1];
  if (!name) return undefined;
  const at = { kind: 'ResourceQuota', namespace, name };
  const quota = view.snapshot.objects.resourcequotas.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  const { used = {}, hard = {} } = quota?.status ?? {};
  const exceeded = Object.keys(hard).filter((resource) => message.includes(`${resource}=`));
  return {
    evidence: exceeded.flatMap((resource) => [
      evidence(at, `status.used["${resource}"]`, `${used[resource] ?? '?'} of ${hard[resource]}`),
      ...quotaUsers(view, namespace, resource).map(({ who, pods, share }) =>
        evidence(who, `${resource} of its pods`, `${Math.round(share * 100)} % of what is in use, by ${pods} pods`),
      ),
    ]),
    commands: [kubectl(at, `describe resourcequota ${name}`)],
  };
}

/** The configuration that names the webhook, and the Service behind it. */
function webhookIn({ snapshot: { objects } }: ClusterView, message: string) {
  const name = /webhook "([^"]+)"/.exec(message)?.[1];
  const kinds = {
    MutatingWebhookConfiguration: objects.mutatingwebhookconfigurations,
    ValidatingWebhookConfiguration: objects.validatingwebhookconfigurations,
  };
  for (const [kind, list] of Object.entries(kinds)) {
    for (const { metadata, webhooks = [] } of list) {
      const index = webhooks.findIndex((one) => one.name === name);
      const webhook = webhooks[index];
      if (!webhook) continue;
      const at = { kind, namespace: '', name: metadata.name };
      const service = webhook.clientConfig?.service;
      return {
        evidence: [
          evidence(at, `webhooks[${index}].failurePolicy`, webhook.failurePolicy ?? 'Fail'),
          ...(service
            ? [evidence(at, `webhooks[${index}].clientConfig.service`, `${service.namespace}/${service.name}`)]
            : []),
        ],
        commands: [
          ...(service ? [`kubectl -n ${service.namespace} get pods,endpointslices`] : []),
          kubectl(at, `get ${kind.toLowerCase()} ${metadata.name} -o yaml`),
        ],
      };
    }
  }
  return undefined;
}
