import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, crashLoop, event, podsOf, rollOut, setState } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf } from '../case.ts';

const at = inPodsOf('otlp-app', 'app');
const unreadPods = { why: 'pods may not be read', unread: ['pods'] } as const;

type Crash = NonNullable<Parameters<typeof crashLoop>[2]>;

/** Every pod of the application ends so, again and again. */
const dies = (crash: Crash): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), crash);
};

/** It runs now, and ended so some time ago. */
const diedOnce = (minutes: number, exitCode: number, reason: string, restartCount = 1): Snapshot => {
  const snapshot = healthyNamespace();
  return setState(snapshot, podsOf(snapshot, 'otlp-app'), {
    ready: true,
    started: true,
    restartCount,
    state: { running: { startedAt: ago(minutes) } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(minutes + 60), finishedAt: ago(minutes) } },
  });
};

/** Between two crashes: it has been started again a moment ago. */
const startedAgain = (exitCode: number, reason: string, log?: string): Snapshot => {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  setState(snapshot, pods, {
    ready: false,
    started: true,
    restartCount: 5,
    state: { running: { startedAt: ago(0.2) } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(4), finishedAt: ago(3) } },
  });
  for (const pod of log === undefined ? [] : pods) addLog(snapshot, pod, log ?? '', true);
  return snapshot;
};

const killedByProbe = (): Snapshot => {
  const snapshot = dies({ exitCode: 137 });
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    event(
      snapshot,
      pod,
      'Unhealthy',
      'Liveness probe failed: Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
    event(snapshot, pod, 'Killing', 'Container app failed liveness probe, will be restarted');
  }
  return snapshot;
};

const RUST_PANIC = `2026-11-20T09:58:59Z  INFO otlp_app: starting
thread 'main' panicked at src/config.rs:42:10:
called \`Result::unwrap()\` on an \`Err\` value: ParseIntError { kind: InvalidDigit }
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`;

const GO_PANIC = `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6a4f2e]

goroutine 1 [running]:
main.main()
	/src/main.go:31 +0x1d`;

const runc = (words: string) =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${words}: unknown`;

/** Containers that do not stay up, by how they end. */
export const crashes = {
  'container-crash-loop': {
    positive: [
      {
        when: 'the kubelet waits before the next start',
        at,
        severity: 'P0',
        as: 'symptom of container-exit-error',
        shows: 'CrashLoopBackOff',
        build: () => dies({ log: 'Error: no such flag --port' }),
      },
      {
        when: 'it runs between two crashes',
        at,
        severity: 'P0',
        as: 'symptom of container-exit-error',
        build: () => startedAgain(1, 'Error'),
      },
      {
        when: 'the kubelet has not said how it ended',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = dies({});
          for (const { status } of podsOf(snapshot, 'otlp-app'))
            for (const each of status?.containerStatuses ?? []) each.lastState = {};
          return snapshot;
        },
      },
    ],
    nearMiss: [
      { why: 'it crashed twice an hour ago and has run since', roots: [], build: () => diedOnce(60, 1, 'Error', 2) },
      {
        why: 'one restart a few minutes ago is not again and again',
        roots: [],
        build: () => diedOnce(4, 1, 'Error', 1),
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-oom-killed': {
    positive: [
      {
        when: 'it is killed at every start',
        at,
        severity: 'P0',
        shows: 'OOMKilled',
        build: () => dies({ exitCode: 137, reason: 'OOMKilled' }),
      },
      {
        when: 'it is killed under load and has just been started again',
        at,
        severity: 'P0',
        shows: '256Mi',
        build: () => startedAgain(137, 'OOMKilled'),
      },
      {
        when: 'the newest revision lowered the limit, and its pod has just been killed',
        at,
        severity: 'P2',
        shows: '64Mi',
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(snapshot, 'otlp-app', (container) => {
            container.resources = { limits: { memory: '64Mi' } };
          });
          const end = { exitCode: 137, reason: 'OOMKilled', startedAt: ago(1.5), finishedAt: ago(0.1) };
          return setState(snapshot, [made], {
            restartCount: 3,
            started: false,
            state: { terminated: end },
            lastState: {},
          });
        },
      },
      { when: 'once, a few minutes ago, and it runs', at, as: 'advice', build: () => diedOnce(6, 137, 'OOMKilled') },
    ],
    nearMiss: [
      {
        why: 'SIGKILL by somebody else than the kernel',
        roots: ['container-sigkill-not-oom'],
        build: () => dies({ exitCode: 137 }),
      },
      { why: 'it was killed two hours ago, and runs since', roots: [], build: () => diedOnce(120, 137, 'OOMKilled') },
      {
        why: 'its own runtime says that it is out of memory, and ends it',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 3, log: 'Terminating due to java.lang.OutOfMemoryError: Java heap space' }),
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-sigkill-not-oom': {
    positive: [
      {
        when: 'nobody says who killed it',
        at,
        severity: 'P0',
        shows: '137',
        build: () => dies({ exitCode: 137, log: '2026-11-20T09:58:01Z INFO serving' }),
      },
      {
        when: 'the runtime lost it',
        at,
        severity: 'P0',
        shows: 'ContainerStatusUnknown',
        build: () =>
          dies({
            exitCode: 137,
            reason: 'ContainerStatusUnknown',
            message: 'The container could not be located when the pod was terminated',
          }),
      },
      {
        when: 'the kubelet, for its liveness probe',
        at,
        severity: 'P0',
        as: 'symptom of liveness-probe-failing',
        build: killedByProbe,
      },
    ],
    nearMiss: [
      {
        why: 'the kernel, for its memory use',
        roots: ['container-oom-killed'],
        build: () => dies({ exitCode: 137, reason: 'OOMKilled' }),
      },
      {
        why: 'SIGTERM, which it does not handle',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 143 }),
      },
      {
        why: 'the node was restarted an hour ago',
        roots: [],
        build: () => diedOnce(60, 137, 'ContainerStatusUnknown'),
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-panic': {
    positive: [
      {
        when: 'Rust',
        at,
        severity: 'P0',
        shows: 'panicked at src/config.rs:42:10',
        build: () => dies({ exitCode: 101, log: RUST_PANIC }),
      },
      { when: 'Rust, without a log', at, severity: 'P0', build: () => dies({ exitCode: 101 }) },
      {
        when: 'Go, which ends with exit code 2',
        at,
        severity: 'P0',
        shows: 'nil pointer dereference',
        build: () => dies({ exitCode: 2, log: GO_PANIC }),
      },
      {
        when: 'Go, whose runtime gives up',
        at,
        severity: 'P0',
        build: () =>
          dies({
            exitCode: 2,
            log: 'fatal error: concurrent map writes\n\ngoroutine 52 [running]:\nmain.handle()\n\t/src/main.go:90 +0x1d',
          }),
      },
      {
        when: 'SIGABRT',
        at,
        severity: 'P0',
        build: () =>
          dies({
            exitCode: 134,
            log: "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
          }),
      },
      { when: 'SIGSEGV', at, severity: 'P0', build: () => dies({ exitCode: 139 }) },
    ],
    nearMiss: [
      {
        why: 'a panic that a handler caught long before the process gave up over something else',
        roots: ['container-exit-error'],
        build: () =>
          dies({
            exitCode: 1,
            log: 'level=warn msg="recovered from panic in handler /items"\nlevel=error msg="cannot bind 0.0.0.0:8080: address already in use"',
          }),
      },
      {
        why: 'an exception that nobody caught',
        roots: ['container-exit-error'],
        build: () =>
          dies({
            exitCode: 1,
            log: "TypeError: Cannot read properties of undefined (reading 'port')\n    at main (/app/index.js:3:11)",
          }),
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-exit-error': {
    positive: [
      {
        when: 'exit code 1, and its log says why',
        at,
        severity: 'P0',
        shows: 'address already in use',
        build: () => dies({ log: 'Error: cannot bind 0.0.0.0:8080: address already in use' }),
      },
      { when: 'exit code 2, without a log', at, severity: 'P0', shows: '2', build: () => dies({ exitCode: 2 }) },
      {
        when: 'its message stands in the termination log',
        at,
        severity: 'P0',
        shows: 'license expired',
        build: () => dies({ exitCode: 1, message: 'license expired on 2026-11-19\n' }),
      },
      {
        when: 'the newest revision alone, beside the old one that serves',
        at,
        severity: 'P2',
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(snapshot, 'otlp-app', (container) => {
            container.args = ['--strict'];
          });
          return crashLoop(snapshot, [made], { exitCode: 64, log: 'error: unexpected argument --strict', since: 9 });
        },
      },
      {
        when: 'SIGTERM from outside, to a process that does not handle it',
        at,
        severity: 'P0',
        shows: '143',
        build: () => dies({ exitCode: 143 }),
      },
    ],
    nearMiss: [
      {
        why: 'it failed once while its dependency started, and runs',
        roots: [],
        build: () => diedOnce(20, 1, 'Error'),
      },
      {
        why: 'it ends without an error',
        roots: ['container-exit-zero-loop'],
        build: () => dies({ exitCode: 0, reason: 'Completed' }),
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-exit-zero-loop': {
    positive: [
      {
        when: 'a command that finishes, in a Deployment',
        at,
        severity: 'P0',
        shows: 'Completed',
        build: () => dies({ exitCode: 0, reason: 'Completed', log: 'usage: otlp-app [serve|migrate]' }),
      },
      { when: 'it has just been started again', at, severity: 'P0', build: () => startedAgain(0, 'Completed') },
    ],
    nearMiss: [
      {
        why: 'it was asked to end once, as by a probe or an operator',
        roots: [],
        build: () => diedOnce(5, 0, 'Completed'),
      },
      {
        why: 'a pod of a Job is done',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const [pod] = structuredClone(podsOf(snapshot, 'otlp-app'));
          if (!pod) throw new Error('no pod');
          const end = { exitCode: 0, reason: 'Completed', startedAt: ago(6), finishedAt: ago(5) };
          pod.metadata = {
            ...pod.metadata,
            name: 'nightly-x7k2p',
            uid: 'uid-nightly-x7k2p',
            labels: { 'job-name': 'nightly' },
            ownerReferences: [{ kind: 'Job', name: 'nightly', uid: 'uid-nightly', controller: true }],
          };
          pod.status = {
            phase: 'Succeeded',
            containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { terminated: end } }],
          };
          snapshot.objects.pods.push(pod);
          return snapshot;
        },
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-command-not-found': {
    positive: [
      {
        when: 'runc: not in $PATH',
        at,
        severity: 'P0',
        shows: 'executable file not found in $PATH',
        build: () =>
          dies({
            exitCode: 128,
            reason: 'StartError',
            message: runc('exec: "otlp-ap": executable file not found in $PATH'),
          }),
      },
      {
        when: 'runc: no file of that path',
        at,
        severity: 'P0',
        build: () =>
          dies({
            exitCode: 128,
            reason: 'StartError',
            message: runc('exec: "/app/otlp-app": stat /app/otlp-app: no such file or directory'),
          }),
      },
      {
        when: 'CRI-O: the container is not even made',
        at,
        severity: 'P0',
        shows: 'executable file',
        build: () => {
          const snapshot = healthyNamespace();
          const message =
            'container create failed: executable file `otlp-ap` not found in $PATH: No such file or directory';
          const pods = podsOf(snapshot, 'otlp-app');
          for (const pod of pods) event(snapshot, pod, 'Failed', `Error: ${message}`);
          return setState(snapshot, pods, {
            started: false,
            state: { waiting: { reason: 'CreateContainerError', message } },
            lastState: {},
          });
        },
      },
      {
        when: 'a shell: exit code 127',
        at,
        severity: 'P0',
        shows: 'not found',
        build: () => dies({ exitCode: 127, log: '/bin/sh: otlp-ap: not found' }),
      },
      {
        when: 'the interpreter of a script is not there, exit code 255',
        at,
        severity: 'P0',
        build: () => dies({ exitCode: 255, log: 'exec /entrypoint.sh: no such file or directory' }),
      },
    ],
    nearMiss: [
      {
        why: 'the process runs and does not find a file',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 1, log: 'Error: open /etc/otlp-app/rules.yaml: no such file or directory' }),
      },
      {
        why: 'the process runs and does not find a program that it calls',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 1, log: 'Error: exec: "pg_dump": executable file not found in $PATH' }),
      },
      {
        why: 'a mount that does not fit into the image, though the runtime says no such file',
        roots: ['container-setup-failed'],
        build: () =>
          dies({
            exitCode: 128,
            reason: 'StartError',
            message: runc(
              'error mounting "/var/lib/kubelet/pods/6f0c/volume-subpaths/config/app/0" to rootfs at "/etc/otlp-app/config.yaml": mount src=/var/lib/kubelet/pods/6f0c/volume-subpaths/config/app/0, dst=/etc/otlp-app/config.yaml, dstFd=/proc/thread-self/fd/8, flags=MS_BIND|MS_REC: not a directory',
            ),
          }),
      },
    ],
    notApplicable: [unreadPods],
  },
  'container-permission-denied-exec': {
    positive: [
      {
        when: 'runc: the file has no execute bit',
        at,
        severity: 'P0',
        shows: 'permission denied',
        build: () =>
          dies({ exitCode: 128, reason: 'StartError', message: runc('exec: "/app/run.sh": permission denied') }),
      },
      {
        when: 'a shell: exit code 126',
        at,
        severity: 'P0',
        build: () => dies({ exitCode: 126, log: '/bin/sh: /app/run.sh: Permission denied' }),
      },
      {
        when: 'file capabilities that the security context does not grant',
        at,
        severity: 'P0',
        build: () => dies({ exitCode: 255, log: 'exec /usr/local/bin/otlp-app: operation not permitted' }),
      },
    ],
    nearMiss: [
      {
        why: 'the process runs and may not read a file',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 1, log: 'Error: open /etc/otlp-app/key.pem: permission denied' }),
      },
      {
        why: 'it may not bind a port below 1024',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 1, log: 'Error: listen tcp :80: bind: permission denied' }),
      },
    ],
    notApplicable: [unreadPods],
  },
  'pod-flapping': {
    positive: [
      {
        when: 'it was restarted several times, half an hour ago for the last time',
        at,
        as: 'advice',
        shows: 'exit code 1',
        build: () => diedOnce(30, 1, 'Error', 5),
      },
    ],
    nearMiss: [
      { why: 'one restart is none', roots: [], build: () => diedOnce(30, 1, 'Error', 1) },
      { why: 'a bad night: many restarts, and none for hours', roots: [], build: () => diedOnce(300, 1, 'Error', 12) },
      { why: 'it is still at it', roots: ['container-exit-error'], build: () => dies({}) },
    ],
    notApplicable: [unreadPods],
  },
} satisfies Cases;
