import type { Service } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { configError, crashLoop, rollOut, startError, waits } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { appContainer, healthy } from '../healthy.ts';
import { configMap, service } from '../things.ts';
import { deployment, statefulSet } from '../workloads.ts';

const SHIM =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init';

/** Containers that do not get through their start. */
export const fieldAStarts: CorpusCase[] = [
  {
    name: 'helm-template-left-in-the-image-tag',
    kind: 'single',
    source: 'https://github.com/nemonik/taiga-helm/issues/7',
    layers: ['application'],
    roots: [['image-name-invalid']],
    why: 'values.yaml is no template: the text of the expression became the tag, and no runtime can parse it.',
    build: () => {
      const world = healthy();
      const image = 'taigaio/taiga-back: {{ .Chart.AppVersion }}';
      const back = statefulSet(world, 'taiga-back', {
        container: appContainer('taiga-back', { image }),
        age: 33,
        revised: 33,
        labels: { app: 'taiga-back', 'app.kubernetes.io/managed-by': 'Helm' },
      });
      service(world, 'taiga-back', { app: 'taiga-back' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const message = `Failed to apply default image tag "${image}": couldn't parse image reference "${image}": invalid reference format`;
      for (const pod of world.podsOf(back)) {
        waits(pod, 'InvalidImageName', message, 33);
        world.event(pod, 'Warning', 'InspectFailed', message, { count: 141, from: 33 });
        world.event(pod, 'Warning', 'Failed', 'Error: InvalidImageName', { count: 12, from: 33, to: 31 });
      }
      return world;
    },
  },
  {
    name: 'service-of-the-same-name-overwrites-the-port-variable',
    kind: 'single',
    source: 'https://github.com/abartrim/sobs/pull/435',
    layers: ['configuration', 'application'],
    roots: [['config-env-invalid', 'container-exit-error']],
    why: 'A Service named sobs puts SOBS_PORT=tcp://... into every pod; the new version reads its port from that name.',
    build: () => {
      const world = healthy();
      service(world, 'sobs', { app: 'sobs' }, [{ name: 'otlp', port: 44317, targetPort: 4317 }]);
      const sobs = deployment(world, 'sobs', {
        container: appContainer('sobs', {
          ports: [{ name: 'otlp', containerPort: 4317, protocol: 'TCP' }],
          env: [{ name: 'PORT', value: '4317' }],
          livenessProbe: { tcpSocket: { port: 'otlp' } },
          readinessProbe: { tcpSocket: { port: 'otlp' } },
        }),
      });
      const address = world.get<Service>('Service', 'sobs').spec.clusterIP;
      const pods = rollOut(world, sobs, (container) => {
        container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/sobs:0.2.0-beta.1';
      });
      for (const pod of pods)
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 18,
          restarts: 8,
          log: `2026/11/20 09:57:58 sobs 0.2.0-beta.1 starting\n2026/11/20 09:57:58 listen tcp: address tcp://${address}:44317: too many colons in address`,
        });
      return world;
    },
  },
  {
    name: 'chart-demands-non-root-of-an-image-of-root',
    kind: 'single',
    source: 'https://github.com/Unleash/unleash-edge/issues/483',
    layers: ['application'],
    roots: [['container-setup-failed']],
    why: 'runAsNonRoot stands in the pod template, and the image names no user: the kubelet will not start it.',
    build: () => {
      const world = healthy();
      const edge = deployment(world, 'unleash-edge', {
        container: appContainer('unleash-edge', { image: 'unleashorg/unleash-edge:v19.1' }),
        more: { securityContext: { fsGroup: 65532, ...{ runAsNonRoot: true } } },
        age: 24,
        revised: 24,
        revision: 1,
      });
      service(world, 'unleash-edge', { app: 'unleash-edge' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      neverAvailable(world, edge, 24);
      for (const pod of world.podsOf(edge)) {
        const { name, uid } = pod.metadata;
        configError(
          world,
          pod,
          `container has runAsNonRoot and image will run as root (pod: "${name}_shop(${uid})", container: unleash-edge)`,
          24,
        );
      }
      return world;
    },
  },
  {
    name: 'entry-point-without-its-execute-bit',
    kind: 'single',
    source: 'https://github.com/OCSInventory-NG/OCSInventory-Docker-Image/issues/40',
    layers: ['application'],
    roots: [['container-permission-denied-exec']],
    why: 'The script is in the image, but its mode does not allow to execute it.',
    build: () => {
      const world = healthy();
      const inventory = deployment(world, 'inventory', {
        container: appContainer('inventory', { image: 'ocsinventory/ocsinventory-docker-image:2.7' }),
        replicas: 1,
        age: 50,
        revised: 50,
        revision: 1,
      });
      service(world, 'inventory', { app: 'inventory' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      neverAvailable(world, inventory, 50);
      for (const pod of world.podsOf(inventory))
        startError(world, pod, `${SHIM}: exec: "/usr/bin/docker-entrypoint.sh": permission denied`, 128, 50);
      return world;
    },
  },
  {
    name: 'config-map-mounted-in-place-of-a-file',
    kind: 'single',
    source: 'https://github.com/HewlettPackard/squest/pull/824',
    layers: ['application'],
    roots: [['container-setup-failed']],
    why: 'The mount has no subPath, so a directory is to be put where the image has a file.',
    build: () => {
      const world = healthy();
      const mountPath = '/app/Squest/ldap_config.py';
      configMap(world, 'ldap-config', { 'ldap_config.py': 'AUTH_LDAP_SERVER_URI = "ldap://ldap.example.com"\n' });
      const django = deployment(world, 'django', {
        container: appContainer('django', { volumeMounts: [{ name: 'config', mountPath }] }),
        configMap: 'ldap-config',
        replicas: 1,
        age: 20,
        revised: 20,
        revision: 1,
      });
      service(world, 'django', { app: 'django' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      neverAvailable(world, django, 20);
      for (const pod of world.podsOf(django)) {
        const volume = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~configmap/config`;
        startError(
          world,
          pod,
          `${SHIM}: error mounting "${volume}" to rootfs at "${mountPath}": create mountpoint for ${mountPath} mount: cannot create subdirectories in "/run/containerd/io.containerd.runtime.v2.task/k8s.io/django/rootfs${mountPath}": not a directory`,
          128,
          20,
        );
      }
      return world;
    },
  },
  {
    name: 'liveness-probe-kills-the-first-migration',
    kind: 'single',
    source: 'https://github.com/IMIO/helm-plausible-analytics/issues/11',
    layers: ['application', 'network'],
    roots: [['liveness-probe-failing']],
    why: 'The migration runs before the port is open; the liveness probe does not wait for it, and each start is killed half-way.',
    build: () => {
      const world = healthy();
      const plausible = deployment(world, 'plausible', {
        container: appContainer('plausible', {
          image: 'ghcr.io/plausible/community-edition:v2.1.0',
          command: ['/bin/sh', '-c', '/entrypoint.sh db createdb && /entrypoint.sh db migrate && /entrypoint.sh run'],
          livenessProbe: { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
          readinessProbe: { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
        }),
        replicas: 1,
        age: 26,
        revised: 26,
        revision: 1,
      });
      service(world, 'plausible', { app: 'plausible' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      neverAvailable(world, plausible, 26);
      for (const pod of world.podsOf(plausible)) {
        crashLoop(world, pod, {
          exitCode: 137,
          minutes: 26,
          restarts: 7,
          log: `Loading plausible..
Starting dependencies..
Starting repos..
create Plausible.Repo database if it doesn't exist
create Plausible.IngestRepo database if it doesn't exist
Creation of Db successful!
+ /entrypoint.sh db migrate
Loading plausible..
Starting dependencies..
Starting repos..
Running migrations for Elixir.Plausible.Repo`,
        });
        const refused = `Get "http://${pod.status?.podIP}:8080/api/health": dial tcp ${pod.status?.podIP}:8080: connect: connection refused`;
        world.event(pod, 'Warning', 'Unhealthy', `Liveness probe failed: ${refused}`, {
          count: 24,
          from: 25.5,
          to: 2.7,
        });
        world.event(pod, 'Warning', 'Unhealthy', `Readiness probe failed: ${refused}`, {
          count: 30,
          from: 25.5,
          to: 2.6,
        });
        world.event(pod, 'Normal', 'Killing', 'Container plausible failed liveness probe, will be restarted', {
          count: 8,
          from: 25,
          to: 2.7,
        });
      }
      return world;
    },
  },
];
