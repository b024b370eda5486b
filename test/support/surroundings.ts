import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ago, NAMESPACE } from './namespace.ts';

const metadata = (name: string) => ({ name, namespace: NAMESPACE, uid: `uid-${name}`, creationTimestamp: ago(600) });

/** What stands around the workloads of a well-kept namespace: an Ingress, an autoscaler, a budget, a webhook, the DNS. */
export function surrounded(snapshot: Snapshot): Snapshot {
  const { objects } = snapshot;
  objects.ingressclasses.push({ metadata: { name: 'alb' } });
  objects.ingresses.push({
    metadata: metadata('shop'),
    spec: {
      ingressClassName: 'alb',
      rules: [
        {
          host: 'shop.example.com',
          http: { paths: [{ path: '/', backend: { service: { name: 'otlp-app-service', port: { number: 80 } } } }] },
        },
      ],
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
    },
    status: { loadBalancer: { ingress: [{ hostname: 'shop.elb.example.com' }] } },
  });
  objects.horizontalpodautoscalers.push({
    metadata: metadata('otlp-app'),
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'otlp-app' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu' } }],
    },
    status: {
      currentReplicas: 2,
      conditions: [
        { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' },
        { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
        { type: 'ScalingLimited', status: 'True', reason: 'TooFewReplicas', lastTransitionTime: ago(300) },
      ],
    },
  });
  objects.apiservices.push({
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Passed' }] },
  });
  objects.poddisruptionbudgets.push({
    metadata: metadata('otlp-app'),
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'otlp-app' } } },
    status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
  });
  objects.validatingwebhookconfigurations.push({
    metadata: { name: 'policy' },
    webhooks: [
      {
        name: 'validate.policy.example.com',
        failurePolicy: 'Fail',
        clientConfig: { service: { namespace: 'policy', name: 'policy' } },
        rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'] }],
      },
    ],
  });
  objects.services.push(
    {
      metadata: { name: 'policy', namespace: 'policy' },
      spec: { selector: { app: 'policy' }, ports: [{ port: 443 }] },
    },
    {
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: { clusterIP: '10.100.0.2', selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
    },
  );
  for (const [namespace, name] of [
    ['policy', 'policy'],
    ['kube-system', 'kube-dns'],
  ] as const)
    objects.endpointslices.push({
      metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
      endpoints: [{ addresses: ['10.0.9.1'], conditions: { ready: true } }],
    });
  const labels = { 'k8s-app': 'kube-dns' };
  objects.deployments.push({
    metadata: { name: 'coredns', namespace: 'kube-system' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'coredns' }] } },
    },
    status: { replicas: 2, availableReplicas: 2 },
  });
  objects.pods.push({
    metadata: { name: 'coredns-1', namespace: 'kube-system', labels },
    spec: { containers: [{ name: 'coredns' }] },
    status: { phase: 'Running', podIP: '10.0.9.1', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  return snapshot;
}
