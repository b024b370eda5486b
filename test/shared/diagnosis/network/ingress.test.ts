import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { event, serviceOf } from '#test/support/faults.ts';
import { backend, leadingTo, withIngress } from '#test/support/ingress.ts';
import { ago, healthyNamespace, NAMESPACE, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';

describe('an Ingress that is well', () => {
  it.each([
    ['by the number of the port', { number: 80 }],
    ['by its name', { name: 'http' }],
  ])('leads to a Service %s', (_, port) => {
    expect(codes(leadingTo(backend('otlp-app-service', port)), wholeNamespace())).toEqual([]);
  });

  it('has an action of the AWS controller instead of a Service, or belongs to another team', () => {
    const action = leadingTo(
      backend('redirect', { name: 'use-annotation' }),
      backend('otlp-app-service', { number: 80 }),
    );
    expect(codes(action)).toEqual([]);
    const other = leadingTo(backend('theirs', { number: 80 }));
    expect(codes(other)).toEqual([]);
    expect(codes(other, wholeNamespace())).toEqual(['ingress-backend-service-missing']);
  });

  it('has been made a minute ago, or is of a class that no object stands for', () => {
    expect(codes(withIngress(healthyNamespace(), {}, false, 1))).toEqual([]);
    expect(codes(withIngress(healthyNamespace(), { ingressClassName: 'gce' }))).toEqual([]);
  });
});

describe('an Ingress that leads nowhere', () => {
  it('names a Service that is not there', () => {
    const target = sandboxTarget({ ingressHost: 'shop.example.com' });
    const snapshot = leadingTo(backend('otlp-app', { number: 80 }));
    expect(roots(snapshot, target)).toEqual(['ingress-backend-service-missing']);
    expect(findingOf(snapshot, 'ingress-backend-service-missing', target).severity).toBe('P1');
    const one = leadingTo(backend('otlp-app-service', { number: 80 }), backend('gone', { number: 80 }));
    expect(findingOf(one, 'ingress-backend-service-missing').severity).toBe('P2');
  });

  it('names the Service that the target misses: that is the root', () => {
    const snapshot = leadingTo(backend('otlp-app-service', { number: 80 }));
    const { objects } = snapshot;
    objects.services = objects.services.filter(({ metadata }) => metadata.name !== 'otlp-app-service');
    expect(roots(snapshot, sandboxTarget({ ingressHost: 'shop.example.com' }))).toEqual(['service-missing']);
  });

  it.each([{ number: 8080 }, { name: 'web' }])('names a port that the Service does not have: %o', (port) => {
    expect(roots(leadingTo(backend('otlp-app-service', port)))).toEqual(['ingress-backend-port-mismatch']);
  });
});

describe('an Ingress that nobody takes care of', () => {
  it('is of a class that does not exist', () => {
    const snapshot = withIngress(healthyNamespace(), { ingressClassName: 'nginx' }, false);
    expect(roots(snapshot)).toEqual(['ingress-class-missing']);
    snapshot.coverage.notChecked.push({ check: 'ingressclasses', why: 'forbidden' });
    expect(roots(snapshot)).toEqual([]);
  });

  it('says why it has no address', () => {
    const snapshot = withIngress(healthyNamespace(), {}, false);
    expect(codes(snapshot)).toEqual(['ingress-no-address']);
    expect(roots(snapshot)).toEqual([]);
    const [ingress] = snapshot.objects.ingresses;
    if (ingress)
      event(
        snapshot,
        { ...ingress, kind: 'Ingress' },
        'FailedBuildModel',
        "Failed build model due to couldn't auto-discover subnets",
      );
    expect(roots(snapshot)).toEqual(['ingress-no-address']);
  });

  it.each([
    ['ingress.k8s.aws/alb', 'P2'],
    ['eks.amazonaws.com/alb', 'P2'],
    ['k8s.io/ingress-nginx', 'P3'],
  ])('says nothing of the address that its controller owes it, %s', (controller, severity) => {
    const snapshot = withIngress(healthyNamespace(), {}, false);
    for (const each of snapshot.objects.ingressclasses) each.spec = { controller };
    expect(findingOf(snapshot, 'ingress-no-address').severity).toBe(severity);
    expect(codes(withIngress(snapshot, {}, false, 3)).length).toBe(1);
  });

  it('has no certificate', () => {
    const snapshot = withIngress(healthyNamespace(), {
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
    });
    expect(codes(snapshot)).toEqual([]);
    snapshot.absentSecrets.push({ namespace: 'staging', name: 'shop-tls' });
    expect(codes(snapshot)).toEqual([]);
    snapshot.absentSecrets.push({ namespace: NAMESPACE, name: 'shop-tls' });
    expect(roots(snapshot)).toEqual(['ingress-tls-secret-missing']);
  });
});

describe('a Service of type LoadBalancer', () => {
  const balanced = (minutes: number, address?: string) => {
    const snapshot = healthyNamespace();
    const service = serviceOf(snapshot, 'otlp-app-service');
    service.spec.type = 'LoadBalancer';
    service.metadata.creationTimestamp = ago(minutes);
    service.status = { loadBalancer: address ? { ingress: [{ hostname: address }] } : {} };
    return snapshot;
  };

  it('waits for its address, at first quietly', () => {
    expect(codes(balanced(60, 'x.elb.example.com'))).toEqual([]);
    expect(codes(balanced(2))).toEqual([]);
    expect(roots(balanced(60))).toEqual(['service-lb-pending']);
    expect(judge(balanced(60)).verdict).toBe('degraded');
  });

  it.each([
    ['aws:///us-east-1a/i-0abc', 'P2'],
    ['kind://docker/kind/kind-worker', 'P3'],
  ])('that nobody asks for by name is a fault where a cloud owes it, %s', (providerID, severity) => {
    const snapshot = balanced(60);
    serviceOf(snapshot, 'otlp-app-service').metadata.name = 'shop';
    for (const node of snapshot.objects.nodes) node.spec = { providerID };
    expect(findingOf(snapshot, 'service-lb-pending', wholeNamespace()).severity).toBe(severity);
  });

  it('is refused by its controller', () => {
    const snapshot = balanced(2);
    event(
      snapshot,
      { ...serviceOf(snapshot, 'otlp-app-service'), kind: 'Service' },
      'SyncLoadBalancerFailed',
      'Error syncing load balancer: could not find any suitable subnets',
    );
    expect(findingOf(snapshot, 'service-lb-pending')).toMatchObject({
      confidence: 'certain',
      cause: expect.stringContaining('subnets'),
    });
  });
});
