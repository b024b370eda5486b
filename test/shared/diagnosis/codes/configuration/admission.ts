import type { Snapshot } from '#shared/domain/snapshot.ts';
import { deploymentOf, event, podsOf, rollOut, setCondition } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle, wholeNamespace } from '#test/support/namespace.ts';
import { surrounded } from '#test/support/surroundings.ts';
import { type Cases, type CodeCases, type NearMiss, type Positive, the } from '../case.ts';

/* The words of the admission plugins of the API server 1.36, as the ReplicaSet controller repeats them. */

const at = the('Deployment', 'otlp-app');
const unreadDeployments = { why: 'Deployments may not be read', unread: ['deployments'] } as const;

const POD = 'otlp-app-7d4f9c2-x2v9k';
const forbidden = (why: string) => `pods "${POD}" is forbidden: ${why}`;

/** The controller of the newest ReplicaSet says that no pod could be made. */
function refusedBy(snapshot: Snapshot, message: string, byCondition = true): Snapshot {
  const deployment = deploymentOf(snapshot, 'otlp-app');
  const set = snapshot.objects.replicasets.findLast(
    ({ metadata }) => metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid,
  );
  if (!set) throw new Error('no ReplicaSet');
  event(snapshot, { ...set, kind: 'ReplicaSet' }, 'FailedCreate', `Error creating: ${message}`, { last: 2 });
  if (byCondition)
    setCondition(
      deployment.status?.conditions,
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message },
      9,
    );
  return settle(snapshot);
}

/** All pods have gone, and none may be made. */
const refused = (message: string, snapshot = healthyNamespace()): Snapshot => {
  const gone = new Set(podsOf(snapshot, 'otlp-app'));
  snapshot.objects.pods = snapshot.objects.pods.filter((pod) => !gone.has(pod));
  return refusedBy(snapshot, message);
};

/** A Job has been started, and its pod may not be made. */
function jobRefused(message: string, active = 0): Snapshot {
  const snapshot = healthyNamespace();
  const metadata = { name: 'backup', namespace: NAMESPACE, uid: 'uid-backup', creationTimestamp: ago(12) };
  const containers = [{ name: 'backup', image: 'registry.example.com/backup:3.1' }];
  snapshot.objects.jobs.push({
    kind: 'Job',
    metadata,
    spec: { template: { spec: { restartPolicy: 'Never', containers } } },
    status: { startTime: ago(12), active },
  });
  return event(snapshot, { kind: 'Job', metadata }, 'FailedCreate', `Error creating: ${message}`, { since: 12 });
}

/** The pod of a new revision may not be made; the old ones serve. */
const newOneRefused = (message: string): Snapshot => {
  const snapshot = healthyNamespace();
  const made = rollOut(snapshot, 'otlp-app', (container) => {
    container.image = 'registry.example.com/otlp-app:1.5.0';
  });
  snapshot.objects.pods = snapshot.objects.pods.filter((pod) => pod !== made);
  return refusedBy(snapshot, message);
};

const whole = (when: string, message: string): Positive => ({
  when,
  at,
  severity: 'P0',
  shows: message,
  build: () => refused(message),
});

const over: NearMiss = {
  why: 'it was refused once, and all pods are there',
  roots: [],
  build: () => refusedBy(healthyNamespace(), QUOTA, false),
};

const instead = (why: string, root: NonNullable<NearMiss['roots']>[number], message: string): NearMiss => ({
  why,
  roots: [root],
  build: () => refused(message),
});

const QUOTA = forbidden(
  'exceeded quota: team, requested: limits.memory=256Mi, used: limits.memory=1Gi, limited: limits.memory=1Gi',
);
const UNNAMED = forbidden('failed quota: team: must specify limits.cpu for: app; requests.cpu for: app');
const RANGE = forbidden('maximum memory usage per Container is 128Mi, but limit is 256Mi');
const ACCOUNT = forbidden(`error looking up service account ${NAMESPACE}/shop: serviceaccount "shop" not found`);
const SECURITY = forbidden(
  'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true)',
);
const DENIED = `admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/${NAMESPACE}/${POD} was blocked due to the following policies \n\nrequire-labels:\n  check-team: 'validation error: label team is required. rule check-team failed at path /metadata/labels/team/'\n`;
const unanswered = (why: string) =>
  `Internal error occurred: failed calling webhook "validate.policy.example.com": failed to call webhook: Post "https://policy.policy.svc:443/validate?timeout=10s": ${why}`;
const REQUEST = `Pod "${POD}" is invalid: spec.containers[0].resources.requests[memory]: Invalid value: "1Gi": must be less than or equal to memory limit of 256Mi`;

const notOf = (others: NearMiss[]): Pick<CodeCases, 'notApplicable'> & { nearMiss: [NearMiss, ...NearMiss[]] } => ({
  nearMiss: [over, ...others],
  notApplicable: [unreadDeployments],
});

/** Why the API server takes no pod. */
export const admission = {
  'quota-exceeded': {
    positive: [
      whole('all of the memory is given away', QUOTA),
      whole(
        'there may be no more pods',
        forbidden('exceeded quota: team, requested: pods=1, used: pods=10, limited: pods=10'),
      ),
      whole('the quota wants to be told what a container takes', UNNAMED),
      {
        when: 'a rollout has no room beside the old pods',
        at,
        severity: 'P2',
        shows: QUOTA,
        build: () => newOneRefused(QUOTA),
      },
      {
        when: 'the pod of a Job has no room',
        at: the('Job', 'backup'),
        severity: 'P2',
        target: wholeNamespace(),
        shows: QUOTA,
        build: () => jobRefused(QUOTA),
      },
      {
        when: 'the quota itself says how much is used',
        at,
        severity: 'P0',
        shows: '1Gi of 1Gi',
        build: () => {
          const snapshot = refused(QUOTA);
          const hard = { 'limits.memory': '1Gi', pods: '50' };
          snapshot.objects.resourcequotas.push({
            metadata: { name: 'team', namespace: NAMESPACE },
            spec: { hard },
            status: { hard, used: { 'limits.memory': '1Gi', pods: '4' } },
          });
          return snapshot;
        },
      },
    ],
    ...notOf([
      {
        why: 'it is used up, and nobody asks for more',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const hard = { pods: '4' };
          snapshot.objects.resourcequotas.push({
            metadata: { name: 'team', namespace: NAMESPACE },
            spec: { hard },
            status: { hard, used: hard },
          });
          return snapshot;
        },
      },
      {
        why: 'the Job has its pod by now',
        roots: [],
        target: wholeNamespace(),
        build: () => jobRefused(QUOTA, 1),
      },
      instead('it is the LimitRange that refuses', 'limitrange-violation', RANGE),
    ]),
  },
  'limitrange-violation': {
    positive: [
      whole('a limit is too high', RANGE),
      whole('a request is too low', forbidden('minimum cpu usage per Container is 200m, but request is 100m')),
      whole(
        'a limit is missing',
        forbidden('maximum ephemeral-storage usage per Container is 1Gi.  No limit is specified'),
      ),
      whole(
        'several at once, for the pod',
        forbidden(
          '[maximum cpu usage per Pod is 1, but limit is 2, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
        ),
      ),
      whole(
        'limit and request stand too far apart',
        forbidden('cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000'),
      ),
      whole('an extended resource', forbidden('maximum nvidia.com/gpu usage per Container is 1, but limit is 2')),
    ],
    ...notOf([instead('the quota refuses', 'quota-exceeded', QUOTA)]),
  },
  'resources-request-exceeds-limit': {
    positive: [
      whole('memory', REQUEST),
      whole(
        'a default of the LimitRange is below the request',
        `Pod "${POD}" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 500m`,
      ),
    ],
    ...notOf([instead('the LimitRange refuses', 'limitrange-violation', RANGE)]),
  },
  'serviceaccount-missing': {
    positive: [whole('the template names one that is not there', ACCOUNT)],
    ...notOf([
      {
        why: 'the account is there, and has no rights',
        build: () => {
          const snapshot = healthyNamespace();
          snapshot.objects.serviceaccounts.push({ metadata: { name: 'default', namespace: NAMESPACE } });
          return snapshot;
        },
        roots: [],
      },
    ]),
  },
  'webhook-denied': {
    positive: [
      whole('Kyverno', DENIED),
      whole(
        'Gatekeeper',
        'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}',
      ),
      whole(
        'a policy of the API server itself',
        forbidden(
          "ValidatingAdmissionPolicy 'only-our-registry' with binding 'only-our-registry-binding' denied request: images must come from registry.example.com",
        ),
      ),
    ],
    ...notOf([
      instead('the webhook did not answer', 'webhook-unavailable', unanswered('context deadline exceeded')),
      instead('Pod Security refuses', 'pod-security-violation', SECURITY),
    ]),
  },
  'webhook-unavailable': {
    positive: [
      whole('it is down', unanswered('no endpoints available for service "policy"')),
      whole('it is slow', unanswered('context deadline exceeded')),
      whole('it refuses', unanswered('dial tcp 10.100.3.7:443: connect: connection refused')),
      whole('it was taken away', unanswered('service "policy" not found')),
      whole(
        'nobody trusts its certificate',
        unanswered('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
      ),
      {
        when: 'nothing was said yet, and it has no pod',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = surrounded(healthyNamespace());
          snapshot.objects.horizontalpodautoscalers = [];
          for (const slice of snapshot.objects.endpointslices)
            if (slice.metadata.namespace === 'policy') slice.endpoints = [];
          const gone = new Set(podsOf(snapshot, 'otlp-app'));
          snapshot.objects.pods = snapshot.objects.pods.filter((pod) => !gone.has(pod));
          return settle(snapshot);
        },
      },
      {
        when: 'all pods are there: the next one is in danger',
        at: the('ValidatingWebhookConfiguration', 'policy'),
        as: 'advice',
        build: () => {
          const snapshot = surrounded(healthyNamespace());
          for (const slice of snapshot.objects.endpointslices)
            if (slice.metadata.namespace === 'policy') slice.endpoints = [];
          return snapshot;
        },
      },
    ],
    ...notOf([
      instead('it answers, and denies', 'webhook-denied', DENIED),
      {
        why: 'the API server goes on without it',
        roots: [],
        build: () => {
          const snapshot = surrounded(healthyNamespace());
          for (const { webhooks = [] } of snapshot.objects.validatingwebhookconfigurations)
            for (const webhook of webhooks) webhook.failurePolicy = 'Ignore';
          for (const slice of snapshot.objects.endpointslices)
            if (slice.metadata.namespace === 'policy') slice.endpoints = [];
          return snapshot;
        },
      },
    ]),
  },
  'pod-security-violation': {
    positive: [
      whole('restricted', SECURITY),
      whole(
        'baseline',
        forbidden(
          'violates PodSecurity "baseline:v1.36": host namespaces (hostNetwork=true), hostPath volumes (volume "logs")',
        ),
      ),
    ],
    ...notOf([instead('a policy of a webhook refuses', 'webhook-denied', DENIED)]),
  },
} satisfies Cases;
