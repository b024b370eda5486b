import * as z from 'zod';
import { otlpProtocol, signal, vantage } from './probe-result.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const kubernetesName = z
  .string()
  .max(253, 'is longer than the 253 characters of a Kubernetes object name')
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'is not a Kubernetes object name');
const namespaceName = z
  .string()
  .max(63, 'is longer than the 63 characters of a Kubernetes namespace')
  .regex(dnsLabel, 'is not a Kubernetes namespace name: use lower-case letters, digits and dashes');

/** Written kind/name, as kubectl does. */
export const workloadRef = z
  .string()
  .regex(
    /^(deployment|statefulset|daemonset)\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    'write deployment/NAME, statefulset/NAME or daemonset/NAME',
  );
export type WorkloadRef = z.infer<typeof workloadRef>;

const url = z.url({ protocol: /^https?$/, error: 'write an http:// or https:// URL' });

export const clusterRef = z.union(
  [
    z.literal('sandbox'),
    z.strictObject({
      eks: z.string().describe('name of the EKS cluster'),
      region: z.string(),
      caFile: z.string().optional().describe('CA certificate (PEM) to trust instead of the one that EKS names'),
    }),
    z.strictObject({
      kubeconfig: z.string().optional().describe('file; default as kubectl: $KUBECONFIG, ~/.kube/config'),
      context: z.string().optional(),
      caFile: z.string().optional(),
    }),
  ],
  { error: "write 'sandbox', { eks, region } or { kubeconfig, context }" },
);
export type ClusterRef = z.infer<typeof clusterRef>;

const endpoint = z.strictObject({
  endpoint: url.describe('base URL of an OTLP receiver'),
  protocol: otlpProtocol.default('grpc'),
  signals: z
    .array(signal)
    .min(1)
    .default([...signal.options])
    .describe('what it is to take: one that has no pipeline for a signal named here has a fault'),
  vantage: vantage
    .default('direct')
    .describe(
      "how it is reached: direct; vpc: the same from the functions' own subnets, private addresses too; apiserver: through the API server's proxy, by the Service that its host names (http://SERVICE.NAMESPACE.svc:4318)",
    ),
  headersSecret: z.string().optional().describe('name of the secret that holds the headers, never the headers'),
  caFile: z.string().optional().describe('CA certificate (PEM) to trust for it'),
  metricsUrl: url.optional().describe('metrics of the Collector itself: http://collector:8888/metrics'),
  healthUrl: url.optional().describe('its health_check extension: http://collector:13133'),
  receipt: z
    .strictObject({
      namespace: namespaceName.optional().describe('default: that of the target'),
      selector: z.string().min(1).describe("label selector of the Collector's pods: app=otel-collector"),
      container: z
        .string()
        .optional()
        .describe('default: the only one of a pod, or the only one with the image of a Collector'),
    })
    .optional()
    .describe(
      'pods of the Collector whose log returns the canary, by a debug exporter behind a filter: proof without a backend',
    ),
});

const dependency = z.union(
  [
    z.strictObject({ name: z.string(), url }),
    z.strictObject({ name: z.string(), address: z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'write host:port') }),
  ],
  { error: 'write { name, url } or { name, address: "host:port" }' },
);

export const responsePolicy = z
  .enum(['diagnose-only', 'auto'])
  .describe('diagnose-only: never write to the cluster; auto: act when a trigger asks for it and all guards agree');

/** What a target may say differently from all the others. */
const policyOverrides = z.strictObject({
  response: responsePolicy.optional().describe('default: diagnose-only on EKS, auto elsewhere'),
  cooldownMinutes: z.number().min(0).optional().describe('no second action on a workload within this time'),
  settleSeconds: z.number().min(0).optional().describe('new pods must stay Ready this long to count as recovered'),
  recoveryLimitSeconds: z.number().positive().optional().describe('an action that has not helped by then has failed'),
  actOnGitOps: z.boolean().optional().describe('restart workloads owned by Argo CD, Flux or an operator too'),
});

/** How far the medic may go by itself, and how it knows that an action helped. */
export const policy = policyOverrides.transform(
  ({ response, cooldownMinutes = 30, settleSeconds = 120, recoveryLimitSeconds = 600, actOnGitOps = false }) => ({
    ...(response && { response }),
    cooldownMinutes,
    settleSeconds,
    recoveryLimitSeconds,
    actOnGitOps,
  }),
);
export type Policy = z.infer<typeof policy>;

/** One service and what it depends on. The defaults are the guide's names. */
export const target = z.strictObject({
  name: z.string().max(63, 'use at most 63 characters').regex(dnsLabel, 'use lower-case letters, digits and dashes'),
  cluster: clusterRef,
  namespace: namespaceName.default('otlp-system'),
  workloads: z
    .union([z.literal('all'), z.array(workloadRef).min(1)])
    .default(['deployment/otlp-app'])
    .describe("the first is the one that a restart is for; 'all' = every workload of the namespace"),
  selector: z.string().default('app=otlp-app').describe('label selector of the pods'),
  service: kubernetesName.optional().describe('default: otlp-app-service where workloads are named'),
  configMaps: z.array(kubernetesName).optional(),
  secrets: z.array(z.strictObject({ name: kubernetesName, keys: z.array(z.string()).default([]) })).optional(),
  tlsSecrets: z
    .array(kubernetesName)
    .optional()
    .describe(
      'Secrets of type kubernetes.io/tls whose public certificate is looked at; needs `get` on them (medic rbac --secrets). At a kubeconfig those that an Ingress or workload uses are looked at anyway',
    ),
  ingressHost: z.string().optional(),
  otlp: z.array(endpoint).default([]),
  latencyLimitMs: z.number().positive().default(1000),
  queries: z
    .array(
      z.strictObject({
        kind: z.enum(['jaeger', 'prometheus', 'tempo', 'loki', 'xray']),
        url,
        tenant: z.string().min(1).optional().describe('whose data is read (X-Scope-OrgID)'),
      }),
    )
    .default([]),
  collector: z
    .strictObject({
      workload: workloadRef.default('deployment/otel-collector'),
      service: kubernetesName.default('otel-collector'),
    })
    .optional(),
  healthPath: z.string().startsWith('/').default('/health'),
  metricsPath: z.string().startsWith('/').default('/metrics'),
  dependencies: z.array(dependency).default([]),
  alarms: z
    .array(z.string().min(1).max(255))
    .default([])
    .describe('names of the CloudWatch alarms that start the P0 flow for it; "shop-*" = all whose name begins so'),
  actions: z
    .array(z.enum(['restart', 'rollback']))
    .default(['restart', 'rollback'])
    .describe('the actions allowed'),
  policy: policyOverrides.optional().describe('what differs from the policy of all targets'),
});
export type Target = z.infer<typeof target>;

/** What a service named in the guide's words has; a target for a whole namespace expects nothing by name. */
const GUIDE = {
  service: 'otlp-app-service',
  configMaps: ['otlp-app-config'],
  secrets: [{ name: 'otlp-app-secrets', keys: ['api-key'] }],
  collector: { workload: 'deployment/otel-collector', service: 'otel-collector' },
};

/** Objects that must exist because the configuration names them. */
export function expectedObjects(of: Target): Pick<Target, 'service' | 'configMaps' | 'secrets' | 'collector'> {
  if (of.workloads === 'all') return of;
  const {
    service = GUIDE.service,
    configMaps = GUIDE.configMaps,
    secrets = GUIDE.secrets,
    collector = GUIDE.collector,
  } = of;
  return { service, configMaps, secrets, collector };
}
