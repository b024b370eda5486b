import type { Pod, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { notCreated, rollOut } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { clusterThing, ingress, policy } from '../things.ts';

const refused = (
  pod: Pod,
  name: string,
) => `2026-11-20T09:59:12.114Z ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${name}"
2026-11-20T09:59:22.131Z ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${name}"
2026-11-20T09:59:42.177Z ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${name}" pod="${pod.metadata.name}"`;

/** Faults of Services, Ingresses, policies and pod networks. */
export const network: CorpusCase[] = [
  {
    name: 'helm-chart-shortened-the-selector',
    kind: 'single',
    source:
      'https://grokdatum.github.io/grokdevops-wiki/library/case-studies/kubernetes_ops/service-no-endpoints/replay',
    layers: ['network'],
    roots: [['service-selector-matches-nothing']],
    why: 'The Service selects a shortened label that no pod has; the pods are well.',
    build: () => {
      const world = healthy();
      world.get<Service>('Service', 'checkout').spec.selector = { app: 'chkout' };
      return world;
    },
  },
  {
    name: 'target-port-of-a-name-that-the-pods-do-not-have',
    kind: 'single',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/',
    layers: ['network'],
    roots: [['service-target-port-mismatch']],
    why: 'targetPort names a port that no container has, so the Service leads nowhere.',
    build: () => {
      const world = healthy();
      world.get<Service>('Service', 'checkout').spec.ports = [
        { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' },
      ];
      return world;
    },
  },
  {
    name: 'vpc-subnet-without-free-addresses',
    kind: 'single',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/3989',
    layers: ['network'],
    roots: [['pod-sandbox-failed']],
    why: 'The CNI has no address left for new pods.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.7.1';
      });
      if (pod) {
        notCreated(
          world,
          pod,
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "2585244756197a04982514cc97947f5b7f702492df9776871fa3d7d3b3cba718": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
          15,
        );
      }
      return world;
    },
  },
  {
    name: 'load-balancer-controller-finds-no-subnets',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1796',
    layers: ['network'],
    roots: [['ingress-no-address']],
    why: 'The subnets lack the tags that the controller looks for: no load balancer is made.',
    build: () => {
      const world = healthy();
      const made = ingress(world, 'checkout', { backend: 'checkout', port: { name: 'http' }, address: false });
      const message =
        "Failed build model due to couldn't auto-discover subnets: unable to resolve at least one subnet (0 match VPC and tags)";
      world.event(made, 'Warning', 'FailedBuildModel', message, { count: 18, from: 90, to: 3, component: 'ingress' });
      return world;
    },
  },
  {
    name: 'ingress-of-a-class-that-nobody-serves',
    kind: 'single',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class',
    layers: ['network'],
    roots: [['ingress-class-missing']],
    why: 'The Ingress names a class of another cluster: no controller takes it.',
    build: () => {
      const world = healthy();
      ingress(world, 'checkout', {
        backend: 'checkout',
        port: { number: 80 },
        className: 'nginx-internal',
        address: false,
      });
      return world;
    },
  },
  {
    name: 'ingress-names-a-port-that-the-service-does-not-have',
    kind: 'single',
    source: 'https://github.com/kubernetes/ingress-nginx/issues/250',
    layers: ['network'],
    roots: [['ingress-backend-port-mismatch']],
    why: 'The Ingress sends to port 8080 of the Service, which has port 80.',
    build: () => {
      const world = healthy();
      ingress(world, 'checkout', { backend: 'checkout', port: { number: 8080 } });
      return world;
    },
  },
  {
    name: 'collector-closed-to-the-application-by-a-policy',
    kind: 'single',
    source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
    layers: ['network', 'otlp'],
    roots: [['netpol-ingress-denies-client']],
    why: 'The policy of the Collector lets only pods labelled team=telemetry in; the application has no such label.',
    build: () => {
      const world = healthy();
      policy(world, 'collector-from-agents', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Ingress'],
        ingress: [
          { from: [{ podSelector: { matchLabels: { team: 'telemetry' } } }], ports: [{ protocol: 'TCP', port: 4317 }] },
        ],
      });
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        world.log(pod, refused(pod, 'status: Cancelled, message: \\"Timeout expired\\"'));
      }
      return world;
    },
  },
  {
    name: 'internal-load-balancer-never-made',
    kind: 'single',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html',
    layers: ['network'],
    roots: [['service-lb-pending']],
    why: 'The Service of type LoadBalancer gets no load balancer: the controller says why in its event.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Service>('Service', 'checkout');
      checkout.spec.type = 'LoadBalancer';
      checkout.metadata.creationTimestamp = '2026-11-20T08:50:00Z';
      world.event(
        checkout,
        'Warning',
        'SyncLoadBalancerFailed',
        'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB',
        { count: 14, from: 69, to: 2, component: 'service-controller' },
      );
      clusterThing(world, 'networking.k8s.io/v1', 'IngressClass', 'nginx', {
        spec: { controller: 'k8s.io/ingress-nginx' },
      });
      return world;
    },
  },
];
