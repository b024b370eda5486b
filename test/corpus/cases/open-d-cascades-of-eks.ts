import type { KubeNode, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute, willRetry, zapLine } from '../collector-log.ts';
import { crashLoop, notCreated, rollOut, unready, unschedulable } from '../faults.ts';
import { collectorContainer, healthy } from '../healthy.ts';
import { remade } from '../remade.ts';
import { autoscaler, claim, configMap } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { NODES, newPod, statefulSet } from '../workloads.ts';
import type { World } from '../world.ts';
import { newestSet, says, unavailable } from './open-d-parts.ts';
import { firstOf } from './open-e-parts.ts';
import { writeCollector } from './otlp.ts';

const COREFILE = `.:53 {
    errors
    health
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      upstream
      fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;

const refused = (world: World, error: string) => {
  for (const pod of world.podsOf(world.get('Deployment', 'checkout')))
    says(
      world,
      pod,
      (time) =>
        `${time} ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: status: Unavailable, message: \\"${error}\\", details: [], metadata: MetadataMap { headers: {} }"`,
    );
};

/** From an add-on, a node or a node pool to the telemetry of the shop. */
export const openDCascadesOfEks: CorpusCase[] = [
  {
    name: 'corefile-of-an-older-coredns-survives-the-upgrade-of-the-add-on',
    kind: 'cascade',
    source: 'https://github.com/aws/containers-roadmap/issues/1115',
    layers: ['network', 'configuration', 'application', 'otlp'],
    roots: [['dns-coredns-unavailable', 'container-exit-error']],
    why: 'The property upstream is no longer known to the new CoreDNS; the last old pod went when its node was replaced. Since then no name resolves, and neither applications nor Collector can export.',
    build: () => {
      const world = healthy();
      const namespace = 'kube-system';
      configMap(world, 'coredns', { Corefile: COREFILE }, { namespace, age: 900 * DAY, changed: 400 * DAY });
      const coredns = world.get<Workload>('Deployment', 'coredns', namespace);
      const pods = rollOut(
        world,
        coredns,
        (container, spec) => {
          container.image = '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.12.4-eksbuild.1';
          container.args = ['-conf', '/etc/coredns/Corefile'];
          container.volumeMounts = [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }];
          spec.volumes = [
            { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
          ];
        },
        { minutes: 58, all: true },
      );
      unavailable(coredns, 58);
      for (const [n, pod] of pods.entries())
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 57 - 20 * n,
          restarts: 16 - 4 * n,
          log: "plugin/kubernetes: /etc/coredns/Corefile:6 - Error during parsing: unknown property 'upstream'",
        });
      refused(world, 'dns error: failed to lookup address information: Temporary failure in name resolution');
      saysEveryHalfMinute(world, world.get('Deployment', 'otel-collector'), (time, pod, n) =>
        willRetry(
          time,
          'otlp/tempo',
          'traces',
          `rpc error: code = Unavailable desc = dns: A record lookup error: lookup tempo.observability.svc.cluster.local on 172.20.0.10:53: read udp ${pod.status?.podIP}:${43817 + n}->172.20.0.10:53: read: connection refused`,
        ),
      );
      return world;
    },
  },
  {
    name: 'queue-of-the-collector-stays-in-a-zone-that-lost-its-nodes',
    kind: 'cascade',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/2971',
    layers: ['storage', 'platform', 'network', 'otlp'],
    roots: [['volume-zone-conflict']],
    why: 'The volume of the persistent queue lies in us-east-1a; after consolidation the nodes stand in b and c. Karpenter nominates a node that the scheduler may not take.',
    build: () => {
      const world = healthy();
      const [first = ''] = NODES;
      const node = world.get<KubeNode & { spec: { providerID: string } }>('Node', first, '');
      Object.assign(node.metadata.labels ?? {}, { 'topology.kubernetes.io/zone': 'us-east-1b' });
      node.spec.providerID = 'aws:///us-east-1b/i-0b5566778899aabbc';
      const before = world.get<Workload>('Deployment', 'otel-collector');
      world.remove(...world.podsOf(before), ...world.setsOf(before), before);
      writeCollector(
        world,
        exportingTo(
          'traces',
          'otlp/queued',
          'endpoint: tempo.observability.svc.cluster.local:4317\ntls:\n  insecure: true\nsending_queue:\n  storage: file_storage/queue',
        )
          .replace('extensions:\n', 'extensions:\n  file_storage/queue:\n    directory: /var/lib/otelcol\n')
          .replace('extensions: [health_check]', 'extensions: [health_check, file_storage/queue]'),
        20 * DAY,
      );
      claim(world, 'queue-otel-collector-0', { age: 20 * DAY });
      const container = collectorContainer();
      container.volumeMounts?.push({ name: 'queue', mountPath: '/var/lib/otelcol' });
      const collector = statefulSet(world, 'otel-collector', {
        container,
        configMap: 'otel-collector',
        claim: 'queue',
        age: 20 * DAY,
        revised: 26,
      });
      const [pod] = firstOf(world, collector);
      unschedulable(
        world,
        pod,
        '0/3 nodes are available: 3 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
        26,
      );
      world.event(pod, 'Normal', 'Nominated', `Pod should schedule on: nodeclaim/default-7x2kq, node/${NODES[1]}`, {
        count: 6,
        from: 25,
        to: 0.4,
        component: 'karpenter',
      });
      refused(world, 'tcp connect error: Connection refused (os error 111)');
      return world;
    },
  },
  {
    name: 'cni-of-a-new-node-hangs-and-nothing-starts-there',
    kind: 'cascade',
    source: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/3016',
    layers: ['network', 'platform', 'application'],
    roots: [['pod-sandbox-failed', 'readiness-probe-failing']],
    why: 'aws-node on one node runs, has never restarted, and is 1/2 ready: its address manager hangs, so nobody listens on 50051 and every sandbox on that node fails. The node says that it is Ready.',
    build: () => {
      const world = healthy();
      const [, , third = ''] = NODES;
      const daemons = world.get<Workload>('DaemonSet', 'aws-node', 'kube-system');
      const agent = { name: 'aws-eks-nodeagent', image: 'amazon/aws-network-policy-agent:v1.2.7' };
      const probe = { exec: { command: ['/app/grpc-health-probe', '-addr=:50051'] }, periodSeconds: 10 };
      daemons.spec.template.spec.containers.push(agent);
      for (const pod of world.podsOf(daemons)) {
        pod.spec.hostNetwork = true;
        Object.assign(pod.spec.containers[0] ?? {}, { readinessProbe: probe });
        pod.spec.containers.push({ ...agent });
        const [status] = pod.status?.containerStatuses ?? [];
        if (status) pod.status?.containerStatuses?.push({ ...status, ...agent, imageID: `${agent.image}@sha256:77e0` });
      }
      const stuck = world.podsOf(daemons).find(({ spec }) => spec.nodeName === third);
      if (!stuck) throw new Error('the pod of the third node');
      const node = world.get<KubeNode>('Node', third, '');
      node.metadata.creationTimestamp = ago(246);
      for (const condition of node.status?.conditions ?? []) condition.lastTransitionTime = ago(245);
      unready(remade(stuck, 245), 244, 'aws-node');
      world.event(
        stuck,
        'Warning',
        'Unhealthy',
        'Readiness probe failed: {"level":"info","ts":"2026-11-20T09:59:33.063Z","caller":"/root/sdk/go1.24.4/src/runtime/proc.go:283","msg":"timeout: failed to connect service \\":50051\\" within 5s"}',
        { count: 1460, from: 243 },
      );
      world.log(
        stuck,
        'Installed /host/opt/cni/bin/aws-cni\nInstalled /host/opt/cni/bin/egress-cni\ntime="2026-11-20T05:55:33Z" level=info msg="Starting IPAM daemon... "\ntime="2026-11-20T05:55:33Z" level=info msg="Checking for IPAM connectivity... "',
      );
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const set = newestSet(world, checkout);
      checkout.spec.replicas = 4;
      unavailable(checkout, 62);
      set.spec.replicas = 4;
      const added: Pod[] = [newPod(world, set, 2, 62), newPod(world, set, 5, 62)];
      for (const [n, pod] of added.entries()) {
        pod.spec.nodeName = third;
        notCreated(
          world,
          pod,
          'FailedCreatePodSandBox',
          `(combined from similar events): Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "94ee9c38f7a821bf5abf88a511f2ec99b13c3743e3dfc6327e82ad84833a9e${61 + n}": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"`,
          62,
        );
        Object.assign(world.events.at(-1) ?? {}, { count: 268 - n });
      }
      return world;
    },
  },
  {
    name: 'node-pool-at-its-limit-while-the-collector-wants-to-grow',
    kind: 'cascade',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/4698',
    layers: ['platform', 'otlp', 'application'],
    roots: [['unschedulable-insufficient-cpu']],
    why: 'The autoscaler asks for six replicas, four find no CPU, and Karpenter adds no node because the pool has used up its limits. The two that run refuse data, and applications drop it.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      const set = newestSet(world, collector);
      const running = world.podsOf(collector);
      collector.spec.replicas = 6;
      unavailable(collector, 33);
      set.spec.replicas = 6;
      const hpa = autoscaler(world, 'otel-collector', { max: 8, current: 6 }) as unknown as {
        status: { currentMetrics: object[]; lastScaleTime?: string };
      };
      hpa.status.currentMetrics = [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 72, averageValue: '144m' } } },
      ];
      hpa.status.lastScaleTime = ago(33);
      for (let n = 2; n < 6; n += 1) {
        const pod = newPod(world, set, n, 33);
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          33,
        );
        world.event(
          pod,
          'Warning',
          'FailedScheduling',
          'Failed to schedule pod, all available instance types exceed limits for nodepool: "default"',
          { count: 11, from: 33, to: 0.8, component: 'karpenter' },
        );
      }
      for (const pod of running)
        says(world, pod, (time, n) =>
          zapLine(
            time,
            'warn',
            'memorylimiter@v0.161.0/memorylimiter.go:209',
            'Memory usage is above soft limit. Refusing data.',
            {
              'otelcol.component.id': 'memory_limiter',
              'otelcol.component.kind': 'processor',
              cur_mem_mib: 446 + 5 * n,
            },
          ),
        );
      refused(world, 'data refused due to high memory usage');
      return world;
    },
  },
];
