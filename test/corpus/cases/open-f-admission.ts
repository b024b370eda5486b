import type { Workload } from '#shared/domain/kubernetes.ts';
import { neverLetIn, podWebhook, surgeRefused } from '../admission.ts';
import type { CorpusCase } from '../case.ts';
import { notServing } from '../faults.ts';
import { healthy } from '../healthy.ts';
import { clusterThing, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { daemonSet, deployment } from '../workloads.ts';
import { application } from './open-d-parts.ts';

/** Pods that the API server does not take. */
export const openFAdmission: CorpusCase[] = [
  {
    name: 'request-above-the-limit-that-the-namespace-gives-by-default',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/79988 https://github.com/coreos/coreos-ci-lib/pull/116',
    layers: ['configuration', 'application'],
    roots: [['resources-request-exceeds-limit']],
    why: 'The new revision asks for more memory and names no limit; the LimitRange puts in its default limit, which is smaller than the request. Nothing in the Deployment itself contradicts itself.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'LimitRange', 'mem-limit-range', {
        spec: {
          limits: [
            { type: 'Container', default: { memory: '6656Mi' }, defaultRequest: { cpu: '100m', memory: '256Mi' } },
          ],
        },
      });
      surgeRefused(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container) => {
          container.resources = { requests: { cpu: '200m', memory: '8Gi' } };
        },
        (pod) =>
          `Pod "${pod}" is invalid: spec.containers[0].resources.requests: Invalid value: "8Gi": must be less than or equal to memory limit of 6656Mi`,
        34,
      );
      return world;
    },
  },
  {
    name: 'jobs-of-the-scanner-name-an-account-of-another-release',
    kind: 'single',
    source: 'https://github.com/aquasecurity/starboard/issues/384',
    layers: ['configuration', 'application'],
    roots: [['serviceaccount-missing']],
    why: 'The chart was installed under another name, so the account is my-starboard-operator; the operator is well and makes Jobs that name the account which the chart has in its default.',
    build: () => {
      const world = healthy();
      const name = 'my-starboard-operator';
      thing(world, 'v1', 'ServiceAccount', name, {}, { age: 3 * DAY });
      const operator = deployment(world, name, {
        replicas: 1,
        age: 3 * DAY,
        revised: 3 * DAY,
        revision: 1,
        container: {
          name: 'operator',
          image: 'docker.io/aquasec/starboard-operator:0.4.1',
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        },
        more: { serviceAccountName: name },
      });
      for (const pod of world.podsOf(operator))
        world.log(
          pod,
          '{"level":"info","ts":1763632681.204,"logger":"reconciler.pod","msg":"Scheduling vulnerability scan","owner":"ReplicaSet/checkout"}\n{"level":"info","ts":1763632741.219,"logger":"reconciler.pod","msg":"Scan job already exists","job":"shop/scan-vulnerabilityreport-6c68659c"}',
        );
      const scan = 'scan-vulnerabilityreport-6c68659c';
      const labels = {
        'batch.kubernetes.io/job-name': scan,
        'job-name': scan,
        'starboard.resource.kind': 'ReplicaSet',
      };
      const job = thing(
        world,
        'batch/v1',
        'Job',
        scan,
        {
          spec: {
            backoffLimit: 0,
            completions: 1,
            parallelism: 1,
            activeDeadlineSeconds: 3600,
            template: {
              metadata: { labels },
              spec: {
                serviceAccountName: 'starboard-operator',
                restartPolicy: 'Never',
                containers: [{ name: 'checkout', image: 'docker.io/aquasec/trivy:0.14.0', command: ['trivy'] }],
              },
            },
          },
          status: { ready: 0, startTime: ago(32) },
        },
        { age: 32, labels },
      );
      world.event(
        job,
        'Warning',
        'FailedCreate',
        `Error creating: pods "${scan}-" is forbidden: error looking up service account shop/starboard-operator: serviceaccount "starboard-operator" not found`,
        { count: 8, from: 32, to: 4, component: 'job-controller' },
      );
      return world;
    },
  },
  {
    name: 'webhook-no-longer-lets-in-the-daemons-of-its-own-system',
    kind: 'cascade',
    source: 'https://github.com/IBM/trusted-service-identity/issues/38',
    layers: ['configuration', 'application', 'network'],
    roots: [['webhook-denied']],
    why: 'The webhook was installed after the daemons and forbids their hostPath volume. Since their pods were deleted none comes back, and what signs its tokens with them is not ready.',
    build: () => {
      const world = healthy();
      const namespace = 'trusted-identity';
      const made = { labels: { 'kubernetes.io/metadata.name': namespace } };
      clusterThing(world, 'v1', 'Namespace', namespace, { status: { phase: 'Active' } }, made);
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
      const labels = { app: 'tsi-mutate' };
      deployment(world, 'tsi-mutate-webhook', {
        namespace,
        labels,
        replicas: 1,
        revised: 2 * DAY,
        age: 2 * DAY,
        revision: 1,
        container: {
          name: 'tsi-mutate-webhook',
          image: 'trustedseriviceidentity/ti-webhook:v1.7',
          ports: [{ name: 'https', containerPort: 443, protocol: 'TCP' }],
          resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
        },
      });
      service(world, 'tsi-mutate-webhook', labels, [{ port: 443, targetPort: 'https' }], { namespace });
      podWebhook(world, 'tsi-mutate-webhook-cfg', {
        webhook: 'tsi-mutate.trusted-service-identity.ibm',
        service: { namespace, name: 'tsi-mutate-webhook', path: '/mutate' },
        age: 2 * DAY,
      });
      const ofTheNode = { name: 'tsi-secure', hostPath: { path: '/tsi-secure', type: 'Directory' } };
      const signer = daemonSet(world, 'vtpm2-server', {
        container: {
          name: 'vtpm2-server',
          image: 'trustedseriviceidentity/vtpm2-server:v1.7',
          ports: [{ name: 'jss', containerPort: 8012, protocol: 'TCP' }],
          resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          volumeMounts: [{ name: 'tsi-secure', mountPath: '/tsi-secure' }],
        },
        more: { volumes: [ofTheNode] },
      });
      service(world, 'vtpm2-server', { app: 'vtpm2-server' }, [{ name: 'jss', port: 8012, targetPort: 'jss' }]);
      neverLetIn(
        world,
        signer,
        () =>
          `admission webhook "tsi-mutate.trusted-service-identity.ibm" denied the request: Using hostPath Volume with '/tsi-secure' is not allowed`,
        22,
      );
      const login = application(world, 'login', { JSS_URL: 'http://vtpm2-server:8012' });
      for (const pod of world.podsOf(login)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 503', 21);
        world.log(
          pod,
          '2026-11-20T09:58:12.310Z ERROR login::token: signing request failed url=http://vtpm2-server:8012/public/getJWT error=tcp connect error: Connection refused (os error 111)\n2026-11-20T09:59:12.318Z ERROR login::token: signing request failed url=http://vtpm2-server:8012/public/getJWT error=tcp connect error: Connection refused (os error 111)',
        );
      }
      return world;
    },
  },
];
