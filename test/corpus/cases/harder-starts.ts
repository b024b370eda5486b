import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, imagePull, notServing, rollOut } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { ago } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';

const CHECKOUT = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';

const fresh = (world: World, name: string, changed: Parameters<typeof appContainer>[1] = {}, more = {}) => {
  const made = deployment(world, name, {
    container: appContainer(name, changed),
    more: { containers: [], ...more },
    revision: 1,
    age: 30,
    revised: 30,
  });
  service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  return world.podsOf(made);
};

/** Pods that do not come up, with the second signal that tells one cause from its neighbour. */
export const harderStarts: CorpusCase[] = [
  {
    name: 'statefulset-corrected-but-its-broken-pod-stays',
    kind: 'trap',
    source: 'https://github.com/kubernetes/kubernetes/issues/141095',
    layers: ['application'],
    roots: [['image-not-found']],
    why: 'The template is right again; the controller waits for the pod of the bad revision, which will never be ready.',
    build: () => {
      const world = healthy();
      const web = statefulSet(world, 'web', { container: appContainer('web', { image: 'nginx:1.8.1' }), replicas: 3 });
      service(world, 'web', { app: 'web' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const last = world.podsOf(web).at(-1);
      if (!last?.spec.containers[0]) throw new Error('a pod');
      last.spec.containers[0].image = 'nginx:1.7.9-a';
      web.status = { ...web.status, updateRevision: 'web-5f9c' };
      imagePull(
        world,
        last,
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.7.9-a": failed to resolve reference "docker.io/library/nginx:1.7.9-a": docker.io/library/nginx:1.7.9-a: not found',
        33,
      );
      return world;
    },
  },
  {
    name: 'pull-secret-was-never-copied-to-the-namespace',
    kind: 'single',
    source: 'https://github.com/vmware-tanzu/sonobuoy/issues/1038 https://github.com/metrico/gigapipe-helm/pull/9',
    layers: ['application', 'configuration'],
    roots: [['image-pull-secret-missing']],
    why: 'The registry refuses because the pull secret that the pod names is not in its namespace.',
    build: () => {
      const world = healthy();
      for (const pod of fresh(
        world,
        'billing',
        { image: 'registry.example.com/private/billing:4.1' },
        { imagePullSecrets: [{ name: 'regcred' }] },
      )) {
        world.event(
          pod,
          'Warning',
          'FailedToRetrieveImagePullSecret',
          'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
          { count: 40, from: 30 },
        );
        imagePull(
          world,
          pod,
          'failed to pull and unpack image "registry.example.com/private/billing:4.1": failed to resolve reference "registry.example.com/private/billing:4.1": unexpected status from HEAD request to https://registry.example.com/v2/private/billing/manifests/4.1: 401 Unauthorized',
          30,
        );
      }
      return world;
    },
  },
  {
    name: 'private-subnet-without-a-way-to-the-registry',
    kind: 'single',
    source: 'https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1476',
    layers: ['application', 'network'],
    roots: [['image-registry-unreachable']],
    why: 'The name of the registry leads to an endpoint within the VPC, and the node gets no answer from it.',
    build: () => {
      const world = healthy();
      for (const pod of fresh(world, 'search', {
        image: '111122223333.dkr.ecr.us-east-2.amazonaws.com/search:1.2.0',
      })) {
        imagePull(
          world,
          pod,
          'rpc error: code = Unknown desc = failed to pull and unpack image "111122223333.dkr.ecr.us-east-2.amazonaws.com/search:1.2.0": failed to resolve reference "111122223333.dkr.ecr.us-east-2.amazonaws.com/search:1.2.0": failed to do request: Head "https://111122223333.dkr.ecr.us-east-2.amazonaws.com/v2/search/manifests/1.2.0": dial tcp 10.0.1.141:443: i/o timeout',
          30,
        );
      }
      return world;
    },
  },
  {
    name: 'slow-java-start-against-a-short-startup-probe',
    kind: 'single',
    source: 'https://github.com/Axual/ksml/issues/432',
    layers: ['application'],
    roots: [['startup-probe-failing']],
    why: 'The start is hard work for half a CPU and takes two minutes, the probe allows thirty seconds: killed with exit code 143 before it is done.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        container.image = CHECKOUT;
        container.startupProbe = {
          httpGet: { path: '/healthz', port: 'http' },
          periodSeconds: 1,
          timeoutSeconds: 1,
          failureThreshold: 30,
        };
        container.resources = { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '500m', memory: '1Gi' } };
      });
      if (!pod) throw new Error('a pod');
      crashLoop(world, pod, {
        exitCode: 143,
        restarts: 8,
        log: '2026-11-20T09:57:31.004Z  INFO 1 --- [main] com.example.Checkout : Starting Checkout using Java 21\n2026-11-20T09:57:55.871Z  INFO 1 --- [main] o.s.b.w.embedded.tomcat : Tomcat initialized with port 8080 (http)',
      });
      world.event(
        pod,
        'Warning',
        'Unhealthy',
        `Startup probe failed: Get "http://${pod.status?.podIP}:8080/healthz": dial tcp ${pod.status?.podIP}:8080: connect: connection refused`,
        { count: 240, from: 17 },
      );
      world.event(pod, 'Normal', 'Killing', 'Container checkout failed startup probe, will be restarted', {
        count: 8,
        from: 16.5,
      });
      return world;
    },
  },
  {
    name: 'probe-asks-a-port-that-was-renumbered',
    kind: 'single',
    source: 'https://github.com/apache/apisix-helm-chart/issues/741',
    layers: ['application', 'network'],
    roots: [['probe-port-mismatch', 'readiness-probe-failing']],
    why: 'The values moved the gateway from port 9080 to 8081; the readiness probe of the chart still asks 9080 and is refused.',
    build: () => {
      const world = healthy();
      const pods = fresh(world, 'profile', {
        ports: [{ name: 'http', containerPort: 8081, protocol: 'TCP' }],
        livenessProbe: { tcpSocket: { port: 8081 } },
        readinessProbe: { tcpSocket: { port: 9080 }, periodSeconds: 10, failureThreshold: 6 },
      });
      for (const pod of pods)
        notServing(world, pod, `dial tcp ${pod.status?.podIP}:9080: connect: connection refused`, 29);
      return world;
    },
  },
  {
    name: 'target-group-never-becomes-healthy',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1205',
    layers: ['application', 'network'],
    roots: [['readiness-gate-pending']],
    why: 'The containers are ready; the controller does not register the pod with its target group, so the condition that its gate waits for never comes.',
    build: () => {
      const world = healthy();
      const gate = 'target-health.elbv2.k8s.aws/k8s-shop-checkout-3f1b';
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container, spec) => {
        container.image = CHECKOUT;
        spec.readinessGates = [{ conditionType: gate }];
      });
      const ready = pod?.status?.conditions?.find(({ type }) => type === 'Ready');
      Object.assign(ready ?? {}, {
        status: 'False',
        reason: 'ReadinessGatesNotReady',
        message: `corresponding condition of pod readiness gate "${gate}" does not exist.`,
        lastTransitionTime: ago(18),
      });
      return world;
    },
  },
];
