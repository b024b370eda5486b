import type { ContainerState, ContainerStatus } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, event, everWith, podsOf, pullFails, rollOut, setCondition, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';

const inApp = inPodsOf('otlp-app', 'app');

/** The kubelet or the runtime refuses every pod of the application. */
const refused = (reason: string, message: string): Snapshot => {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, reason, message);
  for (const pod of pods) event(snapshot, pod, 'Failed', `Error: ${message}`);
  return snapshot;
};

/** Every pod of the application has an init container in this state. */
function withInit(
  init: Partial<ContainerStatus> & { state: ContainerState },
  {
    name = 'migrate',
    log,
    previous = false,
    restartPolicy,
  }: { name?: string; log?: string; previous?: boolean; restartPolicy?: string } = {},
): Snapshot {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.initContainers = [{ name, image: 'registry.example.com/migrate:3', ...(restartPolicy && { restartPolicy }) }];
  });
  waiting(snapshot, pods, 'PodInitializing', undefined, 12);
  for (const pod of pods) {
    const message = `containers with incomplete status: [${name}]`;
    setCondition(
      pod.status?.conditions,
      { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message },
      12,
    );
    Object.assign(pod.status ?? {}, {
      initContainerStatuses: [{ name, ready: false, started: false, restartCount: 0, ...init }],
    });
    if (log !== undefined)
      snapshot.logs.push({
        namespace: NAMESPACE,
        pod: pod.metadata.name,
        container: name,
        previous,
        text: log,
        truncated: false,
      });
  }
  return snapshot;
}

const ended = (exitCode: number, reason = 'Error') => ({
  terminated: { exitCode, reason, startedAt: ago(2), finishedAt: ago(1.5) },
});

const backingOff: ContainerState = {
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=migrate' },
};

const runsFor = (minutes: number): ContainerState => ({ running: { startedAt: ago(minutes) } });

/** What keeps containers from starting. */
export const starts = {
  'container-setup-failed': {
    positive: [
      {
        when: 'the kubelet does not run as root what must not be root',
        at: inApp,
        severity: 'P0',
        shows: 'image will run as root',
        build: () =>
          refused(
            'CreateContainerConfigError',
            'container has runAsNonRoot and image will run as root (pod: "otlp-app-7d4f9c2-aaaaa_otlp-system(uid)", container: app)',
          ),
      },
      {
        when: 'containerd has the name of the container in use still',
        at: inApp,
        severity: 'P0',
        build: () =>
          refused(
            'CreateContainerError',
            'failed to reserve container name "app_otlp-app-7d4f9c2-aaaaa_otlp-system_6f0c_3": name "app_otlp-app-7d4f9c2-aaaaa_otlp-system_6f0c_3" is reserved for "0f1e2d3c"',
          ),
      },
      {
        when: 'the runtime cannot mount a file over a directory',
        because: /mounted over a directory/,
        at: inApp,
        severity: 'P0',
        shows: 'not a directory',
        build: () => {
          const snapshot = healthyNamespace();
          const message =
            'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/6f0c/volume-subpaths/config/app/0" to rootfs at "/etc/otlp-app": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type';
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 128, reason: 'StartError', message });
        },
      },
      {
        when: 'the postStart hook fails, and the kubelet kills the container',
        because: /postStart hook/,
        at: inApp,
        severity: 'P0',
        shows: 'PostStartHook failed',
        build: () => {
          const snapshot = healthyNamespace();
          const pods = podsOf(snapshot, 'otlp-app');
          crashLoop(snapshot, pods, { exitCode: 137 });
          for (const pod of pods) {
            event(snapshot, pod, 'FailedPostStartHook', 'PostStartHook failed');
            event(snapshot, pod, 'Killing', 'FailedPostStartHook');
          }
          return snapshot;
        },
      },
      {
        when: 'the node has no room to unpack the image',
        at: inApp,
        severity: 'P0',
        shows: 'no space left on device',
        because: /no disk space/,
        build: () => {
          const snapshot = healthyNamespace();
          const answer =
            'rpc error: code = Unknown desc = failed to pull and unpack image "registry.example.com/otlp-app:1.4.2": failed to extract layer sha256:9c859ee9: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/10382/fs/app/otlp-app: no space left on device: unknown';
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), answer);
        },
      },
      {
        when: 'the image arrives broken',
        at: inApp,
        severity: 'P0',
        shows: 'unexpected commit digest',
        build: () => {
          const snapshot = healthyNamespace();
          const answer =
            'rpc error: code = FailedPrecondition desc = failed to pull and unpack image "registry.example.com/otlp-app:1.4.2": failed commit on ref "layer-sha256:55ae122e": unexpected commit digest sha256:a8f2c3f3, expected sha256:55ae122e: failed precondition';
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), answer);
        },
      },
      {
        when: 'the working directory belongs to another user',
        at: inApp,
        severity: 'P0',
        because: /working directory/,
        build: () => {
          const snapshot = healthyNamespace();
          const message =
            'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: chdir to cwd ("/srv/app") set in config.json failed: permission denied: unknown';
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 128, reason: 'StartError', message });
        },
      },
      {
        when: 'a part of a volume that is not there',
        at: inApp,
        severity: 'P0',
        build: () =>
          refused(
            'CreateContainerConfigError',
            'failed to prepare subPath for volumeMount "config" of container "app"',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'it names a ConfigMap that is not there',
        roots: ['configmap-missing'],
        build: () => {
          const snapshot = refused('CreateContainerConfigError', 'configmap "otlp-app-extra" not found');
          return everWith(snapshot, 'otlp-app', (container) => {
            container.envFrom = [{ configMapRef: { name: 'otlp-app-extra' } }];
          });
        },
      },
      {
        why: 'the image comes down',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(snapshot, 'otlp-app', () => undefined, 0.5);
          return waiting(snapshot, [made], 'ContainerCreating', undefined, 0.5);
        },
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'init-container-failed': {
    positive: [
      {
        when: 'a migration ends with an error, again and again',
        at: inPodsOf('otlp-app', 'migrate'),
        severity: 'P0',
        shows: 'relation "users" already exists',
        build: () =>
          withInit(
            { restartCount: 6, state: backingOff, lastState: ended(1) },
            { log: 'ERROR: relation "users" already exists\n', previous: true },
          ),
      },
      {
        when: 'it has just failed: Init:Error',
        at: inPodsOf('otlp-app', 'migrate'),
        severity: 'P0',
        build: () => withInit({ restartCount: 2, state: ended(2) }),
      },
    ],
    nearMiss: [
      { why: 'it is done, and the pod goes on', build: () => withInit({ ready: true, state: ended(0, 'Completed') }) },
      {
        why: 'the kernel kills it for its memory use',
        roots: ['container-oom-killed'],
        build: () => withInit({ restartCount: 6, state: backingOff, lastState: ended(137, 'OOMKilled') }),
      },
      {
        why: 'it waits',
        roots: ['init-container-stuck'],
        build: () => withInit({ started: true, state: runsFor(12) }),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'init-container-stuck': {
    positive: [
      {
        when: 'it waits for a database that does not answer',
        at: inPodsOf('otlp-app', 'wait-for-db'),
        severity: 'P0',
        shows: 'waiting for db:5432',
        build: () =>
          withInit(
            { started: true, state: runsFor(12) },
            { name: 'wait-for-db', log: 'waiting for db:5432\n'.repeat(40) },
          ),
      },
      {
        when: 'it says nothing',
        at: inPodsOf('otlp-app', 'wait-for-db'),
        severity: 'P0',
        shows: 'ContainersNotInitialized',
        build: () => withInit({ started: true, state: runsFor(40) }, { name: 'wait-for-db' }),
      },
    ],
    nearMiss: [
      { why: 'a migration of two minutes', build: () => withInit({ started: true, state: runsFor(2) }) },
      {
        why: 'a sidecar is meant to run',
        build: () => withInit({ ready: true, started: true, state: runsFor(40) }, { restartPolicy: 'Always' }),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
} satisfies Cases;
