import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, evicted, notServing, rollOut, unready, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { cordon, kubeletNotReady, podsOn, underPressure } from '../nodes.ts';
import { service } from '../things.ts';
import { ago, HOUR } from '../time.ts';
import { deployment, NODES, newPod, statefulSet } from '../workloads.ts';

const [FIRST = '', , LAST = ''] = NODES;

/** Nodes, and who may stand on them. */
export const fieldANodes: CorpusCase[] = [
  {
    name: 'spread-over-zones-of-which-one-is-full',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/116978',
    layers: ['platform', 'application'],
    roots: [['unschedulable-topology-spread']],
    why: 'maxSkew 1 and DoNotSchedule: as long as the full zone takes none, the two others may have one each.',
    build: () => {
      const world = healthy();
      const [filler] = world.podsOf(
        deployment(world, 'nightly-render', {
          namespace: 'default',
          replicas: 1,
          container: appContainer('nightly-render', {
            env: [],
            resources: { requests: { cpu: '3500m', memory: '2Gi' }, limits: { memory: '4Gi' } },
          }),
        }),
      );
      if (filler) filler.spec.nodeName = LAST;
      const spread = {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'donotschedule' } },
      };
      const made = deployment(world, 'donotschedule', {
        container: appContainer('donotschedule', {
          resources: { requests: { cpu: '300m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        }),
        more: { dnsPolicy: 'ClusterFirst', ...{ topologySpreadConstraints: [spread] } },
        replicas: 9,
        age: 31,
        revised: 31,
        revision: 1,
      });
      service(world, 'donotschedule', { app: 'donotschedule' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      neverAvailable(world, made, 31);
      for (const pod of world.podsOf(made).slice(2))
        unschedulable(
          world,
          pod,
          "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod topology spread constraints. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
          31,
        );
      return world;
    },
  },
  {
    name: 'drains-that-failed-left-every-node-cordoned',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/6545',
    layers: ['platform', 'application'],
    roots: [['unschedulable-nodes-cordoned']],
    why: 'Three upgrade runs each cordoned a node, failed to drain it and left it so: what runs runs on, nothing new gets a place.',
    build: () => {
      const world = healthy();
      for (const [n, name] of NODES.entries()) {
        cordon(world, name, (5 - n) * HOUR);
        const node = world.get('Node', name, '');
        const said = { from: 12 - n, component: 'kubelet' };
        world.event(node, 'Normal', 'NodeNotSchedulable', `Node ${name} status is now: NodeNotSchedulable`, said);
      }
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const pods = rollOut(
        world,
        checkout,
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:2.8.0';
        },
        { minutes: 28 },
      );
      for (const pod of pods)
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: 3 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          28,
        );
      return world;
    },
  },
  {
    name: 'runtime-cannot-stop-the-container-of-a-deleted-pod',
    kind: 'single',
    source: 'https://github.com/containerd/containerd/issues/8847',
    layers: ['application', 'network'],
    roots: [['pod-stuck-terminating']],
    why: 'The node is well, and the pod has no finalizer; containerd does not get the process killed, so its successor may not start.',
    build: () => {
      const world = healthy();
      const indexer = statefulSet(world, 'indexer', { container: appContainer('indexer'), replicas: 1 });
      service(world, 'indexer', { app: 'indexer' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const [pod] = world.podsOf(indexer);
      if (!pod) throw new Error('a pod');
      pod.metadata.deletionTimestamp = ago(44.5);
      pod.metadata.deletionGracePeriodSeconds = 30;
      unready(pod, 44);
      world.event(pod, 'Normal', 'Killing', 'Stopping container indexer', { count: 19, from: 45, to: 1.2 });
      const late = 'rpc error: code = DeadlineExceeded desc = context deadline exceeded';
      world.event(
        pod,
        'Warning',
        'FailedKillPod',
        `error killing pod: [failed to "KillContainer" for "indexer" with KillContainerError: "${late}", failed to "KillPodSandbox" for "${pod.metadata.uid}" with KillPodSandboxError: "${late}"]`,
        { count: 17, from: 43, to: 1.1 },
      );
      return world;
    },
  },
  {
    name: 'pod-lifecycle-events-hang-on-the-node-of-the-database',
    kind: 'cascade',
    source: 'https://github.com/awslabs/amazon-eks-ami/issues/837',
    layers: ['platform', 'application', 'network'],
    roots: [['node-not-ready']],
    why: 'The kubelet reports itself not ready. Its pods are marked for deletion and do not go; the database has no successor.',
    build: () => {
      const world = healthy();
      const mysql = statefulSet(world, 'mysql', {
        container: appContainer('mysql', {
          image: 'mysql:8.4',
          ports: [{ name: 'mysql', containerPort: 3306, protocol: 'TCP' }],
          livenessProbe: { tcpSocket: { port: 'mysql' } },
          readinessProbe: { tcpSocket: { port: 'mysql' } },
        }),
      });
      service(world, 'mysql', { app: 'mysql' }, [{ name: 'mysql', port: 3306, targetPort: 'mysql' }]);
      const container = appContainer('orders');
      container.env?.push({ name: 'DB_HOST', value: 'mysql' });
      const orders = deployment(world, 'orders', { container, replicas: 1 });
      service(world, 'orders', { app: 'orders' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(orders)) pod.spec.nodeName = LAST;
      const minutes = 14;
      if (world.podsOf(mysql)[0]?.spec.nodeName !== FIRST) throw new Error('a database on the first node');
      kubeletNotReady(
        world,
        FIRST,
        'PLEG is not healthy: pleg was last seen active 16m43.512920881s ago; threshold is 3m0s',
        minutes,
      );
      for (const set of world.all<Workload>('ReplicaSet')) {
        const leaving = world.podsOf(set).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
        for (const _ of leaving) newPod(world, set, 1, minutes - 6);
      }
      for (const pod of world.podsOf(orders)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 503', minutes - 1);
        world.log(
          pod,
          '2026-11-20T09:59:40.007Z ERROR orders::db: cannot get a connection: Host is unreachable (os error 113) (mysql:3306)',
        );
      }
      return world;
    },
  },
  {
    name: 'processes-that-nobody-reaps-use-up-the-ids-of-a-node',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/kubernetes/issues/98206',
    layers: ['platform', 'application'],
    roots: [['node-pid-pressure']],
    why: 'The kubelet evicts only when hardly an id is left: by then computing pods on the node cannot start a thread.',
    build: () => {
      const world = healthy();
      const render = deployment(world, 'thumbnails', { container: appContainer('thumbnails'), replicas: 1 });
      service(world, 'thumbnails', { app: 'thumbnails' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      underPressure(world, FIRST, 'PIDPressure', 17);
      const node = world.get('Node', FIRST, '');
      world.event(node, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim pids', { count: 31, from: 17 });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const [set] = world.setsOf(checkout).slice(-1);
      const first = podsOn(world, FIRST).find(({ metadata }) => metadata.labels?.app === 'checkout');
      const [worker] = world.podsOf(render);
      if (!set || !first || worker?.spec.nodeName !== FIRST) throw new Error('two pods on the first node');
      const message = 'The node was low on resource: pids. Threshold quantity: 3276, available: 1140. ';
      evicted(first, message, 15);
      world.event(first, 'Warning', 'Evicted', message, { from: 15 });
      newPod(world, set, 2, 14.8);
      crashLoop(world, worker, {
        exitCode: 2,
        minutes: 16,
        restarts: 8,
        log: 'runtime: failed to create new OS thread (have 6 already; errno=11)\nruntime: may need to increase max user processes (ulimit -u)\nfatal error: newosproc',
      });
      return world;
    },
  },
];
