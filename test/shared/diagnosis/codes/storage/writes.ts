import type { Snapshot } from '#shared/domain/snapshot.ts';
import { BOUND, withClaim } from '#test/support/claims.ts';
import { addLog, crashLoop, everWith, podsOf } from '#test/support/faults.ts';
import { ago } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_LOGS } from '../case.ts';

const at = inPodsOf('otlp-app', 'app');
/** The application keeps its data on a claim, and says that as it ends. */
const dies = (log: string, change: Parameters<typeof everWith>[2] = () => undefined): Snapshot => {
  const snapshot = everWith(withClaim(BOUND), 'otlp-app', change);
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
};

/** It runs, and said that so many minutes ago. */
const says = (minutes: number, line: string): Snapshot => {
  const snapshot = withClaim(BOUND);
  for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, `${ago(minutes)} ${line}\n`);
  return snapshot;
};

/** What processes say when they cannot write. */
export const writes = {
  'volume-full': {
    positive: [
      {
        when: 'Rust',
        at,
        severity: 'P0',
        shows: 'os error 28',
        build: () => dies('Error: write /var/lib/app/wal/7: No space left on device (os error 28)'),
      },
      {
        when: 'Node',
        at,
        severity: 'P0',
        build: () => dies("Error: ENOSPC: no space left on device, write '/var/lib/app/segment-12'"),
      },
      {
        when: 'Go',
        at,
        severity: 'P0',
        build: () => dies('fatal: write /var/lib/app/000012.log: no space left on device'),
      },
      {
        when: 'Java',
        at,
        severity: 'P0',
        build: () =>
          dies(
            'java.io.IOException: No space left on device\n\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)',
          ),
      },
      {
        when: 'PostgreSQL',
        at,
        severity: 'P0',
        build: () =>
          dies(
            '2026-11-20 09:58:58.120 UTC [1] FATAL:  could not write lock file "postmaster.pid": No space left on device',
          ),
      },
      {
        when: 'Python',
        at,
        severity: 'P0',
        build: () => dies("OSError: [Errno 28] No space left on device: '/var/lib/app/x'"),
      },
      { when: 'SQLite', at, severity: 'P0', build: () => dies('sqlite3.OperationalError: database or disk is full') },
      {
        when: 'MySQL',
        at,
        severity: 'P0',
        build: () =>
          dies(
            "[ERROR] [MY-000035] [Server] Disk is full writing './binlog.000123' (OS errno 28 - No space left on device). Waiting for someone to free space",
          ),
      },
      {
        when: 'it runs, and cannot write',
        at,
        severity: 'P2',
        build: () => says(2, 'ERROR flush: No space left on device (os error 28)'),
      },
    ],
    nearMiss: [
      {
        why: 'the kernel has no inotify watch left, which is no space either',
        roots: ['container-exit-error'],
        build: () => dies("Error: ENOSPC: System limit for number of file watchers reached, watch '/app/config'"),
      },
      {
        why: 'the same of a Go process',
        roots: ['container-exit-error'],
        build: () => dies('Error: inotify_add_watch "/etc/otlp-app": no space left on device'),
      },
      {
        why: 'it was full this morning, and has room again',
        roots: [],
        build: () => says(90, 'ERROR flush: No space left on device (os error 28)'),
      },
      {
        why: 'a quota of a bucket is none of a volume',
        roots: ['container-exit-error'],
        build: () => dies('Error: upload: QuotaExceeded: the bucket has used its quota'),
      },
    ],
    notApplicable: [UNREAD_LOGS],
  },
  'volume-read-only': {
    positive: [
      {
        when: 'a mount that is read-only',
        at,
        severity: 'P0',
        shows: 'data at /var/lib/app',
        build: () => dies('Error: open /var/lib/app/lock: Read-only file system (os error 30)'),
      },
      {
        when: 'a root file system that is read-only by intent',
        at,
        severity: 'P0',
        build: () =>
          dies("OSError: [Errno 30] Read-only file system: '/tmp/cache'", (container) => {
            container.securityContext = { readOnlyRootFilesystem: true };
          }),
      },
      {
        when: 'Node',
        at,
        severity: 'P0',
        build: () => dies("Error: EROFS: read-only file system, mkdir '/var/lib/app/cache'"),
      },
    ],
    nearMiss: [
      {
        why: 'a database that was opened for reading',
        roots: ['container-exit-error'],
        build: () => dies('Error: attempt to write a readonly database'),
      },
      {
        why: 'it may not, for its user',
        roots: ['volume-permission-denied'],
        build: () => dies('Error: open /var/lib/app/lock: permission denied'),
      },
    ],
    notApplicable: [UNREAD_LOGS],
  },
  'volume-permission-denied': {
    positive: [
      {
        when: 'a shell',
        at,
        severity: 'P0',
        shows: 'data at /var/lib/app',
        build: () => dies('mkdir: cannot create directory ‘/var/lib/app/wal’: Permission denied'),
      },
      {
        when: 'Python',
        at,
        severity: 'P0',
        build: () => dies("PermissionError: [Errno 13] Permission denied: '/var/lib/app/state.json'"),
      },
      {
        when: 'Node',
        at,
        severity: 'P0',
        build: () => dies("Error: EACCES: permission denied, open '/var/lib/app/state.json'"),
      },
      {
        when: 'Java',
        at,
        severity: 'P0',
        build: () => dies('java.nio.file.AccessDeniedException: /var/lib/app/node.lock'),
      },
      {
        when: 'PostgreSQL: the server of the files does not let it change them',
        at,
        severity: 'P0',
        build: () =>
          dies('initdb: error: could not change permissions of directory "/var/lib/app": Operation not permitted'),
      },
      {
        when: 'Elasticsearch',
        at,
        severity: 'P0',
        build: () =>
          dies(
            'java.lang.IllegalStateException: failed to obtain node locks, tried [/var/lib/app]; maybe these locations are not writable or multiple nodes were started on the same data path?',
          ),
      },
      {
        when: 'Grafana, before it ends over that',
        at,
        severity: 'P0',
        build: () =>
          dies(
            "GF_PATHS_DATA='/var/lib/app' is not writable.\nmkdir: can't create directory '/var/lib/app/plugins': Permission denied",
          ),
      },
      {
        when: 'Prometheus, which panics over that',
        at,
        severity: 'P0',
        build: () =>
          dies(
            'level=error msg="Error opening query log file" file=/var/lib/app/queries.active err="open /var/lib/app/queries.active: permission denied"\npanic: Unable to create mmap-ed active query log\n\ngoroutine 1 [running]:\nmain.main()',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a path of the image, on no volume',
        roots: ['container-exit-error'],
        build: () => dies('Error: open /etc/shadow: Permission denied'),
      },
      {
        why: 'a file of a ConfigMap, which nobody may write',
        roots: ['container-exit-error'],
        build: () => dies('Error: open /etc/otlp-app/config.toml: Permission denied'),
      },
      {
        why: 'it may not set the clock of the node',
        roots: ['container-exit-error'],
        build: () => dies('Error: settimeofday: Operation not permitted'),
      },
      {
        why: 'a database that refuses its user',
        roots: ['container-exit-error'],
        build: () => dies('ERROR: permission denied for table orders'),
      },
    ],
    notApplicable: [UNREAD_LOGS],
  },
} satisfies Cases;
