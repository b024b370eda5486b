import type { WebhookConfiguration } from '#shared/domain/surroundings.ts';
import type { SandboxCluster } from '../cluster.ts';
import { CONTAINER_DEFAULTS, deployment, PROBE_DEFAULTS, port, service } from '../manifest-parts.ts';
import { WEBHOOK_IMAGE } from '../programs/registry.ts';

export const POLICY_WEBHOOK = { namespace: 'policy-system', name: 'policy-webhook' };

/** A policy engine in a namespace of its own, which approves the pods of all others. */
export function installPolicyWebhook(cluster: SandboxCluster): void {
  const { namespace, name } = POLICY_WEBHOOK;
  const identity = { ...POLICY_WEBHOOK, labels: { app: name } };
  const labels = { 'kubernetes.io/metadata.name': namespace };
  cluster.apply('namespaces', { metadata: { name: namespace, labels } });
  cluster.apply('services', service(identity, '172.20.146.3', [{ protocol: 'TCP', port: 443, targetPort: 9443 }]));
  const workload = deployment(identity, 1, {
    containers: [
      {
        name: 'webhook',
        image: WEBHOOK_IMAGE,
        ports: [port('https', 9443)],
        resources: { limits: { memory: '128Mi' }, requests: { cpu: '50m', memory: '64Mi' } },
        readinessProbe: { tcpSocket: { port: 'https' }, ...PROBE_DEFAULTS, periodSeconds: 10 },
        ...CONTAINER_DEFAULTS,
      },
    ],
  });
  workload.spec.strategy = { type: 'Recreate' };
  cluster.apply('deployments', workload);
  cluster.apply('validatingwebhookconfigurations', configuration(namespace, name));
}

const configuration = (namespace: string, name: string): WebhookConfiguration => ({
  metadata: { name: 'pod-policy' },
  webhooks: [
    {
      name: 'pods.policy.example.com',
      failurePolicy: 'Fail',
      clientConfig: { service: { namespace, name, port: 443, ...{ path: '/validate' } } },
      rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'], ...{ apiVersions: ['v1'], scope: '*' } }],
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', namespace] },
        ],
      },
      objectSelector: {},
      ...{ matchPolicy: 'Equivalent', sideEffects: 'None', timeoutSeconds: 10, admissionReviewVersions: ['v1'] },
    },
  ],
});
