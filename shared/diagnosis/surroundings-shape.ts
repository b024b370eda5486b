import { base, conditions, podSpec } from './pod-shape.ts';
import { either, flag, list, number, object, text, texts } from './shape.ts';

/** The shapes of what stands around workloads: policies, ingress, scaling, storage, admission. */

export const selector = object({
  matchLabels: texts,
  matchExpressions: list(object({ key: text, operator: text, values: list(text) }, 'key', 'operator')),
});

const policyPorts = list(object({ protocol: text, port: either, endPort: number }));
const peers = list(
  object({
    podSelector: selector,
    namespaceSelector: selector,
    ipBlock: object({ cidr: text, except: list(text) }, 'cidr'),
  }),
);
const backend = object({ service: object({ name: text, port: object({ name: text, number }) }, 'name') });

const webhookConfiguration = object(
  {
    ...base,
    webhooks: list(
      object(
        {
          name: text,
          failurePolicy: text,
          clientConfig: object({
            service: object({ namespace: text, name: text, port: number }, 'namespace', 'name'),
            url: text,
          }),
          rules: list(object({ apiGroups: list(text), resources: list(text), operations: list(text) })),
          matchConditions: list(object({ name: text, expression: text }, 'name')),
          namespaceSelector: selector,
          objectSelector: selector,
        },
        'name',
      ),
    ),
  },
  'metadata',
);

const template = object({ metadata: object({ labels: texts, annotations: texts }), spec: podSpec }, 'spec');

export const SURROUNDINGS = {
  limitranges: list(
    object(
      { ...base, spec: object({ limits: list(object({ type: text, max: texts, min: texts }, 'type')) }) },
      'metadata',
    ),
  ),
  serviceaccounts: list(object(base, 'metadata')),
  networkpolicies: list(
    object(
      {
        ...base,
        spec: object({
          podSelector: selector,
          policyTypes: list(text),
          ingress: list(object({ from: peers, ports: policyPorts })),
          egress: list(object({ to: peers, ports: policyPorts })),
        }),
      },
      'metadata',
      'spec',
    ),
  ),
  ingresses: list(
    object(
      {
        ...base,
        spec: object({
          ingressClassName: text,
          defaultBackend: backend,
          rules: list(
            object({ host: text, http: object({ paths: list(object({ path: text, backend }, 'backend')) }) }),
          ),
          tls: list(object({ hosts: list(text), secretName: text })),
        }),
        status: object({ loadBalancer: object({ ingress: list(object({ ip: text, hostname: text })) }) }),
      },
      'metadata',
    ),
  ),
  horizontalpodautoscalers: list(
    object(
      {
        ...base,
        spec: object(
          {
            scaleTargetRef: object({ kind: text, name: text }, 'kind', 'name'),
            minReplicas: number,
            maxReplicas: number,
            metrics: list(object({ type: text, resource: object({ name: text }, 'name') }, 'type')),
          },
          'scaleTargetRef',
          'maxReplicas',
        ),
        status: object({ currentReplicas: number, desiredReplicas: number, conditions }),
      },
      'metadata',
      'spec',
    ),
  ),
  poddisruptionbudgets: list(
    object(
      {
        ...base,
        spec: object({ selector, minAvailable: either, maxUnavailable: either }),
        status: object({
          disruptionsAllowed: number,
          currentHealthy: number,
          desiredHealthy: number,
          expectedPods: number,
          conditions,
        }),
      },
      'metadata',
    ),
  ),
  persistentvolumeclaims: list(
    object(
      {
        ...base,
        spec: object({
          storageClassName: text,
          volumeName: text,
          accessModes: list(text),
          resources: object({ requests: texts }),
        }),
        status: object({ phase: text, capacity: texts, conditions }),
      },
      'metadata',
    ),
  ),
  cronjobs: list(
    object(
      {
        ...base,
        spec: object({
          schedule: text,
          suspend: flag,
          jobTemplate: object({ spec: object({ template }) }),
        }),
      },
      'metadata',
    ),
  ),
  jobs: list(
    object(
      {
        ...base,
        spec: object({
          backoffLimit: number,
          suspend: flag,
          template,
        }),
        status: object({ active: number, succeeded: number, failed: number, startTime: text, conditions }),
      },
      'metadata',
    ),
  ),
  persistentvolumes: list(
    object(
      {
        ...base,
        spec: object({ storageClassName: text, claimRef: object({ namespace: text, name: text, uid: text }) }),
        status: object({ phase: text, reason: text, message: text }),
      },
      'metadata',
    ),
  ),
  storageclasses: list(object({ ...base, provisioner: text, volumeBindingMode: text }, 'metadata')),
  ingressclasses: list(object({ ...base, spec: object({ controller: text }) }, 'metadata')),
  validatingwebhookconfigurations: list(webhookConfiguration),
  mutatingwebhookconfigurations: list(webhookConfiguration),
  apiservices: list(
    object(
      {
        ...base,
        spec: object({ group: text, version: text, service: object({ namespace: text, name: text }) }),
        status: object({ conditions }),
      },
      'metadata',
    ),
  ),
};
