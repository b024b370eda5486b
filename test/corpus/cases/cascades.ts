import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, noPods, unschedulable } from '../faults.ts';
import { BACKEND, healthy } from '../healthy.ts';
import { clusterThing, policy, service, thing } from '../things.ts';
import { deployment, newPod } from '../workloads.ts';
import { exporting, inEachPod } from './otlp.ts';

const exportError = (time: string, error: string) =>
  `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${error}"`;
const dropping = (time: string) => `${time}  WARN opentelemetry_sdk: name="BatchSpanProcessor.SpanDroppingStarted"`;

/** A cause in one layer, its effects in others. */
export const cascades: CorpusCase[] = [
  {
    name: 'coredns-killed-for-its-memory',
    kind: 'cascade',
    source: 'https://kubernetes-on-aws.readthedocs.io/en/latest/postmortems/jan-2019-dns-outage.html',
    layers: ['application', 'network', 'otlp'],
    roots: [['container-oom-killed', 'dns-coredns-unavailable']],
    why: 'A spike of queries: CoreDNS is out of memory on every start, no name resolves, every export and call fails.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('Deployment', 'coredns', 'kube-system'))) {
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 14, minutes: 50 });
      }
      inEachPod(world, 'checkout', (time) =>
        exportError(time, 'dns error: failed to lookup address information: Temporary failure in name resolution'),
      );
      inEachPod(world, 'otel-collector', (time) =>
        exporting(time, 'rpc error: code = Unavailable desc = name resolver error: produced zero addresses'),
      );
      return world;
    },
  },
  {
    name: 'small-services-preempted-by-a-bigger-one',
    kind: 'cascade',
    source: 'https://grafana.com/blog/2019/07/24/how-a-production-outage-was-caused-using-kubernetes-pod-priorities/',
    layers: ['platform', 'application', 'network'],
    roots: [['pod-preempted']],
    why: 'A rollout of pods with a higher priority pushed these out, and no node has room for them.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      for (const [n, gone] of world.podsOf(checkout).entries()) {
        world.event(
          gone,
          'Warning',
          'Preempted',
          'Preempted by pod 1f0c3c8e-1c8c-4d0b-9f0a-7d2f0f3f5b11 on node ip-10-0-1-11.ec2.internal',
          { from: 14, component: 'default-scheduler' },
        );
        world.remove(gone);
        const pod = newPod(world, set, n, 14);
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          14,
        );
      }
      return world;
    },
  },
  {
    name: 'webhook-of-the-telemetry-operator-has-no-endpoints',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/100',
    layers: ['configuration', 'application', 'network'],
    roots: [['webhook-unavailable', 'container-exit-error']],
    why: 'The operator does not run, its webhook with failurePolicy Fail sees every pod, so no pod of the application can be made.',
    build: () => {
      const world = healthy();
      const namespace = 'opentelemetry-operator-system';
      clusterThing(world, 'v1', 'Namespace', namespace, { status: { phase: 'Active' } });
      thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
      const name = 'opentelemetry-operator-webhook-service';
      const labels = { 'app.kubernetes.io/name': 'opentelemetry-operator' };
      const operator = deployment(world, 'opentelemetry-operator', {
        namespace,
        labels,
        replicas: 1,
        revision: 1,
        container: {
          name: 'manager',
          image: 'ghcr.io/open-telemetry/opentelemetry-operator:0.140.0',
          ports: [{ name: 'webhook-server', containerPort: 9443 }],
        },
      });
      for (const pod of world.podsOf(operator))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 60,
          restarts: 15,
          log: '{"level":"ERROR","timestamp":"2026-11-20T09:57:10Z","logger":"setup","message":"unable to get leader election config","error":"no matches for kind"}',
        });
      service(world, name, labels, [{ port: 443, targetPort: 'webhook-server' }], { namespace });
      clusterThing(
        world,
        'admissionregistration.k8s.io/v1',
        'MutatingWebhookConfiguration',
        'opentelemetry-operator-mutation',
        {
          webhooks: [
            {
              name: 'mpod.kb.io',
              failurePolicy: 'Fail',
              clientConfig: { service: { namespace, name, path: '/mutate-v1-pod', port: 443 } },
              rules: [
                {
                  apiGroups: [''],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['pods'],
                  scope: 'Namespaced',
                },
              ],
              namespaceSelector: {},
              objectSelector: {},
              sideEffects: 'None',
              timeoutSeconds: 10,
              admissionReviewVersions: ['v1'],
            },
          ],
        },
      );
      noPods(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        `Internal error occurred: failed calling webhook "mpod.kb.io": failed to call webhook: Post "https://${name}.${namespace}.svc:443/mutate-v1-pod?timeout=10s": no endpoints available for service "${name}"`,
      );
      return world;
    },
  },
  {
    name: 'deny-all-egress-forgot-dns',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/website/issues/54997',
    layers: ['network', 'otlp'],
    roots: [['netpol-egress-denies-dns']],
    why: 'The namespace denies egress by default and allows the Collector, but nobody allowed port 53.',
    build: () => {
      const world = healthy();
      policy(world, 'default-deny-egress', { podSelector: {}, policyTypes: ['Egress'] });
      policy(world, 'allow-inside', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }] }],
      });
      policy(world, 'collector-to-tempo', {
        podSelector: { matchLabels: { app: 'otel-collector' } },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': BACKEND } } }],
            ports: [{ protocol: 'TCP', port: 4317 }],
          },
        ],
      });
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${exportError(time, 'dns error: failed to lookup address information: Temporary failure in name resolution')}\n${dropping(time)}`,
      );
      return world;
    },
  },
  {
    name: 'tempo-out-of-memory-backs-up-the-collector',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/21912',
    layers: ['application', 'network', 'otlp'],
    roots: [['container-oom-killed']],
    why: 'The backend is killed again and again; the queue of the Collector fills, its memory limiter refuses, SDKs are throttled and drop.',
    build: () => {
      const world = healthy();
      for (const pod of world.podsOf(world.get('StatefulSet', 'tempo', BACKEND)))
        crashLoop(world, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 12, minutes: 45 });
      inEachPod(
        world,
        'otel-collector',
        (
          time,
        ) => `${exporting(time, 'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 172.20.99.102:4317: connect: connection refused\\"')}
${time}\terror\tinternal/base_exporter.go:116\tExporting failed. Rejecting data.\t{"otelcol.component.id": "otlp/tempo", "otelcol.component.kind": "exporter", "otelcol.signal": "traces", "error": "sending queue is full", "rejected_items": 312}
${time}\twarn\tmemorylimiter/memorylimiter.go:212\tMemory usage is above soft limit. Refusing data.\t{"otelcol.component.id": "memory_limiter", "otelcol.component.kind": "processor", "cur_mem_mib": 487}`,
      );
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${exportError(time, 'status: Unavailable, message: \\"data refused due to high memory usage\\"')}\n${dropping(time)}`,
      );
      return world;
    },
  },
];
