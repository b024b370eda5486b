import type { KubeNode, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, evicted, nodeLost, noPods, notCreated, rollOut, unschedulable } from '../faults.ts';
import { appContainer, collectorContainer, healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { ago } from '../time.ts';
import { daemonSet, deployment, NODES, newPod, statefulSet } from '../workloads.ts';
import { inEachPod } from './otlp.ts';

const REFUSED = 'tcp connect error: Connection refused (os error 111)';
const exportError = (time: string, error: string) =>
  `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: ${error}"`;
const dropping = (time: string) => `${time}  WARN opentelemetry_sdk: name="BatchSpanProcessor.SpanDroppingStarted"`;

/** Nodes, accounts and addresses that fail, and what stands on them. */
export const cascadesOfThePlatform: CorpusCase[] = [
  {
    name: 'node-stops-reporting-and-keeps-its-volume',
    kind: 'cascade',
    source: 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/542',
    layers: ['platform', 'storage', 'application', 'network'],
    roots: [['node-not-ready']],
    why: 'The node is gone; its pods are not ready or hang in deletion, and the volume cannot be attached to another node yet.',
    build: () => {
      const world = healthy();
      const data = statefulSet(world, 'catalog', { container: appContainer('catalog') });
      service(world, 'catalog', { app: 'catalog' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const uploads = deployment(world, 'uploads', { replicas: 1, container: appContainer('uploads') });
      nodeLost(world, NODES[0] ?? '', 12);
      const [set] = world.setsOf(uploads);
      if (!set || world.podsOf(data).length !== 1) throw new Error('one pod each');
      const pod = newPod(world, set, 1, 5);
      notCreated(
        world,
        pod,
        'FailedAttachVolume',
        'Multi-Attach error for volume "pvc-16293fb9-4a67-4508-b112-178e5c4455cd" Volume is already exclusively attached to one node and can\'t be attached to another',
        5,
        'attachdetach-controller',
      );
      return world;
    },
  },
  {
    name: 'node-disk-full-of-logs-evicts-its-pods',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/kubernetes/issues/91600',
    layers: ['platform', 'application'],
    roots: [['node-disk-pressure', 'pod-evicted']],
    why: 'The disk of a node is full: the kubelet evicts, and what comes anew finds the node tainted and the others full.',
    build: () => {
      const world = healthy();
      const name = NODES[0] ?? '';
      const node = world.get<KubeNode>('Node', name, '');
      for (const condition of node.status?.conditions ?? []) {
        if (condition.type === 'DiskPressure')
          Object.assign(condition, {
            status: 'True',
            reason: 'KubeletHasDiskPressure',
            message: 'kubelet has disk pressure',
            lastTransitionTime: ago(20),
          });
      }
      node.spec = { ...node.spec, taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] };
      world.event(node, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', {
        count: 12,
        from: 20,
      });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [first] = world.podsOf(checkout);
      const [set] = world.setsOf(checkout).slice(-1);
      if (!first || !set) throw new Error('a pod');
      const message =
        'The node was low on resource: ephemeral-storage. Threshold quantity: 7622432632, available: 3811216Ki. Container checkout was using 34260Ki, request is 0, has larger consumption of ephemeral-storage. ';
      evicted(first, message, 18);
      world.event(first, 'Warning', 'Evicted', message, { from: 18 });
      const pod = newPod(world, set, 3, 18);
      unschedulable(
        world,
        pod,
        '0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 2 Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
        18,
      );
      return world;
    },
  },
  {
    name: 'secret-renamed-before-the-rollout',
    kind: 'cascade',
    source: 'https://github.com/rancher/rancher/issues/13993',
    layers: ['configuration', 'application'],
    roots: [['secret-missing']],
    why: 'A console shows the Secret under a new name, and the cluster keeps the old one: the revision that uses the new name stands half-way and misses its deadline.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(world, world.get<Workload>('Deployment', 'checkout'), (container) => {
        for (const variable of container.env ?? [])
          if (variable.valueFrom)
            variable.valueFrom = { secretKeyRef: { name: 'checkout-secrets-renamed', key: 'api-key' } };
      });
      if (pod) configError(world, pod, 'secret "checkout-secrets-renamed" not found', 18);
      return world;
    },
  },
  {
    name: 'service-account-of-the-collector-deleted',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/3849',
    layers: ['configuration', 'application', 'otlp'],
    roots: [['serviceaccount-missing']],
    why: 'Since the custom resource names the account, the operator makes none and removes its own: pods of the Collector are refused, and its clients have nobody to send to.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      const manager = 'opentelemetry-operator';
      collector.metadata.labels = { ...collector.metadata.labels, 'app.kubernetes.io/managed-by': manager };
      const owner = {
        apiVersion: 'opentelemetry.io/v1beta1',
        kind: 'OpenTelemetryCollector',
        name: 'otel',
        uid: 'c2f4',
        controller: true,
      };
      collector.metadata.ownerReferences = [owner];
      for (const each of [collector, ...world.setsOf(collector)])
        each.spec.template.spec.serviceAccountName = 'otel-collector';
      noPods(
        world,
        collector,
        `pods "otel-collector-5d9c7b8f6d-" is forbidden: error looking up service account shop/otel-collector: serviceaccount "otel-collector" not found`,
        { minutes: 30 },
      );
      inEachPod(world, 'checkout', (time) => `${exportError(time, REFUSED)}\n${dropping(time)}`);
      return world;
    },
  },
  {
    name: 'collector-pods-get-no-address-after-a-node-roll',
    kind: 'cascade',
    source: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/1791',
    layers: ['network', 'otlp'],
    roots: [['pod-sandbox-failed']],
    why: 'The subnet is empty; the Collector has no pod with an address, and the SDKs lose spans.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      const [set] = world.setsOf(collector).slice(-1);
      if (!set) throw new Error('a ReplicaSet');
      for (const [n, gone] of world.podsOf(collector).entries()) {
        world.remove(gone);
        const pod = newPod(world, set, n, 16);
        notCreated(
          world,
          pod,
          'FailedCreatePodSandBox',
          `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "ebb530230479f5cbbb6c2cbebadd117a09f954112064bb2ea7e7db3a7ae0a6c${n}" network for pod "${pod.metadata.name}": networkPlugin cni failed to set up pod "${pod.metadata.name}_shop" network: add cmd: failed to assign an IP address to container`,
          16,
        );
      }
      inEachPod(world, 'checkout', (time) => `${exportError(time, REFUSED)}\n${dropping(time)}`);
      return world;
    },
  },
  {
    name: 'collector-daemon-set-of-the-wrong-architecture',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/node-problem-detector/issues/797',
    layers: ['application', 'network', 'otlp'],
    roots: [['image-arch-mismatch']],
    why: 'The image has no arm64 variant; the agents crash, and what applications send ends there.',
    build: () => {
      const world = healthy();
      const before = world.get<Workload>('Deployment', 'otel-collector');
      world.remove(...world.podsOf(before), ...world.setsOf(before), before);
      const agents = daemonSet(world, 'otel-collector', {
        configMap: 'otel-collector',
        container: collectorContainer({ image: 'registry.example.com/otelcol-custom:0.161.0-amd64' }),
        age: 50,
        revised: 50,
      });
      for (const pod of world.podsOf(agents))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 50,
          restarts: 14,
          log: 'exec /otelcol-custom: exec format error',
        });
      inEachPod(world, 'checkout', (time) => exportError(time, REFUSED));
      return world;
    },
  },
];
