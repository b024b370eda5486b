import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute, willRetry } from '../collector-log.ts';
import { evicted, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { claim, clusterThing, service, thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, newPod, statefulSet } from '../workloads.ts';
import { newestSet } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

const NOT_HELPFUL = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

/** Volumes that belong to another claim, to no class, or are too small for what is written. */
export const openFStorage: CorpusCase[] = [
  {
    name: 'claim-restored-from-git-finds-its-volume-with-another-claimant',
    kind: 'single',
    source: 'https://github.com/kubernetes/kubernetes/issues/112562',
    layers: ['storage', 'platform'],
    roots: [['pvc-lost']],
    why: 'The claim was made anew with the annotation that it is bound; the volume still names the uid of the claim before. A claim that is Lost stays so.',
    build: () => {
      const world = healthy();
      const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'hostclass', volumeMode: 'Filesystem' };
      const made = { age: 52, labels: { 'kustomize.toolkit.fluxcd.io/name': 'core-dump' } };
      clusterThing(world, 'storage.k8s.io/v1', 'StorageClass', 'hostclass', {
        provisioner: 'kubernetes.io/no-provisioner',
        reclaimPolicy: 'Retain',
        volumeBindingMode: 'Immediate',
      });
      const pvc = thing(
        world,
        'v1',
        'PersistentVolumeClaim',
        'core-storage-pvc',
        {
          spec: { ...spec, resources: { requests: { storage: '10Gi' } }, volumeName: 'core-volume' },
          status: { phase: 'Lost' },
        },
        {
          ...made,
          annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
        },
      );
      clusterThing(world, 'v1', 'PersistentVolume', 'core-volume', {
        spec: {
          ...spec,
          capacity: { storage: '10Gi' },
          persistentVolumeReclaimPolicy: 'Retain',
          claimRef: {
            kind: 'PersistentVolumeClaim',
            namespace: world.namespace,
            name: 'core-storage-pvc',
            uid: 'be600292-2d9e-46db-b0f3-df709741930b',
          },
          hostPath: { path: '/home/data/core-dump-handler', type: '' },
        },
        status: { phase: 'Released' },
      });
      world.event(
        pvc,
        'Warning',
        'ClaimMisbound',
        'Two claims are bound to the same volume, this one is bound incorrectly',
        { from: 51, component: 'persistentvolume-controller' },
      );
      const handler = deployment(world, 'core-dump-handler', {
        replicas: 1,
        age: 52,
        revised: 52,
        revision: 1,
        container: {
          name: 'coredump-container',
          image: 'quay.io/icdh/core-dump-handler:v8.10.0',
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          volumeMounts: [{ name: 'core-volume', mountPath: '/var/mnt/core-dump-handler/cores' }],
        },
        more: { volumes: [{ name: 'core-volume', persistentVolumeClaim: { claimName: 'core-storage-pvc' } }] },
      });
      for (const pod of world.podsOf(handler))
        unschedulable(
          world,
          pod,
          `0/3 nodes are available: persistentvolumeclaim "core-storage-pvc" bound to non-existent persistentvolume "core-volume". ${NOT_HELPFUL}`,
          51,
        );
      neverAvailable(world, handler, 52);
      return world;
    },
  },
  {
    name: 'claim-made-again-for-a-share-that-was-released',
    kind: 'single',
    source:
      'https://github.com/kubernetes/kubernetes/issues/20753 https://github.com/kubernetes/kubernetes/issues/48609',
    layers: ['storage', 'platform'],
    roots: [['pv-failed-or-released', 'pvc-pending']],
    why: 'The only volume that fits is Released: a volume with the data of somebody else is bound again only when an administrator clears its claimRef.',
    build: () => {
      const world = healthy();
      const asked = { accessModes: ['ReadWriteMany'], storageClassName: '', volumeMode: 'Filesystem' };
      const pvc = thing(
        world,
        'v1',
        'PersistentVolumeClaim',
        'claim-test',
        { spec: { ...asked, resources: { requests: { storage: '5Gi' } } }, status: { phase: 'Pending' } },
        { age: 44 },
      );
      clusterThing(world, 'v1', 'PersistentVolume', 'nfs-test', {
        spec: {
          ...asked,
          capacity: { storage: '5Gi' },
          persistentVolumeReclaimPolicy: 'Retain',
          claimRef: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            namespace: world.namespace,
            name: 'claim-test',
            uid: '1e2c8a17-9d03-4f1b-8a54-77c1f0b6a2d9',
          },
          nfs: { server: '10.0.9.40', path: '/exports/claim-test' },
        },
        status: { phase: 'Released' },
      });
      world.event(
        pvc,
        'Normal',
        'FailedBinding',
        'no persistent volumes available for this claim and no storage class is set',
        { count: 174, from: 44, component: 'persistentvolume-controller' },
      );
      const files = deployment(world, 'files', {
        replicas: 1,
        age: 43,
        revised: 43,
        revision: 1,
        container: appContainer('files', { volumeMounts: [{ name: 'share', mountPath: '/srv/share' }] }),
        more: { volumes: [{ name: 'share', persistentVolumeClaim: { claimName: 'claim-test' } }] },
      });
      service(world, 'files', { app: 'files' }, [{ name: 'http', port: 80, targetPort: 'http' }], { age: 43 });
      for (const pod of world.podsOf(files))
        unschedulable(
          world,
          pod,
          `0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${NOT_HELPFUL}`,
          43,
        );
      neverAvailable(world, files, 43);
      return world;
    },
  },
  {
    name: 'uploads-of-more-than-a-gibibyte-evict-the-registry',
    kind: 'single',
    source: 'https://github.com/artifact-keeper/artifact-keeper-iac/issues/153',
    layers: ['storage', 'application'],
    roots: [['ephemeral-storage-exceeded']],
    why: 'Uploads go to an emptyDir before they are stored, and the pod may use one gibibyte. The kubelet evicts it in the middle; the log has nothing, and the next pod is ready until the next large upload.',
    build: () => {
      const world = healthy();
      const backend = deployment(world, 'artifact-keeper-backend', {
        replicas: 1,
        age: 12 * DAY,
        revised: 12 * DAY,
        revision: 1,
        container: appContainer('artifact-keeper-backend', {
          env: [{ name: 'STORAGE_PATH', value: '/data/storage' }],
          resources: {
            requests: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '100Mi' },
            limits: { memory: '1Gi', 'ephemeral-storage': '1Gi' },
          },
          volumeMounts: [{ name: 'storage', mountPath: '/data/storage' }],
        }),
        more: { volumes: [{ name: 'storage', emptyDir: {} }] },
      });
      service(world, 'artifact-keeper-backend', { app: 'artifact-keeper-backend' }, [
        { port: 8080, targetPort: 'http' },
      ]);
      const set = newestSet(world, backend);
      world.remove(...world.podsOf(backend));
      for (const [n, minutes] of [47, 29, 8].entries()) {
        const pod = newPod(world, set, n, minutes + 16);
        const message = 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ';
        evicted(pod, message, minutes);
        world.event(pod, 'Warning', 'Evicted', message, { from: minutes });
        world.event(pod, 'Normal', 'Killing', 'Stopping container artifact-keeper-backend', { from: minutes });
      }
      newPod(world, set, 3, 7.8);
      return world;
    },
  },
  {
    name: 'metrics-store-asks-for-the-class-of-another-cloud',
    kind: 'cascade',
    source: 'https://github.com/kubernetes/kubernetes/issues/81714',
    layers: ['storage', 'platform', 'network', 'otlp'],
    roots: [['storageclass-missing']],
    why: 'The manifest comes with the class "standard", which this cluster has not. The claim waits for it, its pod for the claim, and the Collector keeps what it cannot deliver.',
    build: () => {
      const world = healthy();
      const minutes = 7 * HOUR;
      const pvc = claim(world, 'prometheus-data-prometheus-0', {
        phase: 'Pending',
        className: 'standard',
        age: minutes,
      });
      world.event(pvc, 'Warning', 'ProvisioningFailed', 'storageclass.storage.k8s.io "standard" not found', {
        count: 1681,
        from: minutes,
        component: 'persistentvolume-controller',
      });
      const store = statefulSet(world, 'prometheus', {
        labels: { 'k8s-app': 'prometheus' },
        age: minutes,
        revised: minutes,
        claim: 'prometheus-data',
        container: {
          name: 'prometheus-server',
          image: 'prom/prometheus:v3.5.0',
          args: ['--config.file=/etc/prometheus/prometheus.yml', '--web.enable-remote-write-receiver'],
          ports: [{ name: 'web', containerPort: 9090, protocol: 'TCP' }],
          resources: { requests: { cpu: '200m', memory: '1000Mi' }, limits: { memory: '1000Mi' } },
          readinessProbe: { httpGet: { path: '/-/ready', port: 9090 }, periodSeconds: 10 },
          volumeMounts: [{ name: 'prometheus-data', mountPath: '/data' }],
        },
      });
      service(world, 'prometheus', { 'k8s-app': 'prometheus' }, [{ name: 'http', port: 9090, targetPort: 9090 }], {
        age: minutes,
      });
      for (const pod of world.podsOf(store)) {
        unschedulable(
          world,
          pod,
          `0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${NOT_HELPFUL}`,
          minutes - 4,
        );
        Object.assign(world.events.at(-1) ?? {}, { count: 279, lastTimestamp: ago(1.7) });
      }
      const url = 'http://prometheus:9090/api/v1/write';
      const id = 'prometheusremotewrite';
      writeCollector(world, exportingTo('metrics', id, `endpoint: ${url}`), minutes);
      saysEveryHalfMinute(world, world.get<Workload>('Deployment', 'otel-collector'), (time) =>
        willRetry(time, id, 'metrics', `Post "${url}": dial tcp 172.20.104.98:9090: connect: connection refused`),
      );
      return world;
    },
  },
];
