import { event, podsOf, setState } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';
import { dies } from './dying.ts';

const at = inPodsOf('otlp-app', 'app');

const runc = (words: string) =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${words}: unknown`;

/** Containers whose command is not run. */
export const commands = {
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
    notApplicable: [UNREAD_PODS],
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
    notApplicable: [UNREAD_PODS],
  },
} satisfies Cases;
