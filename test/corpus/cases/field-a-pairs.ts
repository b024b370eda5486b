import { neverLetIn } from '../admission.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, imagePull } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { initFails } from '../init-containers.ts';
import { service, thing } from '../things.ts';
import { DAY } from '../time.ts';
import { daemonSet, deployment } from '../workloads.ts';

/** Two teams, two troubles. */
export const fieldAPairs: CorpusCase[] = [
  {
    name: 'a-profiler-that-was-never-let-in-and-a-registry-written-twice',
    kind: 'two-faults',
    source: 'https://github.com/shepherdjerred/monorepo/pull/1126',
    layers: ['configuration', 'application', 'network'],
    roots: [['pod-security-violation'], ['image-not-found', 'image-pull-unauthorized']],
    why: 'A privileged agent against the baseline level since days; and a chart that puts the registry in front of a name that has it.',
    build: () => {
      const world = healthy();
      const alloy = daemonSet(world, 'alloy', {
        container: appContainer('alloy', {
          image: 'docker.io/grafana/alloy:v1.11.3',
          securityContext: { runAsUser: 0, ...{ privileged: true } },
        }),
        more: { dnsPolicy: 'ClusterFirst', ...{ hostPID: true } },
        age: 4 * DAY,
        revised: 4 * DAY,
      });
      neverLetIn(
        world,
        alloy,
        (pod) =>
          `pods "${pod}" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true), privileged (container "alloy" must not set securityContext.privileged=true)`,
        4 * DAY,
      );
      const image = 'docker.io/nginxinc/docker.io/nginxinc/nginx-unprivileged:1.22.0-alpine';
      const gateway = deployment(world, 'api-gateway-nginx', {
        container: appContainer('api-gateway-nginx', { image, env: [] }),
        replicas: 1,
        age: 29,
        revised: 29,
        revision: 1,
      });
      service(world, 'api-gateway-nginx', { app: 'api-gateway-nginx' }, [
        { name: 'http', port: 80, targetPort: 'http' },
      ]);
      neverAvailable(world, gateway, 29);
      for (const pod of world.podsOf(gateway))
        imagePull(
          world,
          pod,
          `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
          29,
        );
      return world;
    },
  },
  {
    name: 'a-scanner-under-the-default-limit-and-a-cluster-unknown-to-iam',
    kind: 'two-faults',
    source: 'https://github.com/aws-samples/aws-secret-sidecar-injector/issues/30',
    layers: ['application', 'configuration'],
    roots: [['container-oom-killed'], ['aws-credentials-failing']],
    why: 'The scanner has no limit of its own and gets the small one of the LimitRange; the report waits for secrets that STS does not give out.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'LimitRange', 'limitrange', {
        spec: {
          limits: [
            {
              type: 'Container',
              default: { cpu: '1', memory: '500Mi' },
              defaultRequest: { cpu: '10m', memory: '100Mi' },
            },
          ],
        },
      });
      const container = appContainer('virus-scan', { env: [] });
      delete container.resources;
      const scanner = deployment(world, 'virus-scan', { container, revised: 12 * DAY });
      service(world, 'virus-scan', { app: 'virus-scan' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(scanner)) {
        pod.metadata.annotations = {
          'kubernetes.io/limit-ranger':
            'LimitRanger plugin set: cpu, memory request for container virus-scan; cpu, memory limit for container virus-scan',
        };
        for (const each of pod.spec.containers)
          each.resources = { limits: { cpu: '1', memory: '500Mi' }, requests: { cpu: '10m', memory: '100Mi' } };
        crashLoop(world, pod, {
          exitCode: 137,
          reason: 'OOMKilled',
          minutes: 47,
          restarts: 12,
          log: 'Fri Nov 20 09:57:41 2026 -> +++ Started at Fri Nov 20 09:57:41 2026\nFri Nov 20 09:57:41 2026 -> Reading databases from /var/lib/clamav',
        });
      }
      const role = 'arn:aws:iam::111122223333:role/report-secrets';
      thing(world, 'v1', 'ServiceAccount', 'report', {}, { annotations: { 'eks.amazonaws.com/role-arn': role } });
      const report = deployment(world, 'report', {
        container: appContainer('report'),
        more: {
          serviceAccountName: 'report',
          initContainers: [
            {
              name: 'secrets-init-container',
              image: 'docker.io/amazon/aws-secrets-manager-secret-sidecar:v0.1.4',
              env: [
                { name: 'SECRET_ARN', value: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:report-AbCdEf' },
                { name: 'AWS_ROLE_ARN', value: role },
              ],
            },
          ],
        },
        replicas: 1,
        age: 41,
        revised: 41,
        revision: 1,
      });
      neverAvailable(world, report, 41);
      for (const pod of world.podsOf(report))
        initFails(world, pod, 'secrets-init-container', {
          minutes: 40,
          restarts: 12,
          log: 'WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.us-east-1.amazonaws.com/id/5C1B0E0B4E6F4C0F9A27D3E8B1A6F0D2\n\tstatus code: 400, request id: 3714365f-c50b-4cae-b958-917eb6a34b50',
        });
      return world;
    },
  },
];
