import type { Pod, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { notCreated, rollOut } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { ingress, policy, service } from '../things.ts';
import { deployment, statefulSet } from '../workloads.ts';

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
    source: 'https://github.com/restatedev/restate/issues/3905',
    layers: ['network'],
    roots: [['service-selector-matches-nothing']],
    why: 'The chart selects app=restate, its pods have only app.kubernetes.io labels: the Service has no endpoint, and the pods are well.',
    build: () => {
      const world = healthy();
      statefulSet(world, 'restate', {
        container: appContainer('restate', { image: 'docker.io/restatedev/restate:1.5.2' }),
        labels: { 'app.kubernetes.io/name': 'restate', 'app.kubernetes.io/instance': 'restate' },
        replicas: 3,
      });
      service(world, 'restate', { app: 'restate' }, [{ name: 'http', port: 8080, targetPort: 'http' }]);
      return world;
    },
  },
  {
    name: 'target-port-of-a-name-that-the-pods-do-not-have',
    kind: 'single',
    source: 'https://github.com/clickvisual/clickvisual/pull/414',
    layers: ['network'],
    roots: [['service-target-port-mismatch']],
    why: 'targetPort names a port that no container has, so the Service has no endpoint though its selector is right.',
    build: () => {
      const world = healthy();
      deployment(world, 'clickvisual', {
        container: appContainer('clickvisual', {
          ports: [
            { name: 'server', containerPort: 19001, protocol: 'TCP' },
            { name: 'governor', containerPort: 19011, protocol: 'TCP' },
          ],
          livenessProbe: { httpGet: { path: '/', port: 'server' } },
          readinessProbe: { httpGet: { path: '/', port: 'server' } },
        }),
        labels: { 'app.kubernetes.io/name': 'clickvisual', 'app.kubernetes.io/instance': 'clickvisual' },
        replicas: 1,
      });
      const selector = { 'app.kubernetes.io/name': 'clickvisual', 'app.kubernetes.io/instance': 'clickvisual' };
      service(world, 'clickvisual', selector, [{ name: 'http', port: 19001, targetPort: 'http' }]);
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
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/10401',
    layers: ['network'],
    roots: [['ingress-class-missing']],
    why: 'The Ingress names the class nginx, and the cluster has no IngressClass of that name: the controller leaves it alone.',
    build: () => {
      const world = healthy();
      ingress(world, 'checkout', {
        backend: 'checkout',
        port: { number: 80 },
        className: 'nginx',
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
    source: 'https://github.com/DataDog/helm-charts/issues/1237',
    layers: ['network', 'otlp'],
    roots: [['netpol-ingress-denies-client']],
    why: 'The policy that the chart makes for the Collector opens its other ports and knows nothing of 4317 and 4318.',
    build: () => {
      const world = healthy();
      policy(world, 'otel-collector', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            ports: [
              { protocol: 'TCP', port: 8888 },
              { protocol: 'TCP', port: 13133 },
            ],
          },
        ],
      });
      for (const pod of world.podsOf(world.get('Deployment', 'checkout'))) {
        world.log(pod, refused(pod, 'status: Cancelled, message: \\"Timeout expired\\"'));
      }
      return world;
    },
  },
  {
    name: 'subnets-without-the-tag-of-the-cluster',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/1008',
    layers: ['network'],
    roots: [['service-lb-pending']],
    why: 'The subnets lack the tag kubernetes.io/cluster/NAME, so the Service of type LoadBalancer gets none; the event says that no subnet is suitable.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Service>('Service', 'checkout');
      checkout.spec.type = 'LoadBalancer';
      checkout.metadata.creationTimestamp = '2026-11-20T08:50:00Z';
      world.event(checkout, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer', {
        count: 14,
        from: 69,
        to: 2,
        component: 'service-controller',
      });
      world.event(
        checkout,
        'Warning',
        'SyncLoadBalancerFailed',
        'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB',
        { count: 14, from: 69, to: 2, component: 'service-controller' },
      );
      return world;
    },
  },
];
