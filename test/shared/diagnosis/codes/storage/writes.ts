import type { Snapshot } from '#shared/domain/snapshot.ts';
import { BOUND, withClaim } from '#test/support/claims.ts';
import { addLog, configMapOf, crashLoop, everWith, podsOf } from '#test/support/faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_LOGS } from '../case.ts';

const at = inPodsOf('otlp-app', 'app');
const inCollector = inPodsOf('otel-collector', 'collector');
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

/** A Collector that keeps its queue on disk. */
function collectorDies(log: string, directory = '/var/lib/otelcol/file_storage'): Snapshot {
  const snapshot = healthyNamespace();
  configMapOf(snapshot, 'otel-collector-config').data = {
    'collector.yaml': COLLECTOR_CONFIG.replace(
      'extensions:\n  health_check:',
      `extensions:\n  file_storage:\n    directory: ${directory}\n  health_check:`,
    ).replace('[health_check]', '[health_check, file_storage]'),
  };
  return crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), { log });
}

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
        why: 'a database that refuses its user',
        roots: ['container-exit-error'],
        build: () => dies('ERROR: permission denied for table orders'),
      },
    ],
    notApplicable: [UNREAD_LOGS],
  },
  'collector-persistent-queue-unwritable': {
    positive: [
      {
        when: 'the directory belongs to somebody else',
        at: inCollector,
        severity: 'P1',
        shows: 'permission denied',
        build: () =>
          collectorDies(
            'Error: cannot start pipelines: failed to start "otlp" exporter: open /otel-storage/exporter_otlp__traces: permission denied; failed to shutdown pipelines: no existing monitoring routine is running',
            '/otel-storage',
          ),
      },
      {
        when: 'the directory is not there',
        at: inCollector,
        severity: 'P1',
        shows: 'directory must exist',
        build: () =>
          collectorDies(
            'Error: invalid configuration: extensions::file_storage: directory must exist: stat /var/lib/otelcol/file_storage: no such file or directory. You can enable the create_directory option to automatically create it\n2026/11/20 09:58:58 collector server run finished with error: invalid configuration: extensions::file_storage: directory must exist: stat /var/lib/otelcol/file_storage: no such file or directory. You can enable the create_directory option to automatically create it',
          ),
      },
      {
        when: 'it may not make the directory',
        at: inCollector,
        severity: 'P1',
        build: () =>
          collectorDies(
            'Error: failed to build extensions: failed to create extension "file_storage": mkdir /var/lib/otelcol/file_storage: read-only file system',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'the disk of the queue is full',
        roots: ['volume-full'],
        build: () =>
          collectorDies(
            'Error: cannot start pipelines: failed to start "otlp" exporter: write /otel-storage/exporter_otlp__traces: no space left on device',
            '/otel-storage',
          ),
      },
      {
        why: 'the file exporter may not write its file',
        build: () =>
          collectorDies(
            'Error: cannot start pipelines: failed to start "file" exporter: open /data/otel/test.json: permission denied',
          ),
      },
      {
        why: 'an application that is no Collector says the same',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), {
            log: 'Error: failed to create extension "file_storage": open /srv/queue: permission denied',
          });
        },
      },
    ],
    notApplicable: [UNREAD_LOGS],
  },
} satisfies Cases;
