import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event } from '#test/support/faults.ts';
import { backend, leadingTo, withIngress } from '#test/support/ingress.ts';
import { healthyNamespace, NAMESPACE, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';

const at = the('Ingress', 'shop');
const target = sandboxTarget({ ingressHost: 'shop.example.com' });
const unread = [
  { why: 'Ingresses may not be read', unread: ['ingresses'] },
  { why: 'there is no Ingress', build: healthyNamespace },
] as const;

const ours = backend('otlp-app-service', { number: 80 });

const ingressSays = (snapshot: Snapshot, reason: string, message: string): Snapshot => {
  const [ingress] = snapshot.objects.ingresses;
  return ingress ? event(snapshot, { ...ingress, kind: 'Ingress' }, reason, message) : snapshot;
};

const withCertificate = (absent?: string): Snapshot => {
  const snapshot = withIngress(healthyNamespace(), { tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }] });
  if (absent) snapshot.absentSecrets.push({ namespace: absent, name: 'shop-tls' });
  return snapshot;
};

const SUBNETS =
  "Failed build model due to couldn't auto-discover subnets: unable to resolve at least one subnet (0 match VPC and tags: [kubernetes.io/role/elb])";

/** The ways into the cluster. */
export const ingresses = {
  'ingress-backend-service-missing': {
    positive: [
      {
        when: 'the Service was renamed',
        at,
        target,
        shows: 'not found',
        build: () => leadingTo(backend('otlp-app', { number: 80 })),
      },
      {
        when: 'one path of two',
        at,
        severity: 'P2',
        target,
        build: () => leadingTo(ours, backend('gone', { number: 80 })),
      },
      {
        when: 'what is left for all other paths',
        at,
        severity: 'P2',
        target,
        shows: 'gone',
        build: () => withIngress(healthyNamespace(), { defaultBackend: backend('gone', { number: 80 }) }),
      },
    ],
    nearMiss: [
      {
        why: 'an action of the AWS controller is no Service',
        roots: [],
        build: () => leadingTo(backend('redirect', { name: 'use-annotation' }), ours),
      },
      { why: 'the Service is there', roots: [], target, build: () => leadingTo(ours) },
      {
        why: 'an Ingress of somebody else in the namespace',
        roots: [],
        build: () => leadingTo(backend('theirs', { number: 80 })),
      },
    ],
    notApplicable: [...unread, { why: 'Services may not be read', unread: ['services'] }],
  },
  'ingress-backend-port-mismatch': {
    positive: [
      {
        when: 'a number that the Service does not have',
        at,
        shows: '8080',
        build: () => leadingTo(backend('otlp-app-service', { number: 8080 })),
      },
      {
        when: 'a name that it does not have',
        at,
        shows: 'web',
        build: () => leadingTo(backend('otlp-app-service', { name: 'web' })),
      },
    ],
    nearMiss: [
      { why: 'its number', roots: [], build: () => leadingTo(ours) },
      { why: 'its name', roots: [], build: () => leadingTo(backend('otlp-app-service', { name: 'http' })) },
    ],
    notApplicable: [...unread, { why: 'Services may not be read', unread: ['services'] }],
  },
  'ingress-class-missing': {
    positive: [
      {
        when: 'a class that no controller brought',
        at,
        shows: 'nginx',
        build: () => withIngress(healthyNamespace(), { ingressClassName: 'nginx' }, false),
      },
      {
        when: 'none is named, and there is no default',
        at,
        as: 'advice',
        build: () => {
          const snapshot = withIngress(healthyNamespace(), {}, false);
          for (const { spec } of snapshot.objects.ingresses) delete spec?.ingressClassName;
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'it has an address: somebody takes care of it',
        roots: [],
        build: () => withIngress(healthyNamespace(), { ingressClassName: 'gce' }),
      },
      {
        why: 'the old annotation names a controller, which needs no class',
        roots: [],
        build: () => {
          const snapshot = withIngress(healthyNamespace(), {}, false);
          for (const { spec, metadata } of snapshot.objects.ingresses) {
            delete spec?.ingressClassName;
            metadata.annotations = { 'kubernetes.io/ingress.class': 'nginx' };
          }
          return snapshot;
        },
      },
      {
        why: 'none is named, and there is a default',
        roots: [],
        build: () => {
          const snapshot = withIngress(healthyNamespace(), {}, false, 2);
          for (const { spec } of snapshot.objects.ingresses) delete spec?.ingressClassName;
          for (const { metadata } of snapshot.objects.ingressclasses)
            metadata.annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
          return snapshot;
        },
      },
    ],
    notApplicable: [...unread, { why: 'classes may not be read', unread: ['ingressclasses'] }],
  },
  'ingress-no-address': {
    positive: [
      {
        when: 'the AWS controller finds no subnet',
        at,
        shows: 'auto-discover subnets',
        build: () => ingressSays(withIngress(healthyNamespace(), {}, false), 'FailedBuildModel', SUBNETS),
      },
      {
        when: 'the AWS controller may not make it',
        at,
        shows: 'AccessDenied',
        build: () =>
          ingressSays(
            withIngress(healthyNamespace(), {}, false),
            'FailedDeployModel',
            'Failed deploy model due to operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 403, api error AccessDenied: User is not authorized to perform: elasticloadbalancing:CreateLoadBalancer',
          ),
      },
      {
        when: 'nobody says why, for an hour',
        at,
        as: 'advice',
        shows: 'empty',
        build: () => withIngress(healthyNamespace(), {}, false),
      },
    ],
    nearMiss: [
      { why: 'it was made a minute ago', roots: [], build: () => withIngress(healthyNamespace(), {}, false, 1) },
      {
        why: 'it has an address, and the complaint is made good',
        roots: [],
        build: () => ingressSays(withIngress(healthyNamespace()), 'FailedBuildModel', SUBNETS),
      },
      {
        why: 'its class does not exist',
        roots: ['ingress-class-missing'],
        build: () => withIngress(healthyNamespace(), { ingressClassName: 'nginx' }, false),
      },
    ],
    notApplicable: [...unread],
  },
  'ingress-tls-secret-missing': {
    positive: [
      { when: 'cert-manager has not made it', at, shows: 'shop-tls', build: () => withCertificate(NAMESPACE) },
    ],
    nearMiss: [
      { why: 'it is there', roots: [], target: wholeNamespace(), build: () => withCertificate() },
      { why: 'one of that name is missing from another namespace', roots: [], build: () => withCertificate('staging') },
    ],
    notApplicable: [...unread, { why: 'Secrets may not be read', unread: ['secrets'] }],
  },
} satisfies Cases;
