import { proxiedAddress, proxyName } from './service-address.ts';
import { expectedObjects, type Target } from './target.ts';

/**
 * The Kubernetes groups that the medic's roles belong to; `needs.ts` of a function names its own. Probers send canaries
 * through the API server's proxy to what a target names, and nothing else.
 */
export type KubernetesGroup = 'otlp-medic:readers' | 'otlp-medic:actors' | 'otlp-medic:probers';

/** How much is lost without a right. */
export type AccessNeed =
  /** the work cannot be done */
  | 'required'
  /** a part of the answer is missing, and said to be */
  | 'useful'
  /** granted only where somebody wants it: RBAC cannot tell a Secret's metadata from its values */
  | 'opt-in';

/** Rights as RBAC writes them: each verb on each of the resources of one API group. */
export interface AccessRule {
  /** '' is the core group */
  apiGroup: string;
  /** plural names, with their subresource: `pods/log` */
  resources: readonly string[];
  verbs: readonly ('get' | 'list' | 'patch' | 'create')[];
  /** `namespace`: within the target's own, unless another one is named */
  scope: 'namespace' | 'cluster';
  /** another namespace than the target's */
  namespace?: string;
  /** only the objects of these names; absent = every one */
  names?: readonly string[];
  need: AccessNeed;
  /** what it is for, as the object of "for" */
  purpose: string;
}

const WORKLOAD_KINDS = ['deployments', 'statefulsets', 'daemonsets'] as const;
type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

const read = (apiGroup: string, resources: readonly string[], purpose: string): AccessRule => ({
  apiGroup,
  resources,
  verbs: ['list'],
  scope: 'namespace',
  need: 'required',
  purpose,
});

/** What every namespace leans on: the pods behind the names of Services, and on EKS what enforces policies. */
const systemRules: readonly AccessRule[] = [
  read('', ['pods', 'services'], 'the cluster DNS'),
  read('apps', ['deployments'], 'the cluster DNS'),
  read('discovery.k8s.io', ['endpointslices'], 'the cluster DNS'),
  { ...read('', ['pods/log'], 'what the cluster DNS complains of'), verbs: ['get' as const] },
  read('apps', ['daemonsets'], 'whether the network plugin enforces policies'),
].map((rule) => ({ ...rule, namespace: 'kube-system', need: 'useful' }));

/** In whichever namespace webhooks live: RBAC cannot say "the Services that webhooks name", and these hold addresses alone. */
const webhookServiceRules: readonly AccessRule[] = [
  read('', ['services'], 'whether anybody answers for admission webhooks'),
  read('discovery.k8s.io', ['endpointslices'], 'whether anybody answers for admission webhooks'),
].map((rule) => ({ ...rule, scope: 'cluster', need: 'useful' }));

/** What a snapshot of the target reads, and what the check of a recovery reads beside it. */
function readerRules(target: Target): AccessRule[] {
  const named = target.workloads === 'all' ? undefined : expectedObjects(target).secrets?.map(({ name }) => name);
  const secrets = named && [...new Set([...named, ...(target.tlsSecrets ?? [])])];
  const secretRule: AccessRule = {
    ...read(
      '',
      ['secrets'],
      'presence and key names of Secrets, from their metadata alone; the certificates of TLS Secrets',
    ),
    verbs: ['get'],
    need: 'opt-in',
    ...(secrets && { names: secrets }),
  };
  return [
    read('', ['pods', 'services', 'configmaps', 'events'], 'the state of the namespace'),
    { ...read('apps', WORKLOAD_KINDS, 'workloads and their rollouts'), verbs: ['get', 'list'] },
    read('apps', ['replicasets'], 'the revisions of a Deployment'),
    { ...read('apps', ['controllerrevisions'], 'the revisions of a StatefulSet or DaemonSet'), need: 'useful' },
    read('discovery.k8s.io', ['endpointslices'], 'which pods a Service leads to'),
    {
      ...read('', ['resourcequotas', 'limitranges', 'serviceaccounts'], 'what keeps pods from being made'),
      need: 'useful',
    },
    { ...read('networking.k8s.io', ['networkpolicies', 'ingresses'], 'who may talk to whom'), need: 'useful' },
    { ...read('autoscaling', ['horizontalpodautoscalers'], 'scaling that has come to its limit'), need: 'useful' },
    { ...read('policy', ['poddisruptionbudgets'], 'budgets that keep pods from moving'), need: 'useful' },
    { ...read('', ['persistentvolumeclaims'], 'volumes that pods wait for'), need: 'useful' },
    { ...read('batch', ['jobs', 'cronjobs'], 'the state of Jobs'), need: 'useful' },
    { ...read('', ['pods/log'], 'the logs of failing containers'), verbs: ['get'], need: 'useful' },
    {
      ...read('', ['namespaces'], 'whether the namespace is being deleted'),
      verbs: ['get'],
      names: [target.namespace],
      need: 'useful',
    },
    { ...read('metrics.k8s.io', ['pods'], 'the use of CPU and memory'), need: 'useful' },
    { ...read('', ['nodes', 'persistentvolumes'], 'faults of nodes and volumes'), scope: 'cluster', need: 'useful' },
    { ...read('storage.k8s.io', ['storageclasses'], 'classes that claims name'), scope: 'cluster', need: 'useful' },
    {
      ...read('networking.k8s.io', ['ingressclasses'], 'classes that Ingresses name'),
      scope: 'cluster',
      need: 'useful',
    },
    {
      ...read(
        'admissionregistration.k8s.io',
        ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
        'webhooks that stand between a change and the cluster',
      ),
      scope: 'cluster',
      need: 'useful',
    },
    { ...read('apiregistration.k8s.io', ['apiservices'], 'APIs served by others'), scope: 'cluster', need: 'useful' },
    ...(target.namespace === 'kube-system' ? [] : systemRules),
    ...webhookServiceRules,
    ...(secrets?.length === 0 ? [] : [secretRule]),
  ];
}

const pluralOf = (ref: string): WorkloadKind | undefined =>
  WORKLOAD_KINDS.find((plural) => plural.startsWith(ref.slice(0, ref.indexOf('/'))));

/** What a restart reads and patches: the workloads that the target names and no others. */
function actorRules({ workloads, actions }: Target): AccessRule[] {
  if (!actions.includes('restart')) return [];
  const rule = (resources: readonly string[]): AccessRule => ({
    ...read('apps', resources, 'restarting the rollout'),
    verbs: ['get', 'patch'],
  });
  if (workloads === 'all') return [rule(WORKLOAD_KINDS)];
  return WORKLOAD_KINDS.flatMap((plural) => {
    const names = workloads.filter((ref) => pluralOf(ref) === plural).map((ref) => ref.slice(ref.indexOf('/') + 1));
    return names.length > 0 ? [{ ...rule([plural]), names }] : [];
  });
}

/** What endpoints whose vantage is the API server ask through its proxy: each port by its name, POST (create) for exports alone. */
function proxyRules({ namespace: own, otlp, queries }: Target): AccessRule[] {
  const through = otlp.filter(({ vantage }) => vantage === 'apiserver');
  const looks = through.flatMap(({ metricsUrl, healthUrl }) => [metricsUrl ?? [], healthUrl ?? []].flat());
  const read = through.length > 0 ? [...looks, ...queries.map(({ url }) => url)] : [];
  const asked = [
    ...through.map(({ endpoint }) => ({ url: endpoint, verb: 'create' as const })),
    ...read.map((url) => ({ url, verb: 'get' as const })),
  ].flatMap(({ url, verb }) => {
    const address = proxiedAddress(new URL(url), own);
    return address ? [{ ...address, verb }] : [];
  });
  const byPlace = Map.groupBy(asked, ({ kind, namespace, verb }) => JSON.stringify([kind, namespace, verb]));
  return [...byPlace.values()].flatMap((group): AccessRule[] => {
    const [first] = group;
    if (!first) return [];
    const { kind, namespace, verb } = first;
    return [
      {
        ...{ apiGroup: '', resources: [`${kind}/proxy`], verbs: [verb], scope: 'namespace', need: 'required' },
        ...(namespace !== own && { namespace }),
        names: [...new Set(group.map(proxyName))].toSorted(),
        purpose:
          verb === 'create' ? 'sending a canary through the API server' : 'the metrics and health of a Collector',
      },
    ];
  });
}

/** What is read of Collectors whose log is the receipt of a canary: RBAC cannot tell their pods from others of the namespace. */
function receiptRules({ namespace: own, otlp }: Target): AccessRule[] {
  const places = new Set(otlp.flatMap(({ receipt }) => (receipt ? [receipt.namespace ?? own] : [])));
  const purpose = 'the receipt of a canary in the log of a Collector';
  return [...places].flatMap((namespace) =>
    [read('', ['pods'], purpose), { ...read('', ['pods/log'], purpose), verbs: ['get' as const] }].map((rule) => ({
      ...rule,
      need: 'useful',
      ...(namespace !== own && { namespace }),
    })),
  );
}

const proberRules = (target: Target): AccessRule[] => [...proxyRules(target), ...receiptRules(target)];

const RULES: Readonly<Record<KubernetesGroup, (target: Target) => AccessRule[]>> = {
  'otlp-medic:readers': readerRules,
  'otlp-medic:actors': actorRules,
  'otlp-medic:probers': proberRules,
};

/**
 * The one table of what the medic's functions ask of the API server for a target: `medic rbac` prints it as Roles,
 * `medic doctor` asks for each of it. Reading /version and reviewing one's own access, which every authenticated caller
 * may do, are left out.
 */
export const accessRules = (group: KubernetesGroup, target: Target): AccessRule[] => RULES[group](target);
