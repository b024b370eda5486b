import type { Snapshot } from '#shared/domain/snapshot.ts';
import { configMapOf, crashLoop, podsOf } from '#test/support/faults.ts';
import { COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_LOGS } from '../case.ts';

const inCollector = inPodsOf('otel-collector', 'collector');

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

/** Collectors whose queue is on disk. */
export const queue = {
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
