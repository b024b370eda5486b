import type { ContainerLog, SnapshotObjects } from '#shared/domain/snapshot.ts';
import { type LogRequest, planLogs } from './log-plan.ts';
import type { Reading } from './read-objects.ts';

/** The logs planned for the pods among the objects, as far as there are any. A container without a log is no gap: it never ran, or has not run before. */
export async function readLogs(reading: Reading, objects: SnapshotObjects): Promise<ContainerLog[]> {
  const logs = await Promise.all(planLogs(reading.target, objects).map((request) => readLog(reading, request)));
  return logs.filter((log) => log !== undefined);
}

async function readLog(
  { cluster, reader }: Reading,
  { tailLines, limitBytes, previous, timestamps, ...of }: LogRequest,
): Promise<ContainerLog | undefined> {
  const text = await reader.read<string | undefined>(
    `logs: ${of.namespace}/${of.pod}/${of.container}${previous ? ' (previous)' : ''}`,
    (options) => cluster.podLog({ ...of, previous, tailLines, limitBytes, ...(timestamps && { timestamps }) }, options),
    {
      otherwise: undefined,
      leaveOut: ['invalid', 'not-found'],
      instead: { forbidden: { check: `logs (${of.namespace})` } },
    },
  );
  if (text === undefined) return undefined;
  const truncated = text.split('\n').length - 1 >= tailLines || Buffer.byteLength(text) >= limitBytes;
  return { ...of, previous, text, truncated };
}
