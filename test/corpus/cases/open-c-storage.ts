import type { CorpusCase } from '../case.ts';
import { notCreated, notServing, unready, unschedulable } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { healthy } from '../healthy.ts';
import { claim, service } from '../things.ts';
import { deployment, statefulSet } from '../workloads.ts';
import { application } from './open-d-parts.ts';

const CLUSTER = 'dravoka-postgres-instance1-c7ck';

/** Volumes that are full, cannot be mounted, or are somewhere else. */
export const openCStorage: CorpusCase[] = [
  {
    name: 'node-has-no-helper-for-nfs',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/nfs-subdir-external-provisioner/issues/342',
    layers: ['storage', 'application'],
    roots: [['volume-mount-failed']],
    why: 'The claim is bound and the share is there; the node cannot mount NFS, because /sbin/mount.nfs is not installed.',
    build: () => {
      const world = healthy();
      const made = claim(world, 'transmission-config', { className: 'nfs-client', age: 41 }) as unknown as {
        spec: { accessModes: string[]; volumeName: string };
      };
      const { volumeName } = made.spec;
      const volume = world.get<{ spec: Record<string, unknown> }>('PersistentVolume', volumeName, '');
      const path = `/volume1/rancher/shop-transmission-config-${volumeName}`;
      delete volume.spec.csi;
      delete volume.spec.nodeAffinity;
      volume.spec.nfs = { server: '192.168.2.173', path };
      const transmission = deployment(world, 'transmission', {
        container: {
          name: 'transmission',
          image: 'linuxserver/transmission:4.0.5',
          ports: [{ name: 'web', containerPort: 9091, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          volumeMounts: [{ name: 'config', mountPath: '/config' }],
        },
        more: { volumes: [{ name: 'config', persistentVolumeClaim: { claimName: 'transmission-config' } }] },
        replicas: 1,
        revision: 1,
        age: 41,
        revised: 41,
      });
      service(world, 'transmission', { app: 'transmission' }, [{ name: 'web', port: 9091, targetPort: 'web' }]);
      for (const pod of world.podsOf(transmission)) {
        const target = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~nfs/${volumeName}`;
        notCreated(
          world,
          pod,
          'FailedMount',
          `MountVolume.SetUp failed for volume "${volumeName}" : mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t nfs 192.168.2.173:${path} ${target}
Output: mount: ${target}: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.`,
          41,
        );
      }
      neverAvailable(world, transmission, 41);
      return world;
    },
  },
  {
    name: 'write-ahead-log-fills-the-volume-and-no-container-restarts',
    kind: 'cascade',
    source: 'https://github.com/CrunchyData/postgres-operator-examples/issues/275',
    layers: ['storage', 'application', 'network'],
    roots: [['volume-full']],
    why: 'Backups are too rare, the write-ahead log fills /pgdata. Patroni keeps the container alive, so three of four are ready for 32 days without a restart, and only the log tells.',
    build: () => {
      const world = healthy();
      const image = 'registry.developers.crunchydata.com/crunchydata/crunchy-postgres:ubi8-16.3-1';
      const backrest = 'registry.developers.crunchydata.com/crunchydata/crunchy-pgbackrest:ubi8-2.51-1';
      const sidecar = (name: string, from: string) => ({
        name,
        image: from,
        resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '256Mi' } },
      });
      claim(world, `postgres-data-${CLUSTER}-0`, { age: 46080 });
      const database = statefulSet(world, CLUSTER, {
        container: {
          name: 'database',
          image,
          ports: [{ name: 'postgres', containerPort: 5432, protocol: 'TCP' }],
          resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
          livenessProbe: { httpGet: { path: '/liveness', port: 8008, scheme: 'HTTPS' }, timeoutSeconds: 5 },
          readinessProbe: { httpGet: { path: '/readiness', port: 8008, scheme: 'HTTPS' }, timeoutSeconds: 5 },
          volumeMounts: [{ name: 'postgres-data', mountPath: '/pgdata' }],
        },
        more: {
          initContainers: [sidecar('postgres-startup', image), sidecar('nss-wrapper-init', image)],
          containers: [
            sidecar('replication-cert-copy', image),
            sidecar('pgbackrest', backrest),
            sidecar('pgbackrest-config', backrest),
          ],
        },
        claim: 'postgres-data',
        age: 46080,
        revised: 46080,
      });
      service(world, 'dravoka-postgres-pods', { app: CLUSTER }, [{ port: 5432, targetPort: 'postgres' }]);
      for (const pod of world.podsOf(database)) {
        notServing(world, pod, 'HTTP probe failed with statuscode: 503', 34);
        world.log(
          pod,
          `2026-11-20 09:59:21,489 INFO: Lock owner: None; I am ${CLUSTER}-0
2026-11-20 09:59:21,496 INFO: starting as a secondary
2026-11-20 09:59:22.173 UTC [202508] FATAL:  could not write lock file "postmaster.pid": No space left on device
2026-11-20 09:59:22,201 INFO: postmaster pid=202508
/tmp/postgres:5432 - no response
2026-11-20 09:59:31,489 INFO: Lock owner: None; I am ${CLUSTER}-0
2026-11-20 09:59:31,501 INFO: failed to start postgres`,
        );
      }
      const billing = application(world, 'billing', { PGHOST: 'dravoka-postgres-pods' });
      for (const pod of world.podsOf(billing)) {
        unready(pod, 33);
        world.event(pod, 'Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
          count: 388,
          from: 33,
          to: 0.1,
        });
        world.log(
          pod,
          '2026-11-20T09:59:44.018Z ERROR billing::db: error connecting to server: Connection refused (os error 111)\n2026-11-20T09:59:49.022Z ERROR billing::db: error connecting to server: Connection refused (os error 111)',
        );
      }
      return world;
    },
  },
  {
    name: 'claim-was-made-in-the-default-namespace',
    kind: 'trap',
    source: 'https://github.com/helm/charts/issues/19917',
    layers: ['storage', 'application'],
    roots: [['pvc-missing']],
    why: 'The claim exists and is bound, but in default: a pod takes only claims of its own namespace.',
    build: () => {
      const world = healthy();
      claim(world, 'pvc-hostpath', { namespace: 'default', age: 95 });
      const jenkins = deployment(world, 'jenkins', {
        container: {
          name: 'jenkins',
          image: 'jenkins/jenkins:lts',
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { cpu: '2', memory: '4Gi' } },
          volumeMounts: [{ name: 'jenkins-home', mountPath: '/var/jenkins_home' }],
        },
        more: {
          initContainers: [
            {
              name: 'copy-default-config',
              image: 'jenkins/jenkins:lts',
              command: ['sh', '/var/jenkins_config/apply_config.sh'],
              volumeMounts: [{ name: 'jenkins-home', mountPath: '/var/jenkins_home' }],
            },
          ],
          volumes: [{ name: 'jenkins-home', persistentVolumeClaim: { claimName: 'pvc-hostpath' } }],
        },
        replicas: 1,
        revision: 1,
        age: 88,
        revised: 88,
      });
      service(world, 'jenkins', { app: 'jenkins' }, [{ name: 'http', port: 8080, targetPort: 'http' }], { age: 88 });
      for (const pod of world.podsOf(jenkins))
        unschedulable(
          world,
          pod,
          '0/3 nodes are available: persistentvolumeclaim "pvc-hostpath" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          88,
        );
      neverAvailable(world, jenkins, 88);
      return world;
    },
  },
];
