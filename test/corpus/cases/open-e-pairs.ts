import type { KubeNode } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, notCreated, rollOut, unready } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { remade } from '../remade.ts';
import { clusterThing, ingress, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import { unavailable } from './open-d-parts.ts';
import { database, killedByProbe, namespaceOf, runsAgain, server } from './open-e-parts.ts';

/** Two faults at once that have nothing to do with each other. */
export const openEPairs: CorpusCase[] = [
  {
    name: 'a-node-that-the-file-server-does-not-know-and-an-ingress-to-the-port-of-the-pods',
    kind: 'two-faults',
    source: 'https://github.com/kubernetes/examples/issues/220 https://github.com/mintel/dex-k8s-authenticator/pull/23',
    layers: ['storage', 'network'],
    roots: [['volume-mount-failed'], ['ingress-backend-port-mismatch']],
    why: 'The exports of the NFS server do not name the node that came, so only the replica there does not start; and the chart of the login page sends the Ingress to 5555, which its Service does not have.',
    build: () => {
      const world = healthy();
      const modes = { accessModes: ['ReadWriteMany'], volumeMode: 'Filesystem', storageClassName: '' };
      const nfs = { server: '10.43.103.112', path: '/' };
      const capacity = { storage: '50Gi' };
      const wanted = thing(world, 'v1', 'PersistentVolumeClaim', 'uploads', {
        spec: { ...modes, volumeName: 'nfs', resources: { requests: capacity } },
        status: { phase: 'Bound', accessModes: modes.accessModes, capacity },
      });
      const claimRef = { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'uploads', uid: wanted.metadata.uid };
      clusterThing(world, 'v1', 'PersistentVolume', 'nfs', {
        spec: { ...modes, capacity, claimRef, nfs, persistentVolumeReclaimPolicy: 'Retain' },
        status: { phase: 'Bound' },
      });
      const uploads = deployment(world, 'uploads', {
        replicas: 3,
        container: appContainer('uploads', { volumeMounts: [{ name: 'files', mountPath: '/files' }] }),
        more: { volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'uploads' } }] },
      });
      service(world, 'uploads', { app: 'uploads' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const [, , third] = world.podsOf(uploads);
      if (!third) throw new Error('three pods');
      const node = world.get<KubeNode>('Node', third.spec.nodeName ?? '', '');
      node.metadata.creationTimestamp = ago(47);
      for (const condition of node.status?.conditions ?? []) condition.lastTransitionTime = ago(46);
      notCreated(
        world,
        remade(third, 44),
        'FailedMount',
        `MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t nfs 10.43.103.112:/ /var/lib/kubelet/pods/${third.metadata.uid}/volumes/kubernetes.io~nfs/nfs
Output: mount.nfs: access denied by server while mounting 10.43.103.112:/`,
        44,
      );
      unavailable(uploads, 44);
      const name = 'dex-k8s-authenticator';
      deployment(world, name, {
        replicas: 1,
        age: 80,
        revised: 80,
        revision: 1,
        container: server(name, 'mintel/dex-k8s-authenticator:1.0.0', { http: 5555 }),
      });
      service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 'http' }], { age: 80 });
      clusterThing(world, 'networking.k8s.io/v1', 'IngressClass', 'nginx', {
        spec: { controller: 'k8s.io/ingress-nginx' },
      });
      ingress(world, name, { className: 'nginx', backend: name, port: { number: 5555 }, host: 'login.example.com' });
      return world;
    },
  },
  {
    name: 'a-store-of-secrets-that-may-not-assume-its-role-and-a-ring-that-nobody-may-join',
    kind: 'two-faults',
    source: 'https://github.com/external-secrets/external-secrets/issues/5222 https://github.com/helm/charts/pull/1227',
    layers: ['configuration', 'application'],
    roots: [['secret-missing', 'aws-credentials-failing'], ['liveness-probe-failing']],
    why: 'The operator may not assume the role of the store, so the Secret of a new workload was never written; and a third Cassandra streams its data for longer than a probe allows that wants to see it up and normal.',
    build: () => {
      const world = healthy();
      namespaceOf(world, 'external-secrets');
      const denied =
        'AccessDenied: User: arn:aws:sts::111122223333:assumed-role/shop-external-secrets/token-file-web-identity is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/es/role-shop-scheduler';
      const operator = deployment(world, 'external-secrets', {
        namespace: 'external-secrets',
        replicas: 1,
        container: server('external-secrets', 'oci.external-secrets.io/external-secrets/external-secrets:v0.16.2', {
          metrics: 8080,
        }),
      });
      for (const pod of world.podsOf(operator))
        world.log(
          pod,
          `{"level":"error","ts":"2026-11-20T09:58:06.377Z","msg":"Reconciler error","controller":"secretstore","controllerGroup":"external-secrets.io","controllerKind":"SecretStore","SecretStore":{"name":"scheduler-store","namespace":"shop"},"error":"could not validate provider: ${denied}\\n\\tstatus code: 403, request id: 4eaf8694-474d-48c5-b4f5-44d124780182"}`,
        );
      const conditions = [
        {
          type: 'Ready',
          status: 'False',
          reason: 'SecretSyncedError',
          message: 'could not get provider client: SecretStore "scheduler-store" is not ready',
          lastTransitionTime: ago(39),
        },
      ];
      const wanted = thing(
        world,
        'external-secrets.io/v1',
        'ExternalSecret',
        'scheduler',
        {
          spec: {
            secretStoreRef: { name: 'scheduler-store', kind: 'SecretStore' },
            target: { name: 'scheduler' },
            data: [{ secretKey: 'queue-url', remoteRef: { key: '/shop/scheduler/queue-url' } }],
          },
          status: { conditions },
        },
        { age: 39 },
      );
      world.event(wanted, 'Warning', 'UpdateFailed', conditions[0]?.message ?? '', {
        count: 22,
        from: 39,
        component: 'external-secrets',
      });
      const env = [{ name: 'QUEUE_URL', valueFrom: { secretKeyRef: { name: 'scheduler', key: 'queue-url' } } }];
      const scheduler = deployment(world, 'scheduler', { container: appContainer('scheduler') });
      for (const pod of rollOut(
        world,
        scheduler,
        (container) => {
          container.env = [...(container.env ?? []), ...env];
        },
        { minutes: 38 },
      ))
        configError(world, pod, 'secret "scheduler" not found', 38);

      const status = (grep: string) => ({
        exec: { command: ['/bin/sh', '-c', `nodetool status | grep -E "^${grep}\\s+\${POD_IP}"`] },
        initialDelaySeconds: 90,
        timeoutSeconds: 5,
        periodSeconds: 30,
        failureThreshold: 3,
      });
      const ring = database(world, 'cassandra', {
        replicas: 3,
        container: server(
          'cassandra',
          'cassandra:3.11.19',
          { cql: 9042, intra: 7000, jmx: 7199 },
          {
            resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { memory: '8Gi' } },
            livenessProbe: status('UN'),
            readinessProbe: status('UN'),
          },
        ),
      });
      const [, , joining] = world.podsOf(ring);
      if (!joining) throw new Error('three pods');
      remade(joining, 2 * DAY);
      runsAgain(joining, { exitCode: 143, restarts: 643, lasted: 3.3, since: 1.4 });
      unready(joining, 1.4);
      killedByProbe(world, joining, 'Liveness', 'failed: ', { kills: 13, minutes: 59, last: 1.9 });
      world.event(joining, 'Warning', 'Unhealthy', 'Readiness probe failed: ', { count: 40, from: 59, to: 2 });
      world.log(
        joining,
        `INFO  [main] 2026-11-20 09:56:20,118 StorageService.java:1550 - JOINING: Starting to bootstrap...
INFO  [main] 2026-11-20 09:56:20,664 StreamResultFuture.java:90 - [Stream #5c1f6e10-c5f5-11f0] Executing streaming plan for Bootstrap
INFO  [StreamConnectionEstablisher:1] 2026-11-20 09:56:21,002 StreamCoordinator.java:264 - [Stream #5c1f6e10-c5f5-11f0, ID#0] Beginning stream session with /10.0.1.40
INFO  [StorageServiceShutdownHook] 2026-11-20 09:58:05,291 HintsService.java:209 - Paused hints dispatch`,
        { previous: true },
      );
      return world;
    },
  },
];
