import type { Code } from '../catalogue.ts';
import type { Ref } from '../model.ts';
import { jobRefusalOf, podRefusalOf, type Refusal } from '../pod-refusal.ts';
import { quotaIn, webhookIn } from '../refused-by.ts';
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

/** Which of the faults keeps the API server from creating the pods of a workload or a Job. */
export const rule: Rule = (view) => [
  ...view.workloads.flatMap((workload) => {
    const said = podRefusalOf(view, workload);
    return said ? sightings(view, workload.ref, said, inWorkload(workload)) : [];
  }),
  ...view.snapshot.objects.jobs.flatMap((job) => {
    const said = jobRefusalOf(view, job);
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
