import { afterAll, describe, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { target as targetSchema } from '#shared/domain/target.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { takeSnapshot } from '#shared/snapshot/take.ts';
import { CLOSED, DNS_RULE } from '#test/support/policies.ts';
import { guideNamespace } from './guide-namespace.ts';
import { bed, putSituation, type Situation } from './situation.ts';

/*
 * Faults of network and configuration as the API server and its controllers show them: their conditions, events and
 * words are real here. KWOK enforces no policy, which makes no difference to what is written down.
 */

const client = bed();
const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
const clusters = makeClusters({ kubeconfig: openKubeconfig });
const namespaces: string[] = [];
const webhooks: string[] = [];

afterAll(async () => {
  if (webhooks.length > 0) await client.kubectl('delete', 'validatingwebhookconfiguration', ...webhooks);
  if (namespaces.length > 0) await client.kubectl('delete', 'namespace', '--wait=false', ...namespaces);
});

type Parts = ReturnType<typeof guideNamespace>;
interface Case {
  name: string;
  /** what stands there before the workloads do */
  before?(namespace: string, parts: Parts): object[];
  /** what comes when they run */
  after?(namespace: string): object[];
  symptoms?: Situation['symptoms'];
  /** something that the controllers have to have said: arguments of `kubectl wait` */
  until?: string[];
  /** the app cannot start */
  stuck?: boolean;
  /** the first root cause; absent = none */
  root?: string;
  /** advice that is given besides */
  advice?: string;
}

const FAILS = ['--for=condition=ReplicaFailure', 'deployment/otlp-app'];
const UP = ['otel-collector', 'otlp-app'];

const policy = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});
const egress = (app: string, rules: object[]) => ({
  podSelector: { matchLabels: { app } },
  policyTypes: ['Egress'],
  egress: rules,
});
const toCollector = {
  to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }],
  ports: [{ port: 4317 }],
};
const fromApp = {
  podSelector: { matchLabels: { app: 'otel-collector' } },
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }], ports: [{ port: 'otlp-grpc' }] }],
};

/** A policy engine whose Service has no endpoints, for one namespace. */
function webhook(namespace: string) {
  webhooks.push(`gate-${namespace}`);
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'gate', namespace },
      spec: { selector: { app: 'gate' }, ports: [{ port: 443 }] },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: `gate-${namespace}` },
      webhooks: [
        {
          name: 'gate.policy.example.com',
          clientConfig: { service: { namespace, name: 'gate', path: '/validate' } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 2,
        },
      ],
    },
  ];
}

const ingress = (namespace: string, name: string, spec: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace },
  spec: {
    rules: [
      { http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] } },
    ],
    ...spec,
  },
});

const ingressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'shop' },
  spec: { controller: 'example.com/none' },
};

const hpa = (namespace: string, name: string) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'shop', namespace },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  },
});

const budget = (namespace: string, minAvailable: number) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'shop', namespace },
  spec: { minAvailable, selector: { matchLabels: { app: 'otlp-app' } } },
});

const podSpecOf = ({ app }: Parts) =>
  app.spec.template.spec as Record<string, unknown> & { containers: { env: object[] }[] };

const CASES: Case[] = [
  {
    name: 'policies-well',
    after: (namespace) => [
      policy(namespace, 'default-deny', CLOSED),
      policy(namespace, 'allow-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [DNS_RULE] }),
      policy(namespace, 'app-to-collector', egress('otlp-app', [toCollector])),
      policy(namespace, 'collector-from-app', fromApp),
    ],
  },
  {
    name: 'policy-egress',
    after: (namespace) => [policy(namespace, 'egress', egress('otlp-app', [DNS_RULE]))],
    root: 'netpol-egress-denies-collector',
  },
  {
    name: 'policy-dns',
    after: (namespace) => [policy(namespace, 'egress', egress('otlp-app', [toCollector]))],
    root: 'netpol-egress-denies-dns',
  },
  {
    name: 'policy-ingress',
    after: (namespace) => [
      policy(namespace, 'collector', {
        ...fromApp,
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'app' } } }] }],
      }),
    ],
    root: 'netpol-ingress-denies-client',
    advice: 'netpol-peer-matches-nothing',
  },
  { name: 'webhook-down', before: webhook, stuck: true, until: FAILS, root: 'webhook-unavailable' },
  { name: 'webhook-idle', after: webhook, advice: 'webhook-unavailable' },
  {
    name: 'quota-used-up',
    before: (namespace) => [
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'pods', namespace },
        spec: { hard: { 'requests.memory': '10Mi' } },
      },
    ],
    stuck: true,
    until: FAILS,
    root: 'quota-exceeded',
  },
  {
    name: 'limits-exceeded',
    before: (namespace) => [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'small', namespace },
        spec: { limits: [{ type: 'Container', max: { memory: '128Mi' } }] },
      },
    ],
    stuck: true,
    until: FAILS,
    root: 'limitrange-violation',
  },
  {
    name: 'pods-restricted',
    before: (name) => [
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      },
    ],
    stuck: true,
    until: FAILS,
    root: 'pod-security-violation',
  },
  {
    name: 'no-service-account',
    before: (_, parts) => {
      podSpecOf(parts).serviceAccountName = 'gone';
      return [];
    },
    stuck: true,
    until: FAILS,
    root: 'serviceaccount-missing',
  },
  {
    name: 'ingress-nowhere',
    after: (namespace) => [ingressClass, ingress(namespace, 'otlp-app', { ingressClassName: 'shop' })],
    root: 'ingress-backend-service-missing',
  },
  {
    name: 'ingress-class-gone',
    after: (namespace) => [ingress(namespace, 'otlp-app-service', { ingressClassName: 'gone' })],
    root: 'ingress-class-missing',
  },
  {
    name: 'ingress-fresh',
    after: (namespace) => [ingressClass, ingress(namespace, 'otlp-app-service', { ingressClassName: 'shop' })],
  },
  {
    name: 'host-network',
    before: (_, parts) => {
      Object.assign(podSpecOf(parts), { hostNetwork: true, dnsPolicy: 'ClusterFirst' });
      return [];
    },
    root: 'dns-config-invalid',
  },
  {
    name: 'variable-of-no-type',
    before: (_, parts) => {
      podSpecOf(parts).containers[0]?.env.push({ name: 'OTEL_EXPORTER_OTLP_TIMEOUT', value: '10s' });
      return [];
    },
    root: 'config-env-invalid',
  },
  {
    name: 'forbidden-calls',
    symptoms: [
      {
        pods: 'app=otlp-app',
        container: {
          ready: true,
          started: true,
          state: { running: { startedAt: new Date().toISOString().replace(/\.\d+Z/, 'Z') } },
        },
        log: Array.from(
          { length: 4 },
          () =>
            `${new Date().toISOString()} ERROR endpoints is forbidden: User "system:serviceaccount:shop:default" cannot list resource "endpoints" in API group "" in the namespace "shop"`,
        ).join('\n'),
      },
    ],
    root: 'rbac-forbidden',
  },
  {
    name: 'autoscaled',
    after: (namespace) => [hpa(namespace, 'otlp-app'), budget(namespace, 1)],
    until: ['--for=condition=AbleToScale', 'hpa/shop'],
  },
  {
    name: 'autoscaler-lost',
    after: (namespace) => [hpa(namespace, 'otlp-application')],
    until: ['--for=condition=AbleToScale=False', 'hpa/shop'],
    advice: 'hpa-target-missing',
  },
  {
    name: 'budget-closed',
    after: (namespace) => [budget(namespace, 2)],
    until: ['--for=jsonpath={.status.expectedPods}=2', 'pdb/shop'],
    advice: 'pdb-blocking-disruption',
  },
];

async function put({ name, before, after, symptoms = [], until, stuck }: Case): Promise<void> {
  namespaces.push(name);
  const parts = guideNamespace(name);
  const first = before?.(name, parts) ?? [];
  const { app, collector, namespace, ...rest } = parts;
  const there = first.find((each) => (each as { kind: string }).kind === 'Namespace') ?? namespace;
  // A fault of the namespace must not keep the Collector from starting, only the app.
  await putSituation(client, {
    namespace: name,
    objects: stuck
      ? [namespace, ...Object.values(rest), collector]
      : [namespace, ...first, ...Object.values(rest), collector, app],
    available: stuck ? ['otel-collector'] : UP,
  });
  if (stuck) await client.apply(there, ...first, app);
  await putSituation(client, { namespace: name, objects: after?.(name) ?? [], symptoms });
  if (until) await client.kubectl('-n', name, 'wait', '--timeout=30s', ...until);
}

describe('faults of network and configuration on a real control plane', () => {
  it.concurrent.each(CASES)('$name: $root', async (each) => {
    await put(each);
    const target = targetSchema.parse({
      name: each.name,
      cluster: { kubeconfig },
      namespace: each.name,
      workloads: 'all',
    });
    const snapshot = await takeSnapshot(clusters, target, { clock: systemClock });
    const { rootCauses, findings, verdict } = diagnose(snapshot, { target });
    const shown = JSON.stringify(rootCauses.map(({ title, evidence }) => ({ title, evidence })));
    expect(rootCauses[0]?.code, shown).toBe(each.root);
    expect(verdict, shown).toBe(each.root ? (each.stuck ? 'failed' : 'degraded') : 'healthy');
    if (each.advice) expect(findings.map((finding) => finding.code)).toContain(each.advice);
    if (!each.root) expect(findings.filter(({ severity }) => severity !== 'P3')).toEqual([]);
  });
});
