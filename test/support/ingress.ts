import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Ingress, IngressBackend } from '#shared/domain/surroundings.ts';
import { ago, healthyNamespace, NAMESPACE } from './namespace.ts';

export const backend = (name: string, port: object): IngressBackend => ({ service: { name, port } });

/** As the AWS controller leaves it an hour after it was made. */
export function withIngress(
  snapshot: Snapshot,
  spec: Partial<Ingress['spec']> = {},
  address = true,
  minutes = 60,
): Snapshot {
  const { objects } = snapshot;
  objects.ingressclasses.push({ metadata: { name: 'alb' } });
  objects.ingresses.push({
    metadata: { name: 'shop', namespace: NAMESPACE, uid: 'uid-shop', creationTimestamp: ago(minutes) },
    spec: {
      ingressClassName: 'alb',
      rules: [
        {
          host: 'shop.example.com',
          http: { paths: [{ path: '/', backend: backend('otlp-app-service', { number: 80 }) }] },
        },
      ],
      ...spec,
    },
    status: address ? { loadBalancer: { ingress: [{ hostname: 'k8s-shop.elb.example.com' }] } } : {},
  });
  return snapshot;
}
/** One path for each of the backends. */
export const leadingTo = (...backends: IngressBackend[]) =>
  withIngress(healthyNamespace(), {
    rules: [{ host: 'shop.example.com', http: { paths: backends.map((each) => ({ path: '/', backend: each })) } }],
  });
