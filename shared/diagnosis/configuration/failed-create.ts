import type { KubeEvent, Workload } from '#shared/domain/kubernetes.ts';
import type { Code } from '../catalogue.ts';
import { type Ref, revisionOf, type WorkloadView } from '../model.ts';
import { quotaUsers } from '../quota-users.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';
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

/** The controller tries again with a growing pause, at most 1000 s: its event may be that old and still be true. */
const RETRY_MS = 1000_000;

/** Which of the faults keeps the API server from creating the pods of a workload. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const said = refusalOf(view, workload);
    const refusal = said && REFUSALS.find(([, words]) => words.test(said.message));
    if (!said || !refusal) return [];
    const [code, , title, remedy] = refusal;
    const more =
      code === 'quota-exceeded'
        ? quotaIn(view, workload.ref.namespace, said.message)
        : code.startsWith('webhook-')
          ? webhookIn(view, said.message)
          : undefined;
    return [
      {
        code,
        ...inWorkload(workload),
        title: `${called(workload.ref)} cannot create pods: ${title}`,
        cause: said.message,
        ...(remedy ? { remedy } : {}),
        evidence: [evidence(said.at, said.path, said.message, said.time), ...(more?.evidence ?? [])],
        commands: [...(more?.commands ?? []), kubectl(workload.ref, `describe ${called(workload.ref)}`)],
      },
    ];
  });

interface Refusal {
  message: string;
  at: Ref;
  path: string;
  time?: string | null | undefined;
}

/** From the Deployment's condition, else from the newest event of the object that creates the pods and lacks some. */
export function refusalOf(view: ClusterView, workload: WorkloadView): Refusal | undefined {
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
