import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, everWith, podsOf, rollOut, setCondition, setState } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';
import { diedOnce, dies, startedAgain } from './dying.ts';

const at = inPodsOf('otlp-app', 'app');

const RUST_PANIC = `2026-11-20T09:58:59Z  INFO otlp_app: starting
thread 'main' panicked at src/config.rs:42:10:
called \`Result::unwrap()\` on an \`Err\` value: ParseIntError { kind: InvalidDigit }
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`;

const GO_PANIC = `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6a4f2e]

goroutine 1 [running]:
main.main()
	/src/main.go:31 +0x1d`;

/** The proxy of the application stands among its init containers, is restarted, and keeps the pod from being ready. */
function nativeSidecar(end: { exitCode: number; reason: string }, log: string): Snapshot {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.initContainers = [{ name: 'proxy', image: 'envoyproxy/envoy:v1.36.2', restartPolicy: 'Always' }];
  });
  for (const { metadata, status } of podsOf(snapshot, 'otlp-app')) {
    Object.assign(status ?? {}, {
      initContainerStatuses: [
        {
          name: 'proxy',
          ready: false,
          started: false,
          restartCount: 7,
          state: {
            waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=proxy' },
          },
          lastState: { terminated: { ...end, startedAt: ago(2), finishedAt: ago(1.5) } },
        },
      ],
    });
    for (const type of ['Ready', 'ContainersReady']) setCondition(status?.conditions, { type, status: 'False' }, 12);
    const place = { namespace: NAMESPACE, pod: metadata.name, container: 'proxy' };
    snapshot.logs.push({ ...place, previous: true, text: `${log}\n`, truncated: false });
  }
  return settle(snapshot);
}

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
    notApplicable: [UNREAD_PODS],
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
        because: 'Its last words: license expired',
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
        when: 'it has just ended for the first time',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = healthyNamespace();
          const end = { exitCode: 1, reason: 'Error', startedAt: ago(0.4), finishedAt: ago(0.2) };
          return setState(snapshot, podsOf(snapshot, 'otlp-app'), {
            started: false,
            restartCount: 0,
            state: { terminated: end },
            lastState: {},
          });
        },
      },
      {
        when: 'a sidecar among the init containers',
        at: inPodsOf('otlp-app', 'proxy'),
        severity: 'P0',
        shows: 'no such upstream',
        build: () => nativeSidecar({ exitCode: 1, reason: 'Error' }, 'Error: no such upstream'),
      },
      {
        when: 'SIGTERM from outside, to a process that does not handle it',
        because: /asked to end/,
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
    notApplicable: [UNREAD_PODS],
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
    notApplicable: [UNREAD_PODS],
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
    notApplicable: [UNREAD_PODS],
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
    notApplicable: [UNREAD_PODS],
  },
} satisfies Cases;
